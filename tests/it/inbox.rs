//! What came back: read from files into the ledger, and what follows from it.

use std::collections::HashMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::PathBuf;

use calamine::{Data, Reader as _, Xlsx};
use serde_json::Value;

use crate::server::{Act, Moment, Server};
use crate::support::{Campaign, Ran};

/// A campaign that has gone to three people, and a folder for what comes back.
pub(crate) struct Sent {
    pub campaign: Campaign,
    /// Message-IDs by address.
    ids: HashMap<String, String>,
}

impl Sent {
    pub fn new() -> Self {
        Self::of(Campaign::new(), &Server::kind())
    }

    fn of(campaign: Campaign, server: &Server) -> Self {
        let campaign = campaign.to(server).impatient().write();
        campaign.run(["send", "--yes"]);
        let letters = campaign.letters();
        let text = |letter: &Value, key: &str| letter[key].as_str().unwrap().to_owned();
        let ids = letters.iter().map(|it| (text(it, "address"), text(it, "message_id"))).collect();
        fs::create_dir(campaign.path().join("mails")).unwrap();
        Self { campaign, ids }
    }

    fn mails(&self) -> PathBuf {
        self.campaign.path().join("mails")
    }

    /// Puts a mail into the folder; `{anna}` is the Message-ID of Anna's letter.
    pub fn comes(&self, name: &str, mail: &str) -> &Self {
        let mut mail = mail.to_owned();
        for (address, id) in &self.ids {
            let short = address.split('@').next().unwrap();
            mail = mail.replace(&format!("{{{short}}}"), id);
        }
        fs::write(self.mails().join(format!("{name}.eml")), mail).unwrap();
        self
    }

    pub fn read(&self) -> Ran {
        self.campaign.run(["inbox", "--from", self.mails().to_str().unwrap(), "--json"])
    }

    /// The letters of `report --json`, by address.
    fn report(&self) -> HashMap<String, Value> {
        let letters = self.campaign.letters();
        letters.into_iter().map(|it| (it["address"].as_str().unwrap().to_owned(), it)).collect()
    }

    fn answers(&self) -> [String; 3] {
        let report = self.report();
        ["anna@one.test", "boris@two.test", "vera@three.test"]
            .map(|address| report[address]["answer"].as_str().unwrap_or("none").to_owned())
    }
}

pub(crate) const BOUNCE: &str = "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.sender.test>\n\
    To: invite@sender.test\nSubject: Undelivered Mail Returned to Sender\n\n\
    This is the mail system at host mx.sender.test.\n\n\
    <anna@one.test>: host mx.one.test said: 550 5.1.1 User unknown\n\n\
    ------ This is a copy of the message's headers. ------\n\n\
    Received: from localhost\nMessage-ID: {anna}\nTo: anna@one.test\nSubject: О семинаре\n";

pub(crate) const REPLY: &str = "From: Борис Цой <boris@two.test>\nTo: invite@sender.test\n\
    Subject: Re: О семинаре\nIn-Reply-To: {boris}\nDate: Mon, 30 Nov 2026 10:00:00 +0300\n\n\
    Спасибо, буду.\n";

const AWAY: &str = "From: vera@three.test\nTo: invite@sender.test\nAuto-Submitted: auto-replied\n\
    Subject: Автоматический ответ: О семинаре\nIn-Reply-To: {vera}\n\
    Date: Mon, 30 Nov 2026 10:00:00 +0300\n\nЯ в отпуске до 14 декабря.\n";

#[test]
fn a_complaint_that_names_two_persons_suppresses_nobody() {
    let complaint = |address: &str| {
        format!(
            "From: fbl@provider.test\nTo: invite@sender.test\nSubject: complaint\n\
             Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n\
             --b\n\nSpam.\n--b\nContent-Type: message/feedback-report\n\n\
             Feedback-Type: abuse\nOriginal-Rcpt-To: {address}\n\n\
             --b\nContent-Type: message/rfc822\n\nMessage-ID: {{anna}}\n\n--b--\n"
        )
    };
    let sent = Sent::new();
    sent.comes("1", &complaint("boris@two.test"));
    sent.read().code(1);
    assert_eq!(sent.answers(), ["unsure", "silent", "silent"]);
    assert_eq!(sent.campaign.run(["suppress"]).out, "");
    sent.comes("2", &complaint("anna@one.test"));
    sent.read();
    assert_eq!(sent.answers(), ["complained", "silent", "silent"]);
    assert!(sent.campaign.run(["suppress"]).out.contains("anna@one.test"));
}

#[test]
fn every_letter_gets_its_answer() {
    let sent = Sent::new();
    assert_eq!(sent.answers(), ["silent", "silent", "silent"]);
    sent.comes("1", BOUNCE).comes("2", REPLY).comes("3", AWAY);
    sent.comes("4", "From: spam@shop.test\nTo: invite@sender.test\nSubject: Cheap\n\nBuy\n");
    let ran = sent.read().code(0);
    let summary = ran.summary();
    let of = |key: &str| summary[key].as_u64().unwrap();
    assert_eq!([of("read"), of("ours"), of("not_ours"), of("unsure")], [4, 3, 1, 0]);
    assert_eq!(sent.answers(), ["bounced", "replied", "away"]);
    let report = sent.report();
    let anna = &report["anna@one.test"];
    assert_eq!((anna["bounce"].as_str(), anna["status"].as_str()), (Some("hard"), Some("5.1.1")));
    assert_eq!(report["vera@three.test"]["until"], "2026-12-14");
    let mails = ran.objects("mail");
    assert_eq!(mails[0]["kind"], "bounce");
    assert_eq!(mails[0]["matched_by"], "message_id");
    assert_eq!(mails[0]["recipients"][0]["letter"], "anna@one.test");
    assert_eq!(
        (mails[3]["kind"].as_str(), mails[3]["counted"].as_str()),
        (Some("none"), Some("not_ours"))
    );
}

#[test]
fn reading_twice_changes_nothing_and_the_order_does_not_matter() {
    let sent = Sent::new();
    sent.comes("1", REPLY);
    sent.read().code(0);
    // An older notice of absence comes in later, and outweighs nothing.
    let away = AWAY.replace("vera@three.test", "boris@two.test").replace("{vera}", "{boris}");
    sent.comes("0", &away);
    let summary = sent.read().code(0).summary();
    assert_eq!((summary["read"].as_u64(), summary["already"].as_u64()), (Some(2), Some(1)));
    assert_eq!(sent.answers(), ["silent", "replied", "silent"]);
    assert_eq!(sent.read().code(0).summary()["already"], 2);
    // The same mails from an mbox, where their line ends and fields differ.
    let mbox = sent.campaign.path().join("mbox");
    let all = ["0", "1"]
        .map(|name| fs::read_to_string(sent.mails().join(format!("{name}.eml"))).unwrap());
    fs::write(
        &mbox,
        all.map(|mail| {
            format!("From x Mon Nov 30 10:00:00 2026\nStatus: RO\n{}\n\n", mail.trim_end())
                .replace('\n', "\r\n")
        })
        .concat(),
    )
    .unwrap();
    let again = sent.campaign.run(["inbox", "--from", mbox.to_str().unwrap(), "--json"]).code(0);
    assert_eq!(
        (again.summary()["read"].as_u64(), again.summary()["already"].as_u64()),
        (Some(2), Some(2))
    );
}

#[test]
fn a_dry_run_keeps_nothing() {
    let sent = Sent::new();
    sent.comes("1", BOUNCE);
    let mails = sent.mails();
    let ran =
        sent.campaign.run(["inbox", "--from", mails.to_str().unwrap(), "--dry-run", "--json"]);
    assert_eq!(ran.code(0).summary()["ours"], 1);
    assert_eq!(sent.answers(), ["silent", "silent", "silent"]);
}

#[test]
fn a_mail_proves_that_the_relay_had_an_unknown_letter() {
    let server = Server::scripted(|connection, moment| {
        (connection == 0 && *moment == Moment::Message).then_some(Act::TakeAndClose)
    });
    let sent = Sent::of(Campaign::new(), &server);
    let unknown =
        |sent: &Sent| sent.report().into_values().filter(|it| it["state"] == "unknown").count();
    assert_eq!(unknown(&sent), 1);
    let report = sent.report();
    let (address, _) = report.iter().find(|(_, it)| it["state"] == "unknown").unwrap();
    let short = address.split('@').next().unwrap();
    sent.comes(
        "1",
        &REPLY.replace("boris@two.test", address).replace("{boris}", &format!("{{{short}}}")),
    );
    assert_eq!(sent.read().code(0).summary()["proved"], 1);
    assert_eq!(unknown(&sent), 0);
}

#[test]
fn who_unsubscribes_by_the_button_is_suppressed_at_once_and_who_says_so_after_a_word() {
    let sent = Sent::new();
    let id = |address: &str| sent.ids[address][1..33].to_owned();
    sent.comes(
        "1",
        &format!(
            "From: anna@one.test\nTo: stop@sender.test\nSubject: unsubscribe {}\n\n",
            id("anna@one.test")
        ),
    );
    sent.comes(
        "2",
        &REPLY.replace("Спасибо, буду.", "Исключите нас, пожалуйста, из списка рассылки."),
    );
    let summary = sent.read().summary();
    assert_eq!(summary["suppressed"], 1);
    assert_eq!(sent.answers(), ["unsubscribed", "unsubscribed", "silent"]);
    let listed = sent.campaign.run(["suppress"]).code(0);
    assert!(
        listed.out.contains("anna@one.test") && !listed.out.contains("boris@two.test"),
        "{}",
        listed.out
    );
    sent.campaign.run(["inbox", "--from", sent.mails().to_str().unwrap()]).says("--review");
}

#[test]
fn what_concerns_others_counts_for_nobody() {
    let copies = "bcc = [\"archive@sender.test\"]\nreply_to = \"answers@sender.test\"";
    let sent = Sent::of(Campaign::new().sender_table(copies), &Server::kind());
    // Our own letter in Sent; the bounce of a copy; another letter to the same person; a forged
    // report that names one letter and another person.
    sent.comes("1", &REPLY.replace("From: Борис Цой <boris@two.test>", "From: invite@sender.test"));
    sent.comes("2", &BOUNCE.replace("<anna@one.test>:", "<archive@sender.test>:"));
    sent.comes(
        "3",
        &BOUNCE.replace("{anna}", "<other@sender.test>").replace("О семинаре", "О ремонте"),
    );
    sent.comes("4", &BOUNCE.replace("<anna@one.test>:", "<vera@three.test>:"));
    let ran = sent.read().code(1);
    let counted: Vec<String> =
        ran.objects("mail").iter().map(|it| it["counted"].as_str().unwrap().to_owned()).collect();
    assert_eq!(counted, ["not_ours", "ours", "not_ours", "unsure"]);
    assert_eq!(sent.answers(), ["unsure", "silent", "silent"]);
    assert!(sent.campaign.run(["suppress"]).out.is_empty());
}

#[test]
fn a_secretary_answers_for_the_addressee() {
    let sent = Sent::new();
    sent.comes("1", &REPLY.replace("Борис Цой <boris@two.test>", "Приёмная <office@two.test>"));
    let ran = sent.campaign.run(["inbox", "--from", sent.mails().to_str().unwrap()]).code(0);
    ran.says("boris@two.test: answered by another person: Приёмная <office@two.test>");
    assert_eq!(sent.answers(), ["silent", "replied", "silent"]);
    assert_eq!(sent.report()["boris@two.test"]["answer_from"], "office@two.test");
}

#[test]
fn hostile_mails_are_counted_and_named() {
    let sent = Sent::new();
    fs::write(sent.mails().join("1.eml"), [0; 5000]).unwrap();
    sent.comes("2", &format!("Subject: x\n{}", "Content-Type: message/rfc822\n\n".repeat(50_000)));
    sent.comes("3", &REPLY.replace("Спасибо, буду.", "=cmd|' /C calc'!A0 \u{1b}[31m\u{202e}"));
    let ran = sent.campaign.run(["inbox", "--from", sent.mails().to_str().unwrap()]).code(1);
    assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'));
    ran.says("1.eml");
    let report = sent.campaign.run(["report"]).code(0);
    assert!(!report.out.contains('\u{1b}') && report.out.contains("\\u{1b}"), "{}", report.out);
}

#[test]
fn a_mailbox_that_is_not_there_is_said_so() {
    let sent = Sent::new();
    sent.campaign.run(["inbox", "--from", "/nowhere/at/all"]).code(4).says("/nowhere/at/all");
    sent.campaign.run(["inbox"]).code(2).says("--from PATH");
    sent.campaign.run(["inbox", "--review"]).code(0).says("nothing waits");
    Campaign::new().write().run(["inbox", "--from", "."]).code(3);
}

#[test]
fn an_answer_by_telephone_counts_like_one_by_mail() {
    let sent = Sent::new();
    let answer = ["answer", "--to", "Boris@two.test", "--declined", "--note", "в отпуске"];
    sent.campaign.run(answer).code(0).says("1 answer kept");
    assert_eq!(sent.answers(), ["silent", "replied", "silent"]);
    sent.campaign.run(["status"]).code(0).says("    1  replied");
    sent.campaign.run(["answer", "--to", "no@two.test", "--replied"]).code(3).says("no letter");
    sent.campaign.run(["answer", "--to", "boris@two.test"]).code(2);
}

/// The cells of a sheet, row by row.
fn sheet(bytes: &[u8], name: &str) -> Vec<Vec<Data>> {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range(name).unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

fn part_of(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_workbook_of_the_report_begins_with_sums_and_prints_one_page_wide() {
    let numbered = Campaign::new().with("[register]\nfirst = 7\nformat = \"{:03}\"\n");
    let sent = Sent::of(numbered, &Server::kind());
    sent.comes("1", BOUNCE).comes("2", &REPLY.replace("Спасибо", "=HYPERLINK(1)\u{1b}[2J"));
    sent.read().code(0);
    let path = sent.campaign.path().join("report.xlsx");
    let path = path.to_str().unwrap();
    sent.campaign.run(["report", "--lang", "ru", "--out", path]).code(0);
    let book = fs::read(path).unwrap();
    let rows = sheet(&book, "Отчёт");
    let text = |row: usize, column: usize| rows[row][column].to_string();
    assert!(text(1, 0).starts_with("По состоянию на "), "{}", text(1, 0));
    // The sums are numbers: all rows and their states, all answers and their kinds.
    let sum = |row: usize, column: usize| (rows[row][column].clone(), text(row, column + 1));
    assert_eq!(sum(3, 0), (Data::Float(3.0), "Всего строк".into()));
    assert_eq!(sum(4, 0), (Data::Float(3.0), "принято".into()));
    let answers = [3, 4, 5, 6].map(|row| sum(row, 4));
    let expected = ["Принято сервером", "ответили", "не доставлено", "нет ответа"]
        .into_iter()
        .zip([3.0, 1.0, 1.0, 1.0])
        .map(|(words, count)| (Data::Float(count), words.to_owned()));
    assert_eq!(answers.to_vec(), expected.collect::<Vec<_>>());
    // The table, without columns that would be empty.
    let headings: Vec<String> = rows[8].iter().map(Data::to_string).collect();
    assert_eq!(
        headings,
        ["Исх. №", "Адресат", "Адрес", "Состояние", "Ответ", "Когда", "От кого", "Что пишут"]
    );
    let anna = &rows[9];
    assert_eq!(anna[0], Data::String("007".into()));
    assert_eq!(anna[4].to_string(), "не доставлено: адрес не действует");
    assert!(rows[10][7].to_string().starts_with("=HYPERLINK(1)\\u{1b}[2J"), "{}", rows[10][7]);
    let xml = part_of(&book, "xl/worksheets/sheet1.xml");
    for setting in [
        "orientation=\"landscape\"",
        "fitToHeight=\"0\"",
        "<ignoredError sqref=\"A9:H12\" numberStoredAsText=\"1\"/>",
        "<autoFilter ref=\"A9:H12\"/>",
    ] {
        assert!(xml.contains(setting), "{setting} {xml}");
    }
    assert!(!xml.contains("<f>"), "{xml}");
    let titles = part_of(&book, "xl/workbook.xml");
    assert!(titles.contains(">Отчёт!$9:$9</definedName>"), "{titles}");
    // Everything else stands on the second sheet.
    assert_eq!(sheet(&book, "Все сведения").len(), 4);
}

#[test]
fn status_report_and_register_tell_the_answers() {
    let sent = Sent::new();
    sent.comes("1", BOUNCE).comes("2", REPLY);
    sent.read().code(0);
    for command in ["status", "report", "register"] {
        let answers = &sent.campaign.run([command, "--json"]).code(0).summary()["answers"];
        assert_eq!((&answers["replied"], &answers["bounced"]), (&1.into(), &1.into()), "{command}");
        assert_eq!((&answers["silent"], &answers["away"]), (&1.into(), &0.into()), "{command}");
    }
    sent.campaign.run(["status"]).code(0).says("1  replied");
    let table = sent.campaign.path().join("register.json");
    sent.campaign.run(["register", "--out", table.to_str().unwrap()]).code(0);
    let table: Vec<Value> = serde_json::from_slice(&fs::read(table).unwrap()).unwrap();
    assert_eq!(table[1]["answer"], "replied");
    assert_eq!(table[1]["answer_from"], "boris@two.test");
    assert_eq!(table[2]["answer"], "silent");
}

#[test]
fn the_gallery_of_a_mailing_that_has_gone_tells_the_answers() {
    let sent = Sent::new();
    sent.comes("1", BOUNCE).comes("2", &REPLY.replace("Спасибо", "</script><b>\u{202e}"));
    sent.read().code(0);
    sent.campaign.run(["preview"]).code(0);
    let data = |name: &str| {
        fs::read_to_string(sent.campaign.path().join("preview/data").join(name)).unwrap()
    };
    let outcomes = r#""outcomes":[["replied","replied",1],["bounced","not delivered",1],["silent","silent",1]]"#;
    assert!(data("about.js").contains(outcomes), "{}", data("about.js"));
    let list = data("list-0.js");
    assert!(list.contains(r#""replied","Борис Цой \u003cboris@two.test>"]"#), "{list}");
    let letters = data("letters-0.js");
    assert!(letters.contains(r#""o":["not delivered: the address is dead","#), "{letters}");
    assert!(letters.contains(r"\u003c/script>\u003cb>\\u{202e}, буду."), "{letters}");
}

/// A row that was taken out of the list after its letter went.
#[test]
fn the_gallery_has_letters_that_the_list_makes_no_more() {
    let sent = Sent::new();
    sent.comes("2", REPLY);
    sent.read().code(0);
    let list = sent.campaign.path().join("contacts.csv");
    let without = |text: String| {
        let kept = text.lines().filter(|line| !line.contains("boris@two.test"));
        kept.map(|line| format!("{line}\n")).collect::<String>()
    };
    fs::write(&list, without(fs::read_to_string(&list).unwrap())).unwrap();
    sent.campaign.run(["preview"]).code(0);
    let data = |name: &str| {
        fs::read_to_string(sent.campaign.path().join("preview/data").join(name)).unwrap()
    };
    let outcomes = r#""outcomes":[["replied","replied",1],["silent","silent",2]]"#;
    assert!(data("about.js").contains(outcomes), "{}", data("about.js"));
    assert!(data("about.js").contains(r#""rows":2"#), "{}", data("about.js"));
    let on_record = r#""boris@two.test","","Директору","","",256,"#;
    assert!(data("list-0.js").contains(on_record), "{}", data("list-0.js"));
    assert!(
        data("letters-0.js").contains(r#"["Subject","О семинаре"]"#),
        "{}",
        data("letters-0.js")
    );
    // Who asked for some rows gets no others.
    sent.campaign.run(["preview", "--rows", "2"]).code(0);
    assert!(!data("list-0.js").contains("boris@two.test"));
}
