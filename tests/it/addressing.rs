//! Whom a letter addresses and how: institutions, several people, posts, other languages.

use std::fs;

use crate::support::{Campaign, gonets, ran};

fn campaign(list: &str, letter: &str, settings: &str) -> Campaign {
    let campaign = Campaign::new().contacts(list).letter(letter).write();
    campaign.edit("campaign.toml", "[letter]\n", &format!("[letter]\n{settings}\n"));
    campaign
}

const BLOCK: &str = "{{ addressee.block }}\n\n{{ salutation }}";

#[test]
fn titles_and_degrees_are_taken_off_and_kept() {
    let list =
        "email;ФИО\na@one.test;г-жа Лугова Анна Петровна, к.п.н.\nb@one.test;проф. Цоев Б.И.\n";
    let letter = "{{ addressee.name }} / {% if recipient.title %}{{ recipient.title }}{% endif %} / \
                  {{ recipient.degree }}";
    let campaign = campaign(list, letter, "");
    campaign.run(["show"]).code(0).says("Луговой\u{a0}А.П. / г-жа / к.п.н.");
    campaign.run(["show", "--to", "b@one.test"]).code(0).says("Цоеву\u{a0}Б.И. /  / проф.");
}

#[test]
fn a_list_in_capitals_is_told_once_and_read_with_one_capital() {
    let list = "email;Фамилия;Имя;Отчество\na@one.test;ЛУГОВА;АННА;ПЕТРОВНА\n\
                b@one.test;КАРА-МУРЗА;ПЁТР;ИЛЬИЧ\n";
    let campaign = campaign(list, BLOCK, "");
    let checked = campaign.run(["check", "--json"]).code(0);
    assert_eq!(checked.summary()["doubts"].as_u64(), Some(1), "{}", checked.out);
    campaign.run(["show"]).says("Луговой\u{a0}А.П.").says("Уважаемая Анна Петровна");
    campaign.run(["show", "--to", "b@one.test"]).says("Кара-Мурзе\u{a0}П.И.");
}

#[test]
fn a_womans_post_with_a_mans_name_is_a_doubt() {
    let list = "email;ФИО;Должность\na@one.test;Лугов Пётр Ильич;Заведующая отделом\n";
    campaign(list, BLOCK, "").run(["check"]).code(0).says("\"Заведующая\" is a woman's position");
}

#[test]
fn a_letter_to_an_institution_needs_no_name() {
    let list = "email;Организация\na@one.test;Школа № 5\n";
    let by_parts = "{{ addressee.position }}<br>{{ addressee.name }}\n\n{{ salutation }}!";
    let letters = campaign(list, by_parts, "");
    let checked = letters.run(["check", "--json"]).code(0);
    assert_eq!(checked.summary()["doubts"].as_u64(), Some(0), "{}", checked.out);
    letters.run(["show", "--text"]).code(0).says("Школа №\u{a0}5\n\nУважаемые коллеги!");

    // Somebody may have been forgotten where others are named.
    let list =
        "email;ФИО;Организация\na@one.test;;Школа № 5\nb@one.test;Цоев Борис Ильич;Школа № 6\n";
    campaign(list, BLOCK, "").run(["check"]).code(0).says("nobody is named");
    let decided = campaign(list, BLOCK, "without_person = \"Уважаемые господа!\"");
    let checked = decided.run(["check", "--json"]).code(0);
    assert!(!checked.out.contains("nobody is named"), "{}", checked.out);
    decided.run(["show", "--text"]).code(0).says("Школа № 5\n\nУважаемые господа");

    // A post whose holder is missing is an error until it is decided.
    let list = "email;ФИО;Должность\na@one.test;;Директор\n";
    campaign(list, BLOCK, "").run(["check"]).code(3);
    campaign(list, BLOCK, "without_person = \"Уважаемые коллеги\"").run(["check"]).code(0);
}

#[test]
fn one_salutation_may_be_for_everybody() {
    let list = "email;ФИО\na@one.test;Лугова Анна Петровна\n";
    campaign(list, BLOCK, "salutation = \"Уважаемые коллеги!\"")
        .run(["show"])
        .code(0)
        .says("Уважаемые коллеги");
    campaign(list, BLOCK, "salutation = \"titel\"").run(["check"]).code(3).says("titel");
}

#[test]
fn a_person_may_be_addressed_by_their_post() {
    let list = "email;ФИО;Должность\na@one.test;Лугов Пётр Ильич;Министр образования\n\
                b@one.test;Лугова Анна Петровна;Заместитель министра\n";
    let letters = campaign(
        list,
        BLOCK,
        "salutation = \"post\"\nhonorific = \"full\"\nspaced_initials = true",
    );
    letters
        .run(["show"])
        .code(0)
        .says("Министру образования\nгосподину Лугову\u{a0}П.\u{a0}И.")
        .says("Уважаемый господин министр");
    letters.run(["check"]).code(0).says("\"Уважаемая госпожа Лугова\": the position does not say");
}

#[test]
fn two_people_are_addressed_in_one_letter() {
    let list = "email;ФИО;Должность;ФИО 2;Должность 2\n\
                a@one.test;Лугова Анна Петровна;Министр;Цой Пётр Ильич;Начальник отдела\n\
                b@one.test;Ильин Лев Львович;Директор;;\n";
    let letters = campaign(list, BLOCK, "");
    letters
        .run(["show", "--text"])
        .code(0)
        .says("Министру\nЛуговой\u{a0}А.П.\nНачальнику отдела\nЦою\u{a0}П.И.")
        .says("Уважаемые Анна Петровна и Пётр Ильич");
    letters.run(["show", "--to", "b@one.test"]).says("Уважаемый Лев Львович");
    letters.run(["check"]).code(0).says("\"ФИО 2\", \"Должность 2\"");
    campaign(list, "{{ addressee.name }}", "").run(["check"]).code(3).says("addressee.block");
}

#[test]
fn the_letter_of_init_names_all_addressees() {
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("new");
    ran(gonets().args(["--lang", "ru", "init"]).arg(&new).output().unwrap()).code(0);
    let list = "email;ФИО;Должность;ФИО 2;Должность 2\n\
                a@one.test;Лугова Анна Петровна;Министр;Цой Пётр Ильич;Начальник отдела\n\
                b@one.test;Ильин Лев Львович;;;\n";
    fs::write(new.join("contacts.csv"), list).unwrap();
    let run = |command: &str, to: &str| {
        ran(gonets()
            .arg(command)
            .arg(&new)
            .args(to.split(' ').filter(|it| !it.is_empty()))
            .output()
            .unwrap())
    };
    let shown = run("show", "--text --to a@one.test").code(0);
    let lines: Vec<&str> =
        shown.out.lines().map(|line| line.get(41..).unwrap_or(line).trim()).collect();
    assert!(shown.out.contains("Цою\u{a0}П.И."), "{lines:?}");
    shown.says("Уважаемые Анна Петровна и Пётр Ильич!");
    // A position that others have may have been forgotten.
    run("check", "").code(0).says("the column position_dative is empty");
}

#[test]
fn a_list_that_holds_datives_has_nominatives_too() {
    let list = "email;ФИО;position_dative\n\
                a@one.test;Лугов Пётр Ильич;Министру образования\n\
                b@one.test;Лугова Анна Петровна;Начальнику отдела кадров\n\
                c@one.test;Цой Анна Петровна;Kommandantin\n";
    let letter = format!("{BLOCK}\n\n{{{{ recipient.position }}}}");
    let letters = campaign(list, &letter, "salutation = \"post\"");
    letters.run(["show"]).code(0).says("господин министр").says("\n\nМинистр образования");
    let other = letters.run(["show", "--to", "b@one.test"]).code(0);
    other.says("госпожа начальник").says("\n\nНачальник отдела кадров");
    letters.run(["check"]).code(0).says("\"Kommandantin\"");
    let unused = campaign(list, BLOCK, "").run(["check", "--json"]).code(0);
    assert_eq!(unused.summary()["doubts"].as_u64(), Some(0), "{}", unused.out);
}

#[test]
fn a_second_title_is_no_second_position() {
    let list = "email;Title;Surname;First name;Position;Title 2;Surname 2;First name 2;Position 2\n\
                a@one.test;Mr;Pakhomov;Ilya;Head;Dr;Smith;Anna;Deputy Head\n";
    let letters = campaign(list, BLOCK, "");
    in_language(&letters, "en");
    let shown = letters.run(["show", "--text"]).code(0);
    shown
        .says("Mr Ilya Pakhomov\nHead\nDr Anna Smith\nDeputy Head")
        .says("Mr Pakhomov and Dr Smith");
    let positions =
        list.replace(";Position 2", "").replace("Dr;", "Deputy;").replace(";Deputy Head\n", "\n");
    let letters = campaign(&positions, BLOCK, "without_gender = \"Dear colleagues\"");
    in_language(&letters, "en");
    letters.run(["show", "--text"]).code(0).says("Anna Smith\nDeputy\n");
}

#[test]
fn what_is_unclear_of_the_second_person_is_named() {
    let list = "email;ФИО;ФИО 2;Пол 2\na@one.test;Лугова Анна Петровна;Ким Саша;\n";
    campaign(list, BLOCK, "").run(["check"]).code(3).says("cannot tell whether \"Ким Саша\"");
    campaign(&list.replace("Саша;", "Саша;м"), BLOCK, "")
        .run(["show"])
        .says("Уважаемые Анна Петровна и Саша");
}

fn in_language(campaign: &Campaign, language: &str) {
    let toml = campaign.path().join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap();
    let text: Vec<&str> = text.lines().filter(|line| !line.starts_with("language")).collect();
    fs::write(&toml, format!("language = \"{language}\"\n{}", text.join("\n"))).unwrap();
}

#[test]
fn an_english_letter_declines_nothing() {
    let list = "email;Title;First name;Last name;Position;Organisation;Gender;Degree\n\
                a@one.test;Ms;Anna;Smith;Director;Institute of Letters;;\n\
                b@one.test;;John;Brown;;;m;PhD\nc@one.test;;Mary;Green;;;f;\n\
                d@one.test;;Sam;White;;;;\n";
    let letter = "{{ addressee.block }}\n\nDate: {{ letter.date }}; {{ '2027-02-01' | date_long }}; \
                  {{ 3 | plural(one='seat', many='seats') }}; {{ 12 | in_words }}; \
                  {{ recipient.position | dative }}; \
                  {{ 'the \"Open\" day' | typography }}\n\n{{ salutation }},";
    let letters = campaign(list, letter, "");
    in_language(&letters, "en");
    let toml = letters.path().join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap() + "\n[register]\ndate = 2027-02-01\n";
    fs::write(&toml, &text).unwrap();
    let checked = letters.run(["check"]).code(3);
    checked.says("cannot tell whether \"Sam White\"").says("1 error");
    fs::write(
        &toml,
        text.replace("[letter]\n", "[letter]\nwithout_gender = \"Dear Sir or Madam\"\n"),
    )
    .unwrap();
    let show = |address: &str| letters.run(["show", "--text", "--to", address]).code(0);
    show("a@one.test")
        .says("Ms Anna Smith\nDirector, Institute of Letters")
        .says("Date: 1\u{a0}February 2027; 1\u{a0}February 2027; seats; twelve; Director; the “Open” day")
        .says("Dear Ms Smith,");
    show("b@one.test").says("Dr John Brown").says("Dear Dr Brown,");
    show("c@one.test").says("Dear Ms Green,");
    show("d@one.test").says("Dear Sir or Madam,");
}

#[test]
fn whole_names_under_name_are_names() {
    let list = "E-mail,Name,Title,Position,Name 2,Title 2\n\
                a@one.test,Anna Smith,Ms,Director,Tom Baker,Mr\n\
                b@one.test,John Brown,Dr,Head,,\n";
    let letters = campaign(list, BLOCK, "");
    in_language(&letters, "en");
    let show = |address: &str| letters.run(["show", "--text", "--to", address]).code(0);
    show("a@one.test").says("Ms Anna Smith\nDirector\nMr Tom Baker").says("Ms Smith and Mr Baker");
    show("b@one.test").says("Dr John Brown\nHead").says("Dear Dr Brown");

    // Schools, and what the other columns say already.
    let list = "email;Name;Surname;First name;Title\n\
                a@one.test;Smith Ann;Smith;Anna;Ms\n";
    let letters = campaign(list, BLOCK, "");
    in_language(&letters, "en");
    letters.run(["show", "--text"]).code(0).says("Ms Anna Smith").says("Dear Ms Smith");
    letters.run(["check", "--all"]).code(0).says("surname ← Surname").says("other columns: Name");
    let list = "email;Name\na@one.test;School no. 5\nb@one.test;the Lyceum\n";
    let letters = campaign(list, BLOCK, "");
    in_language(&letters, "en");
    letters.run(["show", "--text"]).says("Dear Sir or Madam");
}

#[test]
fn another_language_needs_salutations_and_an_unknown_one_is_an_error() {
    let list = "email;Фамилия;Имя;Должность\na@one.test;Шәрипова;Әлфия;Мөдир\n";
    let letters = campaign(list, BLOCK, "");
    in_language(&letters, "tt");
    letters.run(["check"]).code(3).says("no rules for the language \"tt\"");
    let letters = campaign(list, BLOCK, "salutation = \"Хөрмәтле хезмәттәшләр\"");
    in_language(&letters, "tt");
    let checked = letters.run(["check", "--json"]).code(0);
    assert_eq!(checked.summary()["doubts"].as_u64(), Some(0), "{}", checked.out);
    letters.run(["show"]).says("Әлфия Шәрипова").says("Хөрмәтле хезмәттәшләр");
    in_language(&letters, "zz");
    letters.run(["check"]).code(3).says("zz");
}

#[test]
fn one_list_may_have_two_languages() {
    let list = "email;Фамилия;Имя;Отчество;Пол;Язык\na@one.test;Лугова;Анна;Петровна;;\n\
                b@one.test;Smith;John;;m;английский\nc@one.test;Brown;Jane;;f;de\n";
    let settings = "[letter.en]\nsubject = \"Invitation\"\nbody = \"letter.en.md\"\n";
    let letters = Campaign::new().contacts(list).letter(BLOCK).with(settings).write();
    let english = letters.path().join("letter.en.md");
    fs::write(&english, "{{ addressee.block }}\n\n{{ salutation }}, welcome.\n").unwrap();
    letters.run(["check"]).code(3).says("there is no letter in the language \"de\"");
    letters.run(["show", "--text"]).code(0).says("Уважаемая Анна Петровна");
    let shown = letters.run(["show", "--to", "b@one.test"]).code(0);
    shown.says("Invitation").says("Mr John Smith").says("Dear Mr Smith, welcome.");
    let raw = letters.run(["show", "--raw", "--to", "b@one.test"]).code(0);
    assert!(raw.out.contains("Content-Language: en"), "{}", raw.out);

    fs::write(letters.path().join("contacts.csv"), list.replace(";de\n", ";en\n")).unwrap();
    let seal = || letters.run(["status", "--json"]).summary()["seal"].clone();
    let before = seal();
    fs::write(&english, "{{ salutation }}, please come.\n").unwrap();
    assert_ne!(seal(), before);
    let sent = letters.run(["send", "--yes", "--json"]).code(0);
    assert_eq!(sent.summary()["filed"].as_u64(), Some(3), "{}", sent.out);
}

#[test]
fn womens_names_on_which_handbooks_disagree_follow_a_setting() {
    let list = "email;ФИО;Пол\na@one.test;Галеева Айгуль Маратовна;ж\nb@one.test;Галеева Алия Маратовна;ж\n";
    let letter = "Вручить {{ recipient.first_name | dative(as='first_name', gender='f') }}";
    let checked = campaign(list, letter, "").run(["check", "--all"]).code(0);
    assert!(
        checked.err.contains("Superanskaya") && checked.err.contains("Lopatin"),
        "{}",
        checked.err
    );
    let settled = campaign(list, letter, "soft_sign_names = \"decline\"\niya_names = \"ие\"");
    let checked = settled.run(["check", "--json"]).code(0);
    assert_eq!(checked.summary()["doubts"].as_u64(), Some(0), "{}", checked.out);
    settled.run(["show"]).says("Вручить Айгули");
    settled.run(["show", "--to", "b@one.test"]).says("Вручить Алие");
}
