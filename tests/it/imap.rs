//! `gonets inbox` on a mailbox of a server: what is asked, what is kept, and what goes wrong.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::imap_server::{Act, Folder, ImapServer, say};
use crate::server::Server;
use crate::support::{Campaign, Ran, ran};

pub const PASSWORD: &str = "geheim-Пароль";

/// A campaign that has gone to three people, and reads its answers from a server.
pub fn sent(server: &ImapServer) -> Campaign {
    sent_with(server, "")
}

fn sent_with(server: &ImapServer, more: &str) -> Campaign {
    let timeout = if more.contains("timeout") { "" } else { "timeout = \"1s\"\n" };
    let inbox = format!(
        "[inbox]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nusername = \"anna\"\n\
         password = {{ env = \"GONETS_TEST_PASSWORD\" }}\n{timeout}{more}",
        server.port
    );
    let campaign = Campaign::new().to(&Server::kind()).with(&inbox).impatient().write().trusted();
    campaign.run(["send", "--yes"]).code(0);
    campaign
}

fn read_with<const N: usize>(campaign: &Campaign, arguments: [&str; N]) -> Ran {
    let mut command = campaign.command(arguments);
    ran(command.env("GONETS_TEST_PASSWORD", PASSWORD).output().unwrap())
}

fn read(campaign: &Campaign) -> Ran {
    let ran = read_with(campaign, ["inbox", "--json"]);
    assert!(!ran.out.contains(PASSWORD) && !ran.err.contains(PASSWORD), "{}", ran.err);
    ran
}

/// The summary's counts of mails that were read, ours, unreadable, and known before.
fn counts(ran: &Ran) -> [u64; 4] {
    let summary = ran.summary();
    ["read", "ours", "unreadable", "already"].map(|key| summary[key].as_u64().unwrap())
}

fn answers(campaign: &Campaign) -> Vec<String> {
    let letters = campaign.letters();
    letters.iter().map(|it| it["answer"].as_str().unwrap().to_owned()).collect()
}

fn reply(from: &str, text: &str) -> String {
    format!("From: {from}\nTo: invite@sender.test\nSubject: Re: О семинаре\n\n{text}\n")
}

/// One reply from each of the three, in the inbox, the junk folder, and the inbox again.
fn three_replies(server: &ImapServer) {
    server.comes(0, 3, &reply("anna@one.test", "Буду."));
    server.comes(1, 1, &reply("boris@two.test", "Приеду."));
    server.comes(0, 9, &reply("vera@three.test", "Спасибо."));
}

const ALL: [&str; 3] = ["replied", "replied", "replied"];

#[test]
fn the_inbox_and_the_junk_folder_are_read_and_nothing_but_read() {
    let server = ImapServer::kind();
    let campaign = sent(&server);
    three_replies(&server);
    server.comes(2, 1, &reply("anna@one.test", "Черновик"));
    let ran = read(&campaign).code(0);
    assert_eq!(counts(&ran), [3, 3, 0, 0]);
    assert_eq!(answers(&campaign), ALL);
    let mails = ran.objects("mail");
    assert_eq!((&mails[0]["folder"], &mails[0]["uid"]), (&"INBOX".into(), &3.into()));
    assert_eq!((&mails[2]["folder"], &mails[2]["uid"]), (&"Спам".into(), &1.into()));
    let commands = server.commands();
    let words: Vec<&str> = commands.iter().map(|it| it.split(' ').next().unwrap()).collect();
    let known = ["CAPABILITY", "AUTHENTICATE", "ID", "LIST", "EXAMINE", "UID", "LOGOUT"];
    assert!(words.iter().all(|word| known.contains(word)), "{commands:?}");
    let fetched = commands.iter().filter(|it| it.contains("BODY"));
    assert!(fetched.clone().count() > 0 && fetched.clone().all(|it| it.contains("BODY.PEEK[]<0.")));
}

#[test]
fn of_a_large_mailbox_only_what_is_new_is_fetched() {
    // Of what lay there before the first letter nothing is even listed.
    let server = ImapServer::scripted(|_, command| {
        command
            .starts_with("UID SEARCH SINCE")
            .then(|| Act::Say(b"* SEARCH 49997\r\n{tag} OK done\r\n".to_vec()))
    });
    let campaign = sent(&server);
    let old = "From: a@shop.test\nSubject: Old\n\nx\n".replace('\n', "\r\n").into_bytes();
    {
        let mut state = server.state.lock().unwrap();
        state.folders[0].mails = (1..=49_997).map(|uid| (uid, old.clone())).collect();
    }
    assert_eq!(counts(&read(&campaign).code(0)), [1, 0, 0, 0]);
    server.commands();
    for (uid, who) in
        [(49_998, "anna@one.test"), (49_999, "boris@two.test"), (50_000, "vera@three.test")]
    {
        server.comes(0, uid, &reply(who, "Буду."));
    }
    assert_eq!(counts(&read(&campaign).code(0)), [3, 3, 0, 0]);
    let commands = server.commands();
    let uid: Vec<&String> = commands.iter().filter(|it| it.starts_with("UID")).collect();
    assert_eq!(uid[0], "UID FETCH 49998:* (UID RFC822.SIZE)");
    assert!(uid[1].starts_with("UID FETCH 49998:50000 (UID BODY.PEEK[]<0."), "{uid:?}");
    assert_eq!(uid.len(), 3, "{uid:?}");
    // And nothing, when nothing is new: `*` names the last mail all the same.
    assert_eq!(counts(&read(&campaign).code(0)), [0, 0, 0, 0]);
    assert!(server.commands().iter().all(|it| !it.contains("BODY")));
}

/// Answers with `act` the first time that a command begins so.
fn once(beginning: &'static str, act: Act) -> ImapServer {
    let seen = AtomicUsize::new(0);
    ImapServer::scripted(move |_, command| {
        let is_it = command.starts_with(beginning) && command != "UID FETCH 1:1 (UID RFC822.SIZE)";
        (is_it && seen.fetch_add(1, Ordering::SeqCst) == 0).then(|| act.clone())
    })
}

const BODY: &str = "UID FETCH 3,9 (UID BODY";
const SIZES: &str = "UID FETCH 3,9 (UID RFC822";

#[test]
fn a_connection_that_fails_in_the_middle_is_made_again_and_nothing_is_lost() {
    let lie = |announced: usize| {
        let mail = reply("anna@one.test", "Буду.").replace('\n', "\r\n");
        let head = format!("* 1 FETCH (UID 3 BODY[]<0> {{{announced}}}\r\n");
        Act::Say([head.as_bytes(), mail.as_bytes(), b")\r\n{tag} OK done\r\n"].concat())
    };
    for (beginning, act) in [
        (BODY, Act::Close),
        (BODY, Act::Hang),
        (BODY, Act::Drip),
        (BODY, Act::SayAndClose(b"* BYE shutting down\r\n".to_vec())),
        (BODY, Act::SayAndClose(b"* 1 FETCH (UID 3 BODY[]<0> {100}\r\nFrom: x".to_vec())),
        (BODY, say("rubbish\r\n")),
        (BODY, say("* 1 FETCH (UID 3 BODY[]<0> {99999999999}\r\n")),
        // Literals that are shorter, and longer, than announced.
        (BODY, lie(100_000)),
        (BODY, lie(10)),
        (SIZES, Act::Close),
        ("UID SEARCH", Act::SayAndClose(b"* BYE later\r\n".to_vec())),
        ("EXAMINE", Act::Close),
        ("EXAMINE", Act::Hang),
    ] {
        let server = once(beginning, act.clone());
        let campaign = sent(&server);
        three_replies(&server);
        let ran = read(&campaign).code(0);
        assert_eq!(counts(&ran), [3, 3, 0, 0], "{beginning}: {act:?}");
        assert_eq!(answers(&campaign), ALL);
    }
}

#[test]
fn what_nobody_asked_for_changes_nothing() {
    let deep = format!("* 1 FETCH (BODYSTRUCTURE {})\r\n", "(".repeat(100_000));
    let unasked = format!(
        "* 12 EXISTS\r\n* 2 EXPUNGE\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (UID 3 FLAGS ())\r\n\
         * OK [ALERT] quota\r\n* NO almost full\r\n* BAD what\r\n* XNEWS (1 2)\r\n* VANISHED 1:5\r\n\
         * 7 FETCH (UID 77 BODY[]<0> {{5}}\r\nFrom:)\r\n* SEARCH 1 2 3\r\n* LIST () \"/\" \"Nowhere\"\r\n{deep}"
    );
    let server = ImapServer::scripted(move |_, command| {
        (command.starts_with("UID FETCH") || command.starts_with("EXAMINE"))
            .then(|| Act::First(unasked.clone().into_bytes()))
    });
    let campaign = sent(&server);
    three_replies(&server);
    assert_eq!(counts(&read(&campaign).code(0)), [3, 3, 0, 0]);
    assert_eq!(answers(&campaign), ALL);
}

#[test]
fn a_mail_that_the_server_does_not_give_is_named_by_its_uid() {
    let lie =
        b"* 1 FETCH (UID 3 BODY[]<0> {10}\r\nFrom: anna@one.test\r\n\r\nx)\r\n{tag} OK done\r\n";
    for act in [
        say("{tag} NO cannot read\r\n"),
        say("* 1 FETCH (UID 3 BODY[]<0> NIL)\r\n{tag} OK done\r\n"),
        say("{tag} OK done\r\n"),
        Act::Close,
        Act::Say(lie.to_vec()),
    ] {
        let shown = format!("{act:?}");
        let server = ImapServer::scripted(move |_, command| {
            (command.starts_with(BODY) || command.starts_with("UID FETCH 3 (UID BODY"))
                .then(|| act.clone())
        });
        let campaign = sent(&server);
        three_replies(&server);
        let ran = read(&campaign).code(1);
        assert_eq!(counts(&ran), [3, 2, 1, 0], "{shown}");
        let damaged = ran.objects("mail").into_iter().find(|it| it["counted"] == "unreadable");
        assert_eq!(damaged.unwrap()["uid"], 3);
        assert!(ran.err.contains("INBOX/3"), "{}", ran.err);
        assert_eq!(answers(&campaign), ["silent", "replied", "replied"]);
    }
}

#[test]
fn a_server_that_gives_nothing_ends_the_reading_and_it_goes_on_later() {
    let is_well = Arc::new(AtomicUsize::new(0));
    let asked = is_well.clone();
    let server = ImapServer::scripted(move |_, command| {
        (command.contains("BODY.PEEK") && asked.load(Ordering::SeqCst) == 0).then_some(Act::Close)
    });
    let campaign = sent(&server);
    for uid in 1..=9 {
        server.comes(0, uid, &reply("anna@one.test", &format!("Буду, {uid}.")));
    }
    let ran = read(&campaign).code(4);
    assert!(ran.err.contains("INBOX/5"), "{}", ran.err);
    is_well.store(1, Ordering::SeqCst);
    assert_eq!(counts(&read(&campaign).code(0)), [9, 9, 0, 0]);
}

#[test]
fn a_reading_that_ends_early_goes_on_where_it_was() {
    // A large mail is a batch of its own.
    let large = reply("anna@one.test", &"Буду. ".repeat(120_000));
    let is_well = Arc::new(AtomicUsize::new(0));
    let asked = is_well.clone();
    let server = ImapServer::scripted(move |connection, command| {
        let is_down = asked.load(Ordering::SeqCst) == 0;
        let is_second = command.starts_with("UID FETCH 9 ") && command.contains("BODY");
        (is_down && (is_second || (connection > 0 && command == "greeting"))).then_some(Act::Close)
    });
    let campaign = sent(&server);
    three_replies(&server);
    server.comes(0, 3, &large);
    let ran = read(&campaign).code(4);
    assert_eq!(counts(&ran), [1, 1, 0, 0]);
    assert_eq!(answers(&campaign), ["replied", "silent", "silent"]);
    is_well.store(1, Ordering::SeqCst);
    server.commands();
    assert_eq!(counts(&read(&campaign).code(0)), [2, 2, 0, 0]);
    let commands = server.commands();
    assert!(commands.contains(&"UID FETCH 4:* (UID RFC822.SIZE)".to_owned()), "{commands:?}");
    assert_eq!(answers(&campaign), ALL);
}

#[test]
fn a_mailbox_that_was_rebuilt_is_read_again_and_nothing_counts_twice() {
    let server = ImapServer::kind();
    let campaign = sent(&server);
    three_replies(&server);
    read(&campaign).code(0);
    {
        let mut state = server.state.lock().unwrap();
        let inbox = &mut state.folders[0];
        inbox.validity = 8;
        // The same mails under other UIDs, and a new one below all that were known.
        let mails = std::mem::take(&mut inbox.mails);
        inbox.mails = mails.into_values().zip([2, 5]).map(|(mail, uid)| (uid, mail)).collect();
    }
    server.comes(0, 1, "From: a@shop.test\nSubject: New\n\nx\n");
    server.commands();
    assert_eq!(counts(&read(&campaign).code(0)), [3, 2, 0, 2]);
    let commands = server.commands();
    assert!(commands.iter().any(|it| it.starts_with("UID SEARCH SINCE")), "{commands:?}");
    assert_eq!(answers(&campaign), ALL);
    // From now on, the new UIDs count.
    assert_eq!(counts(&read(&campaign).code(0)), [0, 0, 0, 0]);
}

#[test]
fn a_folder_that_is_refused_is_named_and_the_others_are_read() {
    let server = ImapServer::scripted(|_, command| {
        (command.starts_with("EXAMINE") && command.contains("&BCE"))
            .then(|| say("{tag} NO [NOPERM] not yours\r\n"))
    });
    let campaign = sent(&server);
    three_replies(&server);
    let ran = read(&campaign).code(1);
    assert_eq!(counts(&ran), [2, 2, 0, 0]);
    assert!(ran.err.contains("Спам") && ran.err.contains("not yours"), "{}", ran.err);
    // All of them refused, the mailbox cannot be used.
    let server = ImapServer::scripted(|_, command| {
        command.starts_with("EXAMINE").then(|| say("{tag} NO [INUSE] later\r\n"))
    });
    read(&sent(&server)).code(4);
}

#[test]
fn folders_are_found_by_name_where_no_role_is_given_and_others_when_named() {
    let server = ImapServer::kind();
    server.state.lock().unwrap().folders[1].attributes = String::new();
    let mut answers_folder = Folder::new("&BB4EQgQyBDUEQgRL-", "");
    answers_folder.validity = 3;
    server.state.lock().unwrap().folders.push(answers_folder);
    let campaign = sent(&server);
    three_replies(&server);
    server.comes(3, 1, &reply("vera@three.test", "Ещё раз."));
    assert_eq!(counts(&read(&campaign).code(0)), [3, 3, 0, 0]);
    let campaign = sent_with(&server, "folders = [\"Ответы\", \"Нет\"]\n");
    let ran = read(&campaign).code(1);
    assert_eq!(counts(&ran), [1, 1, 0, 0]);
    assert!(ran.err.contains("Нет"), "{}", ran.err);
}

#[test]
fn servers_that_cannot_do_everything_are_read_all_the_same() {
    // No SEARCH, no UIDVALIDITY, a capability list that nobody asked for, no end to LOGOUT.
    let server = ImapServer::scripted(|_, command| match command {
        "CAPABILITY" => Some(say("* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n")),
        "LOGOUT" => Some(Act::Close),
        _ if command.starts_with("UID SEARCH") => Some(say("{tag} BAD what\r\n")),
        _ if command.starts_with("EXAMINE") => Some(say("* 2 EXISTS\r\n{tag} OK done\r\n")),
        _ if command.starts_with("LOGIN") && command.ends_with('}') => Some(say("+ go on\r\n")),
        _ if command.is_empty() => Some(say("")),
        _ => None,
    });
    let campaign = sent(&server);
    three_replies(&server);
    let mut command = campaign.command(["inbox", "--json"]);
    let ran = ran(command.env("GONETS_TEST_PASSWORD", "plain").output().unwrap()).code(0);
    assert!(ran.summary()["read"].as_u64() >= Some(2), "{}", ran.out);
    assert!(server.commands().contains(&"LOGIN \"anna\" \"plain\"".to_owned()));
}

#[test]
fn a_login_that_is_refused_says_why_and_never_the_password() {
    let echo = format!("{{tag}} NO [AUTHENTICATIONFAILED] not {PASSWORD}\r\n");
    let server = ImapServer::scripted(move |_, command| {
        command.starts_with("AUTHENTICATE").then(|| say(&echo))
    });
    let ran = read(&sent(&server)).code(4);
    assert!(ran.err.contains("AUTHENTICATIONFAILED"), "{}", ran.err);
    // A token that is refused: the reason comes first, and waits for an empty line.
    let server = ImapServer::scripted(|_, command| match command {
        "" => Some(say("g2 NO [AUTHENTICATIONFAILED] expired\r\n")),
        _ if command.starts_with("AUTHENTICATE") => Some(say("+ eyJzdGF0dXMiOiI0MDAifQ==\r\n")),
        _ => None,
    });
    let ran = read(&sent_with(&server, "auth = \"xoauth2\"\n")).code(4);
    assert!(ran.err.contains("expired"), "{}", ran.err);
    // user=anna, auth=Bearer …
    assert!(server.commands().iter().any(|it| it.starts_with("AUTHENTICATE XOAUTH2 dXNlcj1hbm5h")));
    // Nothing that could be used is offered.
    let server = ImapServer::scripted(|_, command| {
        (command == "CAPABILITY")
            .then(|| say("* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI\r\n{tag} OK done\r\n"))
    });
    read(&sent(&server)).code(4);
    assert!(!server.commands().iter().any(|it| it.starts_with("LOGIN") && it != "LOGOUT"));
}

#[test]
fn a_server_that_is_none_is_said_so() {
    for act in [
        say("220 mx.example.org ESMTP\r\n"),
        say("* BYE too many connections\r\n"),
        Act::Close,
        Act::Hang,
        Act::Drip,
    ] {
        let server =
            ImapServer::scripted(move |_, command| (command == "greeting").then(|| act.clone()));
        let campaign = sent(&server);
        let ran = read(&campaign).code(4);
        assert!(ran.err.contains("127.0.0.1"), "{}", ran.err);
    }
}

#[test]
fn tls_at_once_and_starttls_are_kept_to() {
    for (security, at_once) in [("tls", true), ("starttls", false)] {
        for (certified, code) in [("localhost", 0), ("other.test", 4)] {
            let (config, pem) = crate::tls::certificate(certified);
            let server = ImapServer::new(Arc::new(|_, _| None), Some((config, at_once)));
            let campaign = sent_with(&server, "ca_file = \"ca.pem\"\n");
            let toml = campaign.path().join("campaign.toml");
            let text = fs::read_to_string(&toml).unwrap();
            let (before, inbox) = text.split_once("[inbox]").unwrap();
            let inbox = inbox.replacen("127.0.0.1", "localhost", 1).replacen(
                "security = \"none\"",
                &format!("security = \"{security}\""),
                1,
            );
            fs::write(&toml, format!("{before}[inbox]{inbox}")).unwrap();
            fs::write(campaign.path().join("ca.pem"), pem).unwrap();
            let campaign = campaign.trusted();
            three_replies(&server);
            let ran = read(&campaign).code(code);
            let is_logged_in =
                server.commands().iter().any(|it| it.starts_with("AUTHENTICATE PLAIN AGFubmEA"));
            assert_eq!(is_logged_in, code == 0, "{security}: {}", ran.err);
        }
    }
}

#[test]
fn nobody_is_logged_in_before_the_handshake() {
    for (command, act) in [
        ("greeting", say("* PREAUTH welcome\r\n")),
        ("CAPABILITY", say("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK done\r\n")),
        // Something that follows in the clear would count as said under TLS.
        ("STARTTLS", say("{tag} OK go on\r\n* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] x\r\n")),
        ("STARTTLS", say("{tag} NO not now\r\n")),
    ] {
        let (config, _) = crate::tls::certificate("localhost");
        let script = move |_: usize, said: &str| (said == command).then(|| act.clone());
        let server = ImapServer::new(Arc::new(script), Some((config, false)));
        let campaign = sent(&server);
        let toml = campaign.path().join("campaign.toml");
        let text = fs::read_to_string(&toml).unwrap();
        let (before, inbox) = text.split_once("[inbox]").unwrap();
        let inbox = inbox.replacen("\"none\"", "\"starttls\"", 1);
        fs::write(&toml, format!("{before}[inbox]{inbox}")).unwrap();
        read(&campaign).code(4);
        let commands = server.commands();
        assert!(
            !commands.iter().any(|it| it.starts_with("AUTH") || it.starts_with("LOGIN")),
            "{commands:?}"
        );
    }
}

#[test]
fn a_dry_run_reads_on_from_the_same_place_and_keeps_nothing() {
    let server = ImapServer::kind();
    let campaign = sent(&server);
    three_replies(&server);
    for _ in 0..2 {
        let ran = read_with(&campaign, ["inbox", "--json", "--dry-run"]).code(0);
        assert_eq!(counts(&ran), [3, 3, 0, 0]);
    }
    assert_eq!(answers(&campaign), ["silent", "silent", "silent"]);
    read(&campaign).code(0);
    let ran = read_with(&campaign, ["inbox", "--json", "--dry-run"]).code(0);
    assert_eq!(counts(&ran), [0, 0, 0, 0]);
}

#[test]
fn since_reads_again_from_a_day_and_moves_nothing() {
    let server = ImapServer::kind();
    let campaign = sent(&server);
    three_replies(&server);
    server.comes(
        0,
        2,
        &reply("anna@one.test", "Старое")
            .replace("To:", "Date: Mon, 2 Mar 2026 10:00:00 +0300\nTo:"),
    );
    let ran = read_with(&campaign, ["inbox", "--json", "--since", "2026-05-01"]).code(0);
    assert_eq!(counts(&ran), [3, 3, 0, 0]);
    assert!(server.commands().contains(&"UID SEARCH SINCE 30-Apr-2026".to_owned()));
    assert_eq!(counts(&read(&campaign).code(0)), [4, 3, 0, 3]);
}

#[test]
fn a_mail_of_fifty_megabytes_is_read_as_far_as_it_is_looked_at() {
    // The server gives all of it, whatever was asked for.
    let mail = reply("anna@one.test", &"Буду. ".repeat(4_000_000)).replace('\n', "\r\n");
    let size = mail.len();
    let server = ImapServer::scripted(move |_, command| {
        (command.contains("BODY.PEEK")).then(|| {
            let head = format!("* 1 FETCH (UID 3 BODY[] {{{size}}}\r\n");
            Act::Say([head.as_bytes(), mail.as_bytes(), b")\r\n{tag} OK done\r\n"].concat())
        })
    });
    let campaign = sent_with(&server, "timeout = \"30s\"\n");
    server.comes(0, 3, "From: x\n\nx\n");
    assert_eq!(counts(&read(&campaign).code(0)), [1, 1, 0, 0]);
    assert_eq!(answers(&campaign), ["replied", "silent", "silent"]);
}

#[test]
fn a_folder_takes_no_password_to_a_server_before_a_person_has_said_so() {
    let server = ImapServer::kind();
    let campaign = sent(&server);
    campaign.edit("campaign.toml", "username = \"anna\"", "username = \"boris\"");
    read(&campaign).code(3);
    assert!(server.commands().is_empty());
    read_with(&campaign, ["inbox", "--trust"]).code(0);
}
