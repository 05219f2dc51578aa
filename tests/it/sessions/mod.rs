//! Whole terminal sessions at 80 columns, in both languages, compared to the last character.
//!
//! What is said here is meant to be read: `tests/it/sessions/*.snap`. Accept a change with
//! `INSTA_UPDATE=always cargo test --test it sessions::` and read the difference.

mod terminal;

use terminal::{Session, in_both_languages};

use crate::server::{Act, Moment, Server, WITHOUT_PIPELINING, say};
use crate::support::{Campaign, THREE};

/// A list without prepared forms, as people bring it.
const PLAIN: &str = "\
Фамилия;Имя;Отчество;Должность;Организация;Эл. почта
Ильина;Анна;Петровна;Начальник;Управление образования города Томска;anna@one.test
Цой;Борис;Ильич;Директор;Гимназия № 5;boris@two.test
Седых;Вера;Львовна;Заведующий;Методический кабинет;vera@three.test
";

/// Answers one address in a way of its own; everything else as usual.
fn at(address: &'static str, answers: &'static [&'static str]) -> Server {
    let asked = std::sync::atomic::AtomicUsize::new(0);
    Server::scripted(move |_, moment| match moment {
        Moment::Command(line) if line.contains(address) => {
            let turn = asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            answers.get(turn).map(|answer| say(answer))
        }
        Moment::Command(_) | Moment::Greeting | Moment::Message => None,
    })
}

#[test]
fn a_new_campaign() {
    in_both_languages("a_new_campaign", |language| {
        let mut session = Session::empty(language);
        session.run("gonets init seminar");
        session.without_fonts_of_system("seminar");
        session.run("gonets check seminar");
        session.run("gonets init seminar");
        session.run("gonets check nowhere");
        session
    });
}

#[test]
fn a_list_with_errors_warnings_and_doubts() {
    in_both_languages("a_list_with_errors_warnings_and_doubts", |language| {
        let mut session = Session::of(
            language,
            Campaign::new().contacts(
                "Фамилия;Имя;Отчество;Должность;Организация;Эл. почта\n\
                 Ильина;Анна;Петровна;Начальник;Управление образования;anna@one.test\n\
                 Цой;Борис;Ильич;Директор;Гимназия № 5;boris@@two.test\n\
                 Заяц;Пётр;Ильич;Директор;Гимназия № 6;petr@three.test\n\
                 Саенко;Саша;;Директор;Гимназия № 7;sasha@four.test\n\
                 Седых;Вера;Львовна;Заведующий;Методический кабинет;anna@one.test\n\
                 Смирнова;Ольга;Ивановна;Директор;Лицей;\u{43e}lga@five.test\n\
                 Петров;Иван;Олегович;;;ivan@six.test\n\
                 ;;;Директор;Лицей № 2;office@seven.test\n\
                 Лишний;Столбец;В;Этой;Строке;x@eight.test;ой\n",
            ),
        );
        session.run("gonets check");
        session.run("gonets check --list --quiet");
        session.run("gonets check --problems faulty.csv --quiet");
        session.run("cat faulty.csv");
        session.run("gonets send");
        session.run("gonets send --skip-faulty");
        session
    });
}

#[test]
fn broken_settings() {
    in_both_languages("broken_settings", |language| {
        let mut session = Session::of(language, Campaign::new());
        session.edit("campaign.toml", "subject = \"О семинаре\"", "subject = \"О семинаре");
        session.run("gonets check");
        session.edit("campaign.toml", "subject = \"О семинаре", "subjekt = \"О семинаре\"");
        session.edit("campaign.toml", "invite@sender.test", "invite.sender.test");
        session.append(
            "campaign.toml",
            "[smtp]\nhost = \"smtp.sender.test\"\nsecurity = \"none\"\npassword = \"hunter2\"\n\
             [pace]\nper_minute = \"many\"\n",
        );
        session.run("gonets check");
        session.run("gonets status");
        session
    });
}

#[test]
fn a_broken_template() {
    in_both_languages("a_broken_template", |language| {
        let mut session = Session::of(language, Campaign::new());
        session.edit("letter.md", "{{ salutation }}", "{{ salutation }");
        session.run("gonets check");
        session.edit("letter.md", "{{ salutation }", "{{ salutaton }}");
        session.run("gonets check");
        session.edit("letter.md", "{{ salutaton }}", "{{ row[\"Отдел\"] }}");
        session.run("gonets preview");
        session.edit("campaign.toml", "file = \"contacts.csv\"", "file = \"contact.csv\"");
        session.run("gonets check");
        session
    });
}

#[test]
fn looking_at_the_letters() {
    in_both_languages("looking_at_the_letters", |language| {
        let mut session = Session::of(language, Campaign::new().contacts(PLAIN));
        session.run("gonets preview");
        session.run("gonets show");
        session.run("gonets show --to nobody@three.test");
        session.run("gonets check --forms forms.csv");
        session.run("cat forms.csv");
        session.run("gonets check --where 'row[\"Имя\"] == \"Вера\"'");
        session.run("gonets check --rows 7-9");
        session
    });
}

#[test]
fn the_outbox() {
    in_both_languages("the_outbox", |language| {
        let mut session = Session::of(language, Campaign::new());
        session.run("gonets status");
        session.run("gonets send --dry-run");
        session.run("gonets send");
        session.run("gonets send");
        session.run("gonets status");
        session.run("gonets reset --all");
        session.run("gonets reset --all --yes");
        session.run("gonets reset --to nobody@three.test --yes");
        session
    });
}

#[test]
fn a_relay_that_refuses_one_and_puts_another_off() {
    in_both_languages("a_relay_that_refuses_one_and_puts_another_off", |language| {
        let asked = std::sync::atomic::AtomicUsize::new(0);
        let server = Server::scripted(move |_, moment| match moment {
            Moment::Command(line) if line.starts_with("EHLO") => Some(say(WITHOUT_PIPELINING)),
            Moment::Command(line) if line.starts_with("RCPT TO:<boris@") => {
                Some(say("550 5.1.1 no such user here"))
            }
            Moment::Command(line) if line.starts_with("RCPT TO:<vera@") => {
                let turn = asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                (turn == 0).then(|| say("450 4.2.0 greylisted, come back later"))
            }
            Moment::Command(_) | Moment::Greeting | Moment::Message => None,
        });
        let campaign = Campaign::new()
            .to(&server)
            .impatient()
            .with("[register]\nfirst = 7\nformat = \"{:03}\"\ndate = 2027-02-01\n");
        let mut session = Session::of(language, campaign);
        session.run("gonets send --dry-run");
        session.run("gonets send");
        session.run("gonets send --yes");
        session.run("gonets status");
        session.run("gonets report");
        session.run("gonets report --out report.csv");
        session.run("cat report.csv");
        session.run("gonets report --out report.csv");
        session.run("gonets register");
        session.run("gonets send --yes");
        session.run("gonets send --yes --retry-refused");
        session
    });
}

#[test]
fn json_lines() {
    in_both_languages("json_lines", |language| {
        let server = at("RCPT TO:<boris@", &["550 5.1.1 no such user here"]);
        let campaign = Campaign::new()
            .contacts(&THREE.replace("vera@three", "vera@@three"))
            .to(&server)
            .impatient();
        let mut session = Session::of(language, campaign);
        session.run("gonets check --json");
        session.run("gonets send --yes --skip-faulty --json");
        session.run("gonets report --json");
        session.run("gonets status --json");
        session
    });
}

#[test]
fn an_unknown_letter() {
    in_both_languages("an_unknown_letter", |language| {
        let messages = std::sync::atomic::AtomicUsize::new(0);
        let server = Server::scripted(move |_, moment| match moment {
            Moment::Message => {
                let turn = messages.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                (turn < 2).then_some(Act::TakeAndClose)
            }
            Moment::Command(_) | Moment::Greeting => None,
        });
        let mut session = Session::of(language, Campaign::new().to(&server).impatient());
        session.run("gonets send --yes");
        session.run("gonets status");
        session.run("gonets resolve --to vera@three.test --accepted");
        session.run("gonets resolve --to anna@one.test --accepted");
        session.run("gonets resolve --to boris@two.test --resend");
        session.run("gonets send --yes");
        session.run("gonets status");
        session
    });
}

#[test]
fn a_rehearsal() {
    in_both_languages("a_rehearsal", |language| {
        let server = at("RCPT TO:<me@", &["250 ok", "550 5.7.1 too many alike"]);
        let mut session = Session::of(language, Campaign::new().to(&server).impatient());
        session.run("gonets send --test-to me@sender.test --limit 1");
        session.run("gonets send --test-to me@sender.test");
        session.run("gonets send --test-to me@sender");
        session.run("gonets send --test-to sender.test");
        session.run("gonets status");
        session
    });
}

#[test]
fn a_relay_that_cannot_be_used() {
    in_both_languages("a_relay_that_cannot_be_used", |language| {
        let server = Server::scripted(|_, moment| match moment {
            Moment::Command(line) if line.starts_with("MAIL") => {
                Some(say("530 5.7.0 authentication required"))
            }
            Moment::Command(_) | Moment::Greeting | Moment::Message => None,
        });
        let mut session = Session::of(language, Campaign::new().to(&server).impatient());
        session.run("gonets send --yes");
        session.edit("campaign.toml", "security = \"none\"\n", "security = \"starttls\"\n");
        session.run("gonets send --yes");
        session.append("campaign.toml", "[smtp.timeouts]\nconnect = \"soon\"\n");
        session.run("gonets send --yes");
        session
    });
}

#[test]
fn a_seal_that_does_not_match() {
    in_both_languages("a_seal_that_does_not_match", |language| {
        let server = Server::kind();
        let mut session = Session::of(language, Campaign::new().to(&server).impatient());
        session.run("gonets preview");
        let seal = session.seal();
        session.edit("letter.md", "Приглашаем", "Зовём");
        session.edit("contacts.csv", "vera@three.test", "vera@four.test");
        session.run("gonets status");
        session.run(&format!("gonets send --seal {seal}"));
        session.run("gonets preview");
        let seal = session.seal();
        session.run(&format!("gonets send --seal {seal}"));
        session.append("letter.md", "\nДо встречи!\n");
        session.run("gonets send --yes");
        session
    });
}

#[test]
fn letters_that_must_be_approved() {
    in_both_languages("letters_that_must_be_approved", |language| {
        let server = Server::kind();
        let campaign = Campaign::new().to(&server).impatient().with("[approval]\npeople = 2\n");
        let mut session = Session::of(language, campaign);
        session.run("gonets approve --by 'Ирина Белова'");
        session.run("gonets preview");
        session.run("gonets send --yes");
        session.run("gonets approve --by 'Ирина Белова'");
        session.run("gonets approve --by 'ирина  белова'");
        session.run("gonets send --yes");
        session.run("gonets approve --by 'Олег Чиж'");
        session.run("gonets status");
        session.append("letter.md", "\nДо встречи!\n");
        session.run("gonets send --yes");
        session.run("gonets approve --by 42");
        session
    });
}

#[test]
fn those_who_must_not_be_written_to() {
    in_both_languages("those_who_must_not_be_written_to", |language| {
        let server = Server::kind();
        let mut session = Session::of(language, Campaign::new().to(&server).impatient());
        session.run("gonets suppress");
        session.run("gonets suppress --add boris@two.test three.test --reason 'asked by phone'");
        session.run("gonets suppress");
        session.run("gonets check");
        session.run("gonets send --yes");
        session.run("gonets suppress --remove three.test");
        session.run("gonets suppress --remove three.test");
        session.run("gonets suppress --add two");
        session.run("gonets report");
        session
    });
}

#[test]
fn wrong_usage() {
    in_both_languages("wrong_usage", |language| {
        let mut session = Session::of(language, Campaign::new());
        session.run("gonets");
        session.run("gonets sned");
        session.run("gonets send --limt 3");
        session.run("gonets send --limit three");
        session.run("gonets send --to");
        session.run("gonets send --dry-run --test-to me@sender.test");
        session.run("gonets resolve --to anna@one.test");
        session.run("gonets approve");
        session.run("gonets check --rows 9-7");
        session.run("gonets report --out report.docx");
        session.run("gonets check --problems contacts.csv");
        session.run("gonets resolve --to anna@one.test --accepted");
        session.run("gonets send --to nobody@three.test");
        session
    });
}

/// The one question that comes before every ordinary send.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs script"]
fn the_question_before_a_send() {
    in_both_languages("the_question_before_a_send", |language| {
        let server = Server::kind();
        let mut session = Session::of(language, Campaign::new().to(&server).impatient());
        session.run("gonets preview");
        // The question names the number to type.
        session.answer("gonets send", "(3)", "2");
        session.answer("gonets send", "(3)", "3");
        session.answer("gonets reset --to anna@one.test", "(1)", "no");
        session
    });
}
