//! `show`, `report`, `register`, `status`, and a dry run at the relay.

use std::fs;

use serde_json::{Value, json};

use crate::server::{Moment, Server, say};
use crate::support::{Campaign, gonets, ran};

fn refusing() -> Server {
    Server::scripted(|_, moment| match moment {
        Moment::Command(line) if line.contains("RCPT TO:<boris@") => {
            Some(say("550 5.1.1 no such user"))
        }
        Moment::Command(line) if line.contains("RCPT TO:<vera@") => {
            Some(say("450 4.2.0 greylisted"))
        }
        _ => None,
    })
}

#[test]
fn a_letter_is_shown_by_row_number_and_order() {
    let campaign = Campaign::new().with("[register]\nfirst = 7\nformat = \"{:03}\"\n").write();
    let first = |arguments| campaign.run(arguments).code(0).out.lines().nth(1).unwrap().to_owned();
    assert!(first(["show", "--row", "3", "--quiet"]).contains("boris@two.test"));
    assert!(first(["show", "--number", "009", "--quiet"]).contains("vera@three.test"));
    assert!(
        campaign
            .run(["show", "--row", "3", "--next"])
            .code(0)
            .says("No. 009")
            .out
            .contains("vera@")
    );
    assert!(campaign.run(["show", "--next"]).code(0).says("--row 3").out.contains("anna@"));
    campaign.run(["show", "--random"]).code(0);
    campaign.run(["show", "--row", "4", "--next"]).code(3).says("the last one");
    campaign.run(["show", "--row", "9"]).code(3).says("no row 9");
    campaign.run(["show", "--number", "1"]).code(3).says("outgoing number \"1\"");
    campaign.run(["send", "--to", "anna@one.test", "--yes"]).code(7);
    assert!(campaign.run(["show", "--next"]).code(0).out.contains("boris@"));
    let pdf = campaign.path().join("a.pdf");
    campaign.run(["show", "--pdf", pdf.to_str().unwrap()]).code(3).says("[pdf]");
    assert!(!pdf.exists());
    campaign.run(["show", "--lang", "ru"]).code(0).says("Кому:").says("Дальше: gonets show");
}

#[test]
fn colours_are_for_those_who_want_them() {
    let campaign = Campaign::new().letter("Тема **важная**, см. https://example.org/x.\n").write();
    let painted = campaign.run(["show", "--color", "always"]).code(0).out;
    assert!(
        painted.contains("\u{1b}[1mважная\u{1b}[0m")
            && painted.contains("\u{1b}[36;4mhttps://example.org/x\u{1b}[0m.")
    );
    assert!(!campaign.run(["show"]).out.contains('\u{1b}'));
}

#[test]
fn a_report_has_the_lists_columns_and_what_became_of_each_row() {
    let server = refusing();
    let campaign = Campaign::new()
        .contacts_table("suppress = \"never.csv\"")
        .to(&server)
        .with("[retry]\nattempts = 3\nfirst_delay = \"1h\"\n[register]\nnumber = \"007\"\n")
        .write();
    let list = campaign.path().join("contacts.csv");
    let text = fs::read_to_string(&list).unwrap().replace("Северный", "=1+1");
    fs::write(&list, text + "no@four.test;Н;Н;;Н;Н;Н;Р\nbad@@x;Н;Н;;Н;Н;Н;Р\n").unwrap();
    fs::write(campaign.path().join("never.csv"), "no@four.test;asked\n").unwrap();
    let before = fs::read(&list).unwrap();
    campaign.run(["send", "--yes", "--skip-faulty"]).code(1);
    let out = |name: &str| campaign.path().join(name).to_str().unwrap().to_owned();
    campaign.run(["report", "--lang", "ru", "--out", &out("r.csv")]).code(0).says("5 строк");
    let csv = fs::read_to_string(out("r.csv")).unwrap();
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert!(
        lines[0].starts_with("\u{feff}email;Фамилия;")
            && lines[0]
                .ends_with("Район;Адрес;Исх. №;Дата;Адресат;Тема;Состояние;Время;Ответ сервера;Ответ;Когда;От кого;Что пишут")
    );
    assert!(lines[1].contains(";'=1+1;anna@one.test;007;"), "{csv}");
    assert!(
        lines[2].contains("отклонено")
            && lines[2].contains("такого ящика нет (550 5.1.1 no such user)"),
        "{csv}"
    );
    assert!(lines[3].contains("ждёт") && lines[3].contains("сервер просит зайти позже"), "{csv}");
    assert!(lines[4].contains("писать нельзя") && lines[5].contains("есть ошибка"), "{csv}");
    campaign.run(["report", "--out", &out("r.csv")]).code(3).says("--replace");
    campaign.run(["report", "--out", &out("r.csv"), "--replace"]).code(0);
    campaign.run(["report", "--out", &out("r.json")]).code(0);
    let json: Value = serde_json::from_str(&fs::read_to_string(out("r.json")).unwrap()).unwrap();
    assert_eq!(
        (&json[1]["state"], &json[1]["reply"]),
        (&json!("refused"), &json!("550 5.1.1 no such user"))
    );
    assert_eq!(
        (&json[0]["columns"]["Район"], &json[3]["state"]),
        (&json!("=1+1"), &json!("suppressed"))
    );
    campaign.run(["report", "--out", &out("r.xlsx")]).code(0);
    assert!(fs::read(out("r.xlsx")).unwrap().starts_with(b"PK"));
    // A table is a contact list again: what Excel opens, we read.
    let again = Campaign::new().write();
    fs::copy(out("r.xlsx"), again.path().join("contacts.xlsx")).unwrap();
    let toml = fs::read_to_string(again.path().join("campaign.toml")).unwrap();
    let toml = toml.replace("contacts.csv", "contacts.xlsx\"\nsheet = \"All columns");
    fs::write(again.path().join("campaign.toml"), toml).unwrap();
    again.run(["check", "--list", "--all"]).code(3).says("5 rows, 20 columns").says("Район");
    campaign.run(["report", "--out", &out("r.doc")]).code(2).says(".xlsx");
    for own in ["contacts.csv", "never.csv"] {
        campaign
            .run(["report", "--replace", "--out", &out(own)])
            .code(3)
            .says("is never overwritten");
    }
    assert_eq!(fs::read(&list).unwrap(), before);
    assert!(
        fs::read_dir(campaign.path())
            .unwrap()
            .all(|entry| !entry.unwrap().path().ends_with(".part"))
    );
}

#[test]
fn the_journal_of_outgoing_letters_has_every_number_given_out() {
    let campaign = Campaign::new().with("[register]\nfirst = 7\ndate = 2022-02-28\n").write();
    campaign.run(["register"]).code(0).says("nothing has been sent");
    campaign.run(["send", "--yes", "--limit", "1"]).code(7);
    let path = campaign.path().join("журнал.csv");
    campaign
        .run(["register", "--lang", "ru", "--out", path.to_str().unwrap()])
        .code(0)
        .says("3 строки");
    let csv = fs::read_to_string(path).unwrap();
    assert!(
        csv.contains("\r\n9;28.02.2022;Седых В.Л.;Заведующей;;vera@three.test;О семинаре;;;;ждёт"),
        "{csv}"
    );
    campaign.run(["register"]).code(0).says("7\t28.02.2022\tИльиной А.П.");
}

#[test]
fn status_groups_reasons_and_names_the_next_attempt() {
    let server = refusing();
    let campaign =
        Campaign::new().to(&server).with("[retry]\nattempts = 3\nfirst_delay = \"1h\"\n").write();
    campaign.run(["send", "--yes"]).code(1);
    campaign
        .run(["status"])
        .code(0)
        .says("refused, by reason:\n      1  there is no such mailbox\n         for example boris@two.test: 550 5.1.1")
        .says("1 letter deferred by the relay; next attempt at 20");
    campaign.run(["status", "--lang", "ru"]).says("такого ящика нет").says("ближайшая попытка");
}

#[test]
fn a_dry_run_knocks_at_the_relay_and_gives_it_nothing() {
    let server = Server::scripted(|_, moment| match moment {
        Moment::Command(line) if line.starts_with("EHLO") => Some(say("250-x\r\n250 SIZE 1000")),
        _ => None,
    });
    let campaign = Campaign::new().to(&server).write();
    campaign
        .run(["send", "--dry-run"])
        .code(3)
        .says("3 letters would be sent")
        .says("at most 1000 B");
    let roomy = Server::scripted(|_, moment| match moment {
        Moment::Command(line) if line.starts_with("EHLO") => {
            Some(say("250-x\r\n250 SIZE 10485760"))
        }
        _ => None,
    });
    let campaign = Campaign::new().to(&roomy).write();
    campaign.run(["send", "--dry-run"]).code(0).says("connected; it accepts up to 10.0 MB");
    for server in [server, roomy] {
        assert!(
            server.commands().iter().all(|line| !line.starts_with("MAIL")),
            "{:?}",
            server.commands()
        );
    }
    assert!(!campaign.path().join("ledger.sqlite").exists());
}

#[test]
fn a_rehearsal_of_many_is_asked_for_and_a_few_are_drawn_at_random() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).people(30).write();
    campaign.run(["send", "--test-to", "me@own.test"]).code(2);
    campaign
        .run(["send", "--test-to", "me@own.test", "--random", "4"])
        .code(0)
        .says("4 letters sent");
    assert_eq!(server.taken().len(), 4);
    campaign.run(["send", "--random", "4"]).code(2);
}

#[test]
fn manual_pages_come_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man");
    ran(gonets().args(["man", "--lang", "ru", "--out"]).arg(&pages).output().unwrap()).code(0);
    let send = fs::read_to_string(pages.join("gonets-send.1")).unwrap();
    assert!(
        send.contains("ПАРАМЕТРЫ") && send.contains("Репетиция") && !send.contains("OPTIONS"),
        "{send}"
    );
    ran(gonets().arg("man").output().unwrap()).code(0).says(".SH NAME");
}
