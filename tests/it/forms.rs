//! The Russian forms in a campaign: doubts with their places, errors that block, `check --forms`.

use std::fs;

use crate::support::{Campaign, ran};

const PEOPLE: &str = "\
email;Фамилия;Имя;Отчество;Пол;Должность;Организация;Район
m@one.test;Савченков;Матвей;Григорьевич;;Руководитель;Департамент образования администрации Города Томска;А
z@one.test;Заяц;Пётр;Ильич;м;Начальник отдела;;Б
s@one.test;Ким;Саша;;;Директор;;В
k@one.test;Ким;Ольга;Петровна;м;Директор;;Г
x@@one.test;Шмидт;Ирина;Эдуардовна;;Заведующая;Отдел образования;Д
";

fn campaign(list: &str) -> Campaign {
    Campaign::new().contacts(list)
}

#[test]
fn the_letter_is_addressed_without_any_column_of_forms() {
    let campaign = campaign(PEOPLE.lines().take(2).collect::<Vec<_>>().join("\n").as_str()).write();
    campaign
        .run(["show"])
        .code(0)
        .says("Руководителю Департамента образования администрации Города Томска\nСавченкову\u{a0}М.Г.")
        .says("Уважаемый Матвей Григорьевич!");
}

#[test]
fn doubts_and_questions_are_told_with_their_rows_and_the_column_that_settles_them() {
    let mut checked = campaign(PEOPLE).write().run(["check", "--all"]).code(3);
    for line in [
        "contacts.csv:3:1: please check: surname: \"Заяц\" → \"Зайцу\": \"Заяцу\" is also possible; if this is wrong, write the correct form in surname_dative",
        "contacts.csv:4:1: gender: cannot tell whether \"Ким Саша\" is a man or a woman; write m or f in the column gender",
        "contacts.csv:5:1: gender: the gender column says male, but the patronymic is female; correct one of them",
    ] {
        checked = checked.says(line);
    }
    let summary = campaign(PEOPLE).write().run(["check", "--json"]).code(3).summary();
    assert_eq!(
        (summary["doubts"].as_u64(), summary["errors"].as_u64(), summary["letters"].as_u64()),
        (Some(1), Some(3), Some(2))
    );
}

#[test]
fn a_letter_that_addresses_nobody_asks_for_no_gender() {
    campaign(&PEOPLE.replace("x@@", "x@"))
        .letter("Здравствуйте! Приглашаем.")
        .write()
        .run(["check"])
        .code(0);
}

#[test]
fn the_list_of_forms_has_a_line_for_every_row_and_can_be_fed_back() {
    let campaign = campaign(PEOPLE).write();
    let file = campaign.path().join("forms.csv");
    ran(campaign
        .command(["check", "--quiet", "--lang", "ru", "--forms"])
        .arg(&file)
        .output()
        .unwrap())
    .code(3);
    let forms = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = forms.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "\u{feff}row;email;surname;first_name;patronymic;gender;surname_dative;first_name_dative;patronymic_dative;addressee_name;position;organisation;addressee_position;salutation;confidence;doubt"
    );
    assert_eq!(lines.len(), 7);
    assert_eq!(
        lines[1],
        "2;m@one.test;Савченков;Матвей;Григорьевич;m;Савченкову;Матвею;Григорьевичу;Савченкову\u{a0}М.Г.;Руководитель;Департамент образования администрации Города Томска;Руководителю Департамента образования администрации Города Томска;Уважаемый Матвей Григорьевич;sure;"
    );
    assert!(
        lines[2].contains("Зайцу\u{a0}П.И.")
            && lines[2].contains(";likely;«Заяц» → «Зайцу»: возможно и «Заяцу»"),
        "{}",
        lines[2]
    );
    assert!(
        lines[3]
            .starts_with("4;s@one.test;Ким;Саша;;;;;;;Директор;;Директору;;guess;впишите м или ж"),
        "{}",
        lines[3]
    );
    assert!(
        lines[5].contains(
            "Шмидт\u{a0}И.Э.;Заведующая;Отдел образования;Заведующей Отделом образования"
        ),
        "{}",
        lines[5]
    );

    // A person reads it through, decides, and hands it back.
    let mended = forms
        .replace("Зайцу", "Заяцу")
        .replace("s@one.test;Ким;Саша;;;", "s@one.test;Ким;Саша;;f;")
        .replace("Петровна;m;", "Петровна;f;");
    fs::write(&file, mended).unwrap();
    let toml = campaign.path().join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap();
    let before = campaign.run(["status", "--json"]).summary()["seal"].clone();
    fs::write(
        &toml,
        text.replace("file = \"contacts.csv\"", "file = \"contacts.csv\"\nforms = \"forms.csv\""),
    )
    .unwrap();
    fs::write(
        campaign.path().join("contacts.csv"),
        PEOPLE.replace("x@@", "x@").replace("Петровна;м;", "Петровна;;"),
    )
    .unwrap();
    campaign.run(["check"]).code(0).says("5 letters can be sent");
    campaign.run(["show", "--to", "z@one.test"]).code(0).says("Заяцу\u{a0}П.И.");
    campaign.run(["show", "--to", "s@one.test"]).code(0).says("Уважаемая Саша!");
    assert_ne!(campaign.run(["status", "--json"]).summary()["seal"], before);
}

#[test]
fn the_manner_of_address_is_a_setting() {
    let campaign = campaign(PEOPLE.lines().take(2).collect::<Vec<_>>().join("\n").as_str()).write();
    let toml = campaign.path().join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap();
    fs::write(
        &toml,
        text.replace("[letter]", "[letter]\ninitials = \"before\"\nsalutation = \"title\""),
    )
    .unwrap();
    campaign
        .run(["show"])
        .code(0)
        .says("М.Г.\u{a0}Савченкову")
        .says("Уважаемый господин Савченков!");
}

#[test]
fn a_name_in_one_cell_is_taken_apart_and_an_unclear_order_is_a_doubt() {
    let list = "email;Ф.И.О.;Пол\na@one.test;Анна Петровна Ильина;\nb@one.test;Нгуен Ван Хунг;м\n";
    let campaign = campaign(list).letter("{{ addressee.name }}: {{ salutation }}").write();
    let checked = campaign.run(["check", "--json"]).code(0);
    assert_eq!(checked.summary()["doubts"].as_u64(), Some(2), "{}", checked.out);
    campaign.run(["show"]).says("Ильиной\u{a0}А.П.: Уважаемая Анна Петровна");
}

#[test]
fn filters_decline_in_the_letter_and_tell_their_mistakes_at_their_place() {
    let list = PEOPLE.lines().take(2).collect::<Vec<_>>().join("\n");
    let letter = |text: &str| {
        campaign(&list).letter(text).with("[register]\nnumber = \"7\"\ndate = 2026-03-01\n").write()
    };
    letter("С {{ recipient.position | instrumental }} {{ recipient.surname | instrumental(gender=recipient.gender) }} {{ letter.date | date_long }}")
        .run(["show", "--text"])
        .code(0)
        .says("С Руководителем Савченковым 1\u{a0}марта 2026\u{a0}г.");
    letter("раз\n{{ letter.number | date_long }}").run(["check"]).code(3).says(
        "letter.md:2:20: m@one.test: \"7\" is not a date; write it as 2022-02-28 or 28.02.2022",
    );
    letter("{{ salutation | datve }}")
        .run(["check"])
        .code(3)
        .says("letter.md:1:17: there is no filter \"datve\"; did you mean \"dative\"?");
    letter("{{ 'Заяц' | dative(as='surname', gender='m') }}")
        .run(["check"])
        .code(0)
        .says("letter.md: please check: m@one.test: \"Заяц\" → \"Зайцу\"");
}

#[test]
fn a_first_name_that_is_a_korean_surname_too_tells_no_gender() {
    let list = "email;Фамилия;Имя;Отчество\na@one.test;Ли;Ким;\nb@one.test;Иванов;Ким;Петрович\n";
    let checked = campaign(list).letter("{{ salutation }}").write().run(["check"]).code(3);
    assert!(
        checked.err.contains("contacts.csv:2:1: gender: cannot tell whether \"Ли Ким\"")
            && !checked.err.contains("contacts.csv:3"),
        "{}",
        checked.err
    );
}
