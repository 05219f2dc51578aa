//! A mailing of forty through Postfix to mailboxes on this machine, read with Dovecot: what is reported
//! of each, and whom the reminder reaches.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;

use jiff::civil::Date;
use jiff::{ToSpan as _, ZonedDateTime};
use serde_json::Value;

use crate::support::mail_servers::{Dovecot, PASSWORD, Postfix, files_in, until};
use crate::support::{Campaign, Ran, gonets, private, ran};

/// Where everybody works, by the number in their address. Postfix hands back what goes to the domains
/// without mailboxes, with its own reports.
fn domain(n: usize) -> &'static str {
    match n {
        19..=21 => "gone.test",
        22..=23 => "full.test",
        24 => "filter.test",
        25 => "nowhere.test",
        _ => "one.test",
    }
}

fn address(n: usize) -> String {
    format!("p{n:02}@{}", domain(n))
}

/// Nobody has this mailbox, and Postfix says so at once.
const REFUSED: usize = 32;

fn postfix() -> Postfix {
    let with_mailbox = (1..=40).filter(|n| domain(*n) == "one.test" && *n != REFUSED);
    let mailboxes: String = with_mailbox.map(|n| format!("{}=p{n:02}/, ", address(n))).collect();
    Postfix::with(&format!(
        "virtual_mailbox_domains = one.test, sender.test\n\
         virtual_mailbox_maps = inline:{{ {mailboxes}invite@sender.test=anna/ }}\n\
         transport_maps = inline:{{ gone.test=returns:5.1.1, \
         full.test=returns:5.2.2, \
         filter.test=returns:5.7.1, \
         nowhere.test=returns:5.4.4 }}\n"
    ))
}

/// Puts a mail into the sender's mailbox, by way of Postfix.
fn mail(postfix: &Postfix, from: &str, text: &str) {
    let stream = TcpStream::connect(("127.0.0.1", postfix.port)).unwrap();
    let mut replies = BufReader::new(stream.try_clone().unwrap());
    let mut say = |line: &str| {
        (&stream).write_all(line.as_bytes()).unwrap();
        let mut reply = String::new();
        while reply.get(3..4) != Some(" ") {
            reply.clear();
            assert!(replies.read_line(&mut reply).unwrap() > 0, "{line}");
        }
        assert!(reply.starts_with(['2', '3']), "{line} {reply}");
    };
    say("");
    say("HELO localhost\r\n");
    say(&format!("MAIL FROM:<{from}>\r\n"));
    say("RCPT TO:<invite@sender.test>\r\n");
    say("DATA\r\n");
    say(&format!("{}\r\n.\r\n", text.replace('\n', "\r\n")));
    say("QUIT\r\n");
}

fn letters(ran: &Ran) -> BTreeMap<String, Value> {
    let letters = ran.objects("letter").into_iter();
    letters.map(|it| (it["address"].as_str().unwrap().to_owned(), it)).collect()
}

fn count(folder: &Path) -> usize {
    files_in(folder).len()
}

/// The last day of those who are away.
fn returns() -> Date {
    ZonedDateTime::now().date().checked_add(20.days()).unwrap()
}

/// What the people and their programs write back.
fn everybody_answers(postfix: &Postfix, sent: &BTreeMap<String, Value>) {
    let id = |n: usize| sent[&address(n)]["message_id"].as_str().unwrap().to_owned();
    let answer = |n: usize, from: &str, head: &str, text: &str| {
        let head = format!(
            "From: {from}\nTo: invite@sender.test\nIn-Reply-To: {}\n{head}\nMIME-Version: 1.0\n\
             Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}",
            id(n)
        );
        let envelope = if head.contains("Auto-Submitted") { "" } else { "office@one.test" };
        mail(postfix, envelope, &head);
    };
    let reply = "Subject: Re: О семинаре";
    for n in 1..=10 {
        answer(n, &address(n), reply, "Спасибо, будем вдвоём.\n\n> Приглашаем");
    }
    for n in 11..=13 {
        let from = format!("Секретарь <office{n}@one.test>");
        answer(n, &from, reply, "Директор примет участие.");
    }
    let auto = "Subject: Автоответ: О семинаре\nAuto-Submitted: auto-replied";
    for n in 14..=16 {
        let text = format!("Я в отпуске до {}.", returns().strftime("%d.%m.%Y"));
        answer(n, &address(n), auto, &text);
    }
    for n in 17..=18 {
        answer(n, &address(n), auto, "Ваше письмо получено и передано в канцелярию.");
    }
    answer(26, &address(26), reply, "Прошу исключить нас из списка рассылки.");
    // A rule in Outlook sets no header.
    answer(30, &address(30), reply, "Меня не будет в офисе.");
    let report = |kind: &str, part: &str, fields: &str, n: usize| {
        let text = format!(
            "From: server@one.test\nTo: invite@sender.test\nSubject: report\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type={kind}; boundary=b\n\n--b\n\
             Content-Type: text/plain\n\nThis is a report.\n\n--b\nContent-Type: message/{part}\n\n\
             {fields}\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {}\n\n--b--",
            id(n)
        );
        mail(postfix, "", &text);
    };
    let who = |n| format!("Final-Recipient: rfc822; {}", address(n));
    let abuse = "Feedback-Type: abuse\nUser-Agent: one\nVersion: 1";
    report("feedback-report", "feedback-report", abuse, 27);
    let seen = format!(
        "{}\nOriginal-Message-ID: {}\nDisposition: manual-action/MDN-sent-manually; displayed",
        who(28),
        id(28)
    );
    report("disposition-notification", "disposition-notification", &seen, 28);
    let late =
        format!("Reporting-MTA: dns; one.test\n\n{}\nAction: delayed\nStatus: 4.4.1", who(29));
    report("delivery-status", "delivery-status", &late, 29);
}

#[test]
#[ignore = "needs Postfix and Dovecot"]
fn a_mailing_of_forty_is_reported_as_a_clerk_would_and_reminds_exactly_the_silent() {
    let postfix = postfix();
    let dovecot = Dovecot::of(&postfix);
    let rows: String = (1..=40).map(|n| format!("{};Уважаемый коллега\n", address(n))).collect();
    let server = |table: &str, port: u16| {
        format!("[{table}]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n")
    };
    let login = "username = \"anna\"\npassword = { file = \"secret\" }\n";
    let campaign = Campaign::new()
        .contacts(&format!("email;salutation\n{rows}"))
        .letter("{{ salutation }}!\n\nПриглашаем.\n")
        .with(&server("smtp", postfix.port))
        .with(&(server("inbox", dovecot.port) + login))
        .write();
    private(&campaign.path().join("secret"), PASSWORD);
    let campaign = campaign.trusted();
    campaign.run(["send", "--yes"]).code(1).says("39 accepted, 1 refused");
    let sent = letters(&campaign.run(["report", "--json"]));
    everybody_answers(&postfix, &sent);
    let mailbox = postfix.folder.path().join("mail/anna/new");
    // Seven reports of Postfix, twenty mails of people and programs, three reports of others.
    until("the mailbox has it all", || count(&mailbox) == 30);

    let read = campaign.run(["inbox", "--json"]).code(1).summary();
    let of = |key: &str| read[key].as_u64().unwrap();
    assert_eq!([of("read"), of("ours"), of("not_ours"), of("unsure")], [30, 29, 0, 1], "{read}");
    campaign.run(["answer", "--to", &address(31), "--replied", "--note", "по телефону"]).code(0);
    let told = letters(&campaign.run(["report", "--json"]));
    let answer = |n: usize| told[&address(n)]["answer"].as_str().unwrap_or("none").to_owned();
    for n in 1..=40 {
        let expected = match n {
            1..=13 | 31 => "replied",
            14..=16 => "away",
            17..=18 => "auto_replied",
            19..=25 => "bounced",
            26 => "unsubscribed",
            27 => "complained",
            29 => "delayed",
            30 => "unsure",
            REFUSED => "none",
            _ => "silent",
        };
        assert_eq!(answer(n), expected, "{n}: {}", told[&address(n)]);
        if expected == "bounced" {
            let bounce = if matches!(n, 22..=24) { "soft" } else { "hard" };
            assert_eq!(told[&address(n)]["bounce"], bounce, "{n}: {}", told[&address(n)]);
        }
    }
    assert_eq!(told[&address(11)]["answer_from"], "office11@one.test");
    assert_eq!(told[&address(14)]["until"], returns().to_string());
    assert_eq!(told[&address(REFUSED)]["state"], "refused");
    campaign.run(["suppress"]).code(0).says(&address(27));
    // Read once more, nothing counts twice.
    assert_eq!(campaign.run(["inbox", "--json"]).summary()["read"], 0);

    let folder = tempfile::tempdir().unwrap();
    let reminder = folder.path().join("reminder");
    let follow = ["--follow", campaign.path().to_str().unwrap()];
    ran(gonets().arg("init").arg(&reminder).args(follow).output().unwrap()).code(0);
    let toml = reminder.join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap().replace("5 working days", "0 days");
    fs::write(&toml, text).unwrap();
    let of_reminder = |arguments: &[&str]| {
        let mut command = gonets();
        command.arg(arguments[0]).arg(&reminder).args(&arguments[1..]).arg("--trust");
        ran(command.output().unwrap())
    };
    let check = of_reminder(&["check"]).code(0);
    for n in [29, 30] {
        assert!(check.out.contains(&address(n)) || check.err.contains(&address(n)), "{n} is named");
    }
    of_reminder(&["send", "--yes"]).code(0);
    let silent: BTreeSet<String> =
        (17..=40).filter(|n| matches!(n, 17..=18 | 28 | 33..=40)).map(address).collect();
    let reminded = letters(&of_reminder(&["report", "--json"]));
    let went = reminded.iter().filter(|(_, it)| it["state"] == "accepted");
    assert_eq!(went.map(|(address, _)| address.clone()).collect::<BTreeSet<_>>(), silent);
    // Both letters, and in one thread.
    let new = postfix.folder.path().join("mail/p33/new");
    until("the reminder arrived", || count(&new) == 2);
    let texts: Vec<String> = fs::read_dir(&new)
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let first = sent[&address(33)]["message_id"].as_str().unwrap();
    assert!(texts.iter().any(|text| text.contains(&format!("In-Reply-To: {first}"))), "{texts:?}");
    assert_eq!(count(&postfix.folder.path().join("mail/p01/new")), 1);
}
