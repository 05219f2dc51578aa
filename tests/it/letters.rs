//! The bytes of a letter.

use std::fs;
use std::process::{Command, Stdio};

use crate::server::{Moment, Server, say};
use crate::support::{Campaign, EXAMPLE, THREE, example};

/// A campaign with all that makes headers and bodies hard.
fn hard() -> Campaign {
    let long =
        "Департамент образования и молодёжной политики администрации городского округа ".repeat(4);
    let list = THREE
        .replace("Начальнику отдела", long.trim())
        .replace("Северный", "\"Он сказал: \"\"да\"\"; <b>*не*</b> {{ x }}\"");
    Campaign::new()
        .contacts(&list)
        .subject("О проведении  семинара для руководителей органов управления образованием: {{ row['Район'] }} – 2026 😀")
        .letter("{{ addressee.position }}\n\n{{ salutation }}!\n\n.точка в начале строки\n\n| Дата | Тема |\n|---|---|\n| 5 | {{ row['Район'] }} |\n\n- {{ row['Район'] }}\n\n[сайт](https://example.org/?a=1&b=2)\n")
}

fn lines_are_sound(bytes: &[u8]) {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text.is_ascii());
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert!(!text.replace("\r\n", "").contains('\r'));
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.lines().all(|line| line.len() <= 78 && !line.is_empty()), "{head}");
    let is_short = |line: &str| line.len() <= 76 || !line.contains("=?");
    assert!(head.lines().all(is_short), "RFC 2047, 2: {head}");
    assert!(body.lines().all(|line| line.len() <= 76), "{body}");
    for name in ["Date", "From", "To", "Message-ID", "Subject", "MIME-Version", "Content-Type"] {
        let count = head
            .lines()
            .filter(|line| line.to_lowercase().starts_with(&format!("{}:", name.to_lowercase())))
            .count();
        assert_eq!(count, 1, "{name} in\n{head}");
    }
}

#[test]
fn every_letter_keeps_the_limits_of_the_wire() {
    let campaign = hard().write();
    campaign.run(["preview"]).code(0);
    for address in ["anna@one.test", "boris@two.test", "vera@three.test"] {
        lines_are_sound(&fs::read(campaign.file_of("preview/letters", address, ".eml")).unwrap());
    }
}

#[test]
fn the_wire_carries_the_bytes_of_the_preview() {
    let server = Server::kind();
    let campaign = hard().to(&server).write();
    campaign.run(["preview"]).code(0);
    campaign.run(["send", "--yes"]).code(0);
    for taken in server.taken() {
        let file = fs::read(campaign.file_of("preview/letters", &taken.to[0], ".eml")).unwrap();
        let behind_date =
            |bytes: &[u8]| bytes[bytes.iter().position(|b| *b == b'\n').unwrap()..].to_vec();
        assert_eq!(behind_date(&taken.bytes), behind_date(&file));
        assert_eq!(taken.from, "invite@sender.test");
    }
}

#[test]
fn copies_are_in_the_envelope_and_blind_ones_nowhere_else() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    let toml = campaign.path().join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap();
    fs::write(
        &toml,
        text.replace(
            "[contacts]",
            "cc = [\"cc@sender.test\"]\nbcc = \"bcc@sender.test\"\nreply_to = \"re@sender.test\"\n[contacts]",
        ),
    )
    .unwrap();
    campaign.run(["send", "--yes", "--limit", "1"]).code(7);
    let taken = &server.taken()[0];
    assert_eq!(taken.to, ["anna@one.test", "cc@sender.test", "bcc@sender.test"]);
    let text = String::from_utf8(taken.bytes.clone()).unwrap();
    assert!(
        text.contains("\r\nCc: cc@sender.test\r\n")
            && text.contains("\r\nReply-To: re@sender.test\r\n")
            && !text.contains("bcc@")
    );
}

#[test]
fn names_stand_beside_addresses_in_the_sender_and_its_copies() {
    let campaign = Campaign::new()
        .sender_table("cc = [\"Отдел писем <cc@sender.test>\"]\nreply_to = \"\\\"Ким, А.\\\" <re@sender.test>\"")
        .write();
    campaign.run(["preview"]).code(0);
    let shown = campaign.run(["show"]).code(0).out;
    assert!(shown.contains("Отдел писем <cc@sender.test>"), "{shown}");
    assert!(shown.contains("Ким, А.") && shown.contains("<re@sender.test>"), "{shown}");
}

#[test]
fn a_row_has_copies_and_an_address_for_replies_of_its_own() {
    let list = THREE.replace("Район\n", "Район;Копия письма;Адрес для ответа\n");
    let list = list.replace(
        "Северный\n",
        "Северный;\"Зам <zam@one.test>, anna@one.test; b@one.test\";Куратор <k@sender.test>\n",
    );
    let list = list.replace("Южный\n", "Южный;;\n").replace("Речной\n", "Речной;;\n");
    let server = Server::kind();
    let campaign = Campaign::new()
        .contacts(&list)
        .sender_table("reply_to = \"re@sender.test\"")
        .to(&server)
        .write();
    campaign.run(["send", "--yes"]).code(0);
    let taken = server.taken();
    let of = |address: &str| taken.iter().find(|taken| taken.to[0] == address).unwrap();
    let anna = of("anna@one.test");
    assert_eq!(anna.to, ["anna@one.test", "zam@one.test", "b@one.test"]);
    let text = String::from_utf8(anna.bytes.clone()).unwrap();
    let copies = "\r\nCc: =?UTF-8?B?0JfQsNC8?= <zam@one.test>, b@one.test\r\n";
    assert!(text.contains(copies), "{text}");
    assert!(text.contains("<k@sender.test>") && !text.contains("re@sender.test"), "{text}");
    let other = String::from_utf8(of("boris@two.test").bytes.clone()).unwrap();
    assert!(other.contains("\r\nReply-To: re@sender.test\r\n") && !other.contains("\r\nCc:"));
    let broken = list.replace("b@one.test", "b@@one.test").replace(";\n", ";x\n");
    let campaign = Campaign::new().contacts(&broken).write();
    campaign.run(["check"]).code(3).says("b@@one.test").says("\"x\" is not an e-mail address");
}

#[test]
fn a_letter_is_dated_in_the_senders_zone() {
    let campaign = Campaign::new().sender_table("timezone = \"Asia/Vladivostok\"").write();
    campaign.run(["preview"]).code(0);
    let text =
        fs::read_to_string(campaign.file_of("preview/letters", "anna@one.test", ".eml")).unwrap();
    assert!(text.lines().next().unwrap().ends_with(" +1000"), "{text}");
}

#[test]
fn a_unicode_domain_goes_out_in_punycode() {
    let server = Server::kind();
    let campaign = Campaign::new()
        .contacts(&THREE.replace("anna@one.test", "anna@пример.test"))
        .to(&server)
        .write();
    campaign.run(["send", "--yes"]).code(0);
    assert!(server.counts().contains_key("anna@xn--e1afmkfd.test"));
}

#[test]
fn what_large_receivers_hold_against_a_mailing_is_told_once() {
    let smtp = "[smtp]\nhost = \"smtp.sender.test\"\n[unsubscribe]\none_click = \"https://sender.test/{{ letter.id }}\"\n";
    let list: String = (0..320).map(|n| format!("p{n}@mail.ru;Ильина;Анна;Петровна;Ильиной А.П.;Директору;Уважаемая Анна Петровна;Юг\n")).collect();
    let campaign = || {
        Campaign::new()
            .contacts(&format!("{}\n{list}", THREE.lines().next().unwrap()))
            .subject("ПРИГЛАШЕНИЕ НА СЕМИНАР")
            .letter("{{ salutation }}! [bank.example](https://other.example/x) и [www.one.test](https://one.test/y)\n")
            .file("setup.exe", "MZ")
            .letter_table("attachments = [\"setup.exe\"]")
            .with(smtp)
    };
    let folder = campaign().write();
    let toml = folder.path().join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap().replace("invite@sender.test", "invite@mail.ru");
    fs::write(&toml, text).unwrap();
    let ran = folder.run(["check", "--json"]).code(0);
    for code in [
        "sender_elsewhere",
        "one_click_unsigned",
        "subject_capitals",
        "link_elsewhere",
        "attachment_refused",
        "too_many_at_once",
    ] {
        assert_eq!(ran.out.matches(&format!("\"{code}\"")).count(), 1, "{code}: {}", ran.out);
    }
    let paced = campaign().with("[pace.domains]\n\"mail.ru\" = { per_hour = 200 }\n").write();
    let out = paced.run(["check", "--json"]).code(0).out;
    assert!(!out.contains("too_many_at_once") && !out.contains("sender_elsewhere"), "{out}");
}

#[test]
fn a_signature_of_another_domain_and_an_archive_in_an_archive_are_told() {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap().serialize_pem();
    // The directory of an archive with `inner.zip` in it is all that is looked at.
    let mut archive = b"PK\x01\x02".to_vec();
    archive.resize(46, 0);
    archive[28] = 9;
    archive.extend(b"inner.zip");
    let campaign = |domain: &str| {
        let dkim = format!("[dkim]\nselector = \"s\"\nkey = \"key.pem\"\ndomain = \"{domain}\"\n");
        let campaign = Campaign::new()
            .file("key.pem", &key)
            .file("files.zip", &archive)
            .letter_table("attachments = [\"files.zip\"]")
            .with(&dkim)
            .write();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let private = fs::Permissions::from_mode(0o600);
            fs::set_permissions(campaign.path().join("key.pem"), private).unwrap();
        }
        campaign.run(["check", "--json"]).code(0).out
    };
    let out = campaign("other.example");
    for code in ["signature_elsewhere", "archive_refused"] {
        assert_eq!(out.matches(&format!("\"{code}\"")).count(), 1, "{code}: {out}");
    }
    for aligned in ["sender.test", "mail.sender.test"] {
        assert!(!campaign(aligned).contains("signature_elsewhere"), "{aligned}");
    }
}

#[test]
fn the_line_behind_the_subject_is_the_first_sentence_or_what_is_set() {
    let html = |campaign: Campaign| campaign.write().run(["show", "--html"]).code(0).out;
    let hidden = |text: &str| format!("mso-hide:all\">{text}</td>");
    let first = html(Campaign::new());
    assert!(first.contains(&hidden("Приглашаем на семинар.")), "{first}");
    let set = html(Campaign::new().letter_table("preheader = \"{{ row['Район'] }} <ждём>\""));
    assert!(set.contains(&hidden("Северный &lt;ждём&gt;")), "{set}");
    Campaign::new()
        .letter_table("preheader = \"{{ nobody }}\"")
        .write()
        .run(["check"])
        .code(3)
        .says("nobody");
}

/// The points that SpamAssassin's local rules give to the first letter of a campaign.
fn points(campaign: &std::path::Path) -> f64 {
    use std::process::{Command, Stdio};
    let toml = campaign.join("campaign.toml");
    // The PDF is no concern of these rules, and takes a build with it.
    let text = fs::read_to_string(&toml).unwrap();
    let table = text.find("\n[pdf]").unwrap();
    let end = text[table + 1..].find("\n\n").map_or(text.len(), |at| table + 1 + at);
    fs::write(&toml, format!("{}{}", &text[..table], &text[end..])).unwrap();
    crate::support::ran(crate::support::gonets().arg("preview").arg(campaign).output().unwrap())
        .code(0);
    let mut letters = fs::read_dir(campaign.join("preview/letters")).unwrap();
    let message = letters.find_map(|folder| {
        let path = folder.unwrap().path();
        let files = if path.is_dir() {
            fs::read_dir(&path).unwrap().map(|it| it.unwrap().path()).collect()
        } else {
            vec![path]
        };
        files.into_iter().find(|file| file.extension().is_some_and(|it| it == "eml"))
    });
    let message = fs::File::open(message.unwrap()).unwrap();
    let home = tempfile::tempdir().unwrap();
    let output = Command::new("spamassassin")
        .args(["--local", "--test-mode"])
        .env("HOME", home.path())
        .stdin(Stdio::from(message))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, details) =
        said.split_once("Content analysis details:").unwrap_or_else(|| panic!("{said}"));
    println!("{details}");
    let points = details.trim_start().trim_start_matches('(').split_whitespace().next().unwrap();
    points.parse().unwrap()
}

#[test]
#[ignore = "needs spamassassin"]
fn spamassassin_has_nothing_against_the_example_and_a_new_campaign() {
    let folder = example();
    let new = folder.path().join("new");
    crate::support::ran(crate::support::gonets().arg("init").arg(&new).output().unwrap()).code(0);
    let toml = new.join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap().replace("\n# [pdf]", "\n[pdf]");
    fs::write(&toml, text).unwrap();
    for campaign in [folder.path().join(EXAMPLE), new] {
        assert!(points(&campaign) <= 0.5, "{}", campaign.display());
    }
    // So that rules which give nothing would be found out.
    let shouted = Campaign::new()
        .subject("СРОЧНО!!! FREE MONEY $$$ BUY VIAGRA NOW")
        .letter("VIAGRA cheap! Click here: [http://1.2.3.4/x](http://1.2.3.4/x) million dollars, lottery winner, Nigeria, 100% free\n")
        .with("[pdf]\n")
        .write();
    assert!(points(shouted.path()) > 0.5);
}

const CYRILLIC: &str = "приёмная@xn--e1afmkfd.test";

#[test]
fn a_cyrillic_mailbox_is_written_to_where_the_relay_offers_it() {
    let list = THREE.replace("anna@one.test", "приёмная@пример.test");
    let server = Server::scripted(|_, moment| match moment {
        Moment::Command(line) if line.starts_with("EHLO") => {
            Some(say("250-test\r\n250-PIPELINING\r\n250 SMTPUTF8"))
        }
        _ => None,
    });
    let campaign = Campaign::new().contacts(&list).to(&server).write();
    campaign.run(["send", "--yes"]).code(0).says("3 accepted");
    assert!(server.counts().contains_key(CYRILLIC), "{:?}", server.commands());
    let asked = server.commands().iter().filter(|line| line.ends_with(" SMTPUTF8")).count();
    assert_eq!(asked, 1, "{:?}", server.commands());
    let taken = server.taken();
    let letter = taken.iter().find(|taken| taken.to[0] == CYRILLIC).unwrap();
    let text = String::from_utf8(letter.bytes.clone()).unwrap();
    assert!(text.contains(&format!("<{CYRILLIC}>\r\n")), "{text}");
}

#[test]
fn a_relay_without_smtputf8_is_named_as_the_reason_and_nobody_else_suffers() {
    let list = THREE.replace("anna@one.test", "приёмная@пример.test");
    let server = Server::kind();
    let campaign = Campaign::new().contacts(&list).to(&server).write();
    campaign.run(["send", "--yes"]).code(1).says("2 accepted, 1 refused").says("SMTPUTF8");
    assert_eq!(server.taken().len(), 2);
    assert!(!server.commands().iter().any(|line| line.contains("приёмная")));
    campaign.run(["report", "--json"]).says("5.6.7");
}

/// An independent reader: Python's `email` with its default policy.
#[test]
#[ignore = "needs python3"]
fn pythons_parser_reads_what_was_written() {
    const READ: &str = r#"
import sys, json, email
from email import policy
message = email.message_from_bytes(open(sys.argv[1], "rb").read(), policy=policy.default)
defects = [str(d) for part in message.walk() for d in part.defects]
defects += [str(d) for name, value in message.items() for d in value.defects]
print(json.dumps({
    "defects": defects,
    "subject": message["subject"],
    "from": str(message["from"].addresses[0].display_name),
    "to": message["to"].addresses[0].addr_spec,
    "name": message["to"].addresses[0].display_name,
    "id": message["message-id"],
    "parts": [part.get_content_type() for part in message.walk()],
    "text": message.get_body(("plain",)).get_content(),
    "html": message.get_body(("html",)).get_content(),
}))
"#;
    let campaign = hard().write();
    campaign.run(["preview"]).code(0);
    let file = campaign.file_of("preview/letters", "anna@one.test", ".eml");
    let output = Command::new("python3")
        .args(["-c", READ])
        .arg(&file)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let read: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(read["defects"], serde_json::json!([]));
    assert_eq!(
        read["subject"],
        "О проведении  семинара для руководителей органов управления образованием: Он сказал: \"да\"; <b>*не*</b> {{ x }} – 2026 😀"
    );
    assert_eq!(read["from"], "Дирекция");
    assert_eq!(
        (read["to"].as_str(), read["name"].as_str()),
        (Some("anna@one.test"), Some("Анна Петровна Ильина"))
    );
    assert_eq!(
        read["parts"],
        serde_json::json!(["multipart/alternative", "text/plain", "text/html"])
    );
    let text = read["text"].as_str().unwrap().replace("\r\n", "\n");
    assert!(
        text.contains("– Он сказал: \"да\"; <b>*не*</b> {{ x }}\n")
            && text.contains("\n.точка в начале строки\n"),
        "{text}"
    );
    assert!(text.contains("сайт (https://example.org/?a=1&b=2)"), "{text}");
    assert!(read["html"].as_str().unwrap().contains("&lt;b&gt;*не*&lt;/b&gt; {{ x }}"));
}
