//! Attachments, inline pictures, and the header fields beside the text.

use std::fs;
use std::process::{Command, Stdio};

use crate::server::{Moment, Server, say};
use crate::support::{Campaign, THREE};

/// A PNG of one pixel.
pub const PIXEL: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0,
    0, 0, 31, 21, 196, 137, 0, 0, 0, 13, 73, 68, 65, 84, 120, 218, 99, 100, 96, 248, 95, 15, 0, 2,
    135, 1, 128, 235, 71, 186, 146, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];

/// What Python's `email` sees of a message, apart from our own writing of it.
fn read(path: &std::path::Path) -> serde_json::Value {
    const READ: &str = r#"
import sys, json, email, hashlib
from email import policy
message = email.message_from_bytes(open(sys.argv[1], "rb").read(), policy=policy.default)
defects = [str(d) for part in message.walk() for d in part.defects]
defects += [str(d) for part in message.walk() for name, value in part.items() for d in getattr(value, "defects", [])
    # The name for old readers: RFC 2047 forbids it, and they know no other.
    if not (name == "Content-Type" and str(d) in ("encoded word inside quoted string", "missing trailing whitespace after encoded-word"))]
def tree(part):
    if part.is_multipart():
        return [part.get_content_subtype()] + [tree(p) for p in part.iter_parts()]
    return part.get_content_type()
print(json.dumps({
    "defects": defects,
    "tree": tree(message),
    "types": [str(p["content-type"]) for p in message.walk() if p.get_filename()],
    "files": [[p.get_filename(), p.get_content_disposition(), len(p.get_payload(decode=True))] for p in message.walk() if p.get_filename()],
    "html": message.get_body(("html",)).get_content(),
    "cids": [p["content-id"] for p in message.walk() if p["content-id"]],
    "headers": {k: str(v) for k, v in message.items()},
}))
"#;
    let output = Command::new("python3")
        .args(["-c", READ])
        .arg(path)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn eml(campaign: &Campaign, address: &str) -> std::path::PathBuf {
    campaign.file_of("preview/letters", address, ".eml")
}

fn with_certificates() -> Campaign {
    let list = THREE.replace("Район\n", "Район;Свидетельство\n");
    let list = list.replace("Северный\n", "Северный;files/Свидетельство № 1.pdf\n");
    let list =
        list.replace("Южный\n", "Южный;files\\second.pdf\n").replace("Речной\n", "Речной;\n");
    Campaign::new()
        .contacts(&list)
        .file("files/Свидетельство № 1.pdf", b"%PDF-one")
        .file("files/second.pdf", b"%PDF-second")
        .file("Программа.docx", vec![7; 100_000])
        .letter_table("attachments = [\"Программа.docx\", \"{{ row['Свидетельство'] }}\"]")
}

#[test]
#[ignore = "needs python3"]
fn everybody_gets_the_common_file_and_their_own() {
    let campaign = with_certificates().write();
    campaign
        .run(["preview"])
        .code(0)
        .says("vera@three.test: the letter goes without the attachment");
    let files = |address| read(&eml(&campaign, address))["files"].clone();
    let common = serde_json::json!(["Программа.docx", "attachment", 100_000]);
    assert_eq!(
        files("anna@one.test"),
        serde_json::json!([common, ["Свидетельство № 1.pdf", "attachment", 8]])
    );
    assert_eq!(
        files("boris@two.test"),
        serde_json::json!([common, ["second.pdf", "attachment", 11]])
    );
    assert_eq!(files("vera@three.test"), serde_json::json!([common]));
    let message = read(&eml(&campaign, "anna@one.test"));
    assert_eq!(message["defects"], serde_json::json!([]));
    assert_eq!(message["tree"][0], "mixed");
}

#[test]
fn a_file_that_is_missing_or_lies_outside_blocks_its_row_alone() {
    let campaign = with_certificates().write();
    fs::remove_file(campaign.path().join("files/second.pdf")).unwrap();
    campaign.run(["check"]).code(3).says("boris@two.test").says("files\\second.pdf");
    for name in ["../../etc/passwd", "/etc/passwd", "C:\\secret.pdf"] {
        let list = fs::read_to_string(campaign.path().join("contacts.csv")).unwrap();
        fs::write(campaign.path().join("contacts.csv"), list.replace("files\\second.pdf", name))
            .unwrap();
        campaign.run(["send", "--yes"]).code(3).says("outside the campaign's folder");
        fs::write(campaign.path().join("contacts.csv"), list).unwrap();
    }
    assert!(!campaign.path().join("ledger.sqlite").exists());
}

#[test]
fn a_message_over_the_limit_is_told_before_anything_is_sent() {
    let campaign = with_certificates();
    let campaign =
        campaign.letter_table("attachments = [\"Программа.docx\"]\nmax_size = \"110 KB\"").write();
    campaign.run(["send", "--yes"]).code(3).says("is 137 KB, but the limit is 110 KB");
}

#[test]
fn a_changed_attachment_breaks_the_seal_and_a_changed_limit_does_not() {
    let campaign = with_certificates().write();
    let seal = || campaign.run(["check", "--json"]).summary()["seal"].clone();
    let first = seal();
    campaign.edit("campaign.toml", "[letter]", "[letter]\nmax_size = \"5 MB\"");
    assert_eq!(seal(), first);
    fs::write(campaign.path().join("files/second.pdf"), b"%PDF-sEcond").unwrap();
    assert_ne!(seal(), first);
}

#[test]
#[ignore = "needs python3"]
fn the_logo_stands_in_the_message_itself() {
    let campaign = Campaign::new().file("logo.png", PIXEL).file("a.pdf", "x");
    let campaign = campaign.letter_table("logo = \"logo.png\"\nattachments = [\"a.pdf\"]").write();
    campaign.run(["preview"]).code(0);
    let message = read(&eml(&campaign, "anna@one.test"));
    let tree = serde_json::json!([
        "mixed",
        ["related", ["alternative", "text/plain", "text/html"], "image/png"],
        "application/pdf"
    ]);
    assert_eq!((&message["tree"], &message["defects"]), (&tree, &serde_json::json!([])));
    let id = message["cids"][0].as_str().unwrap().trim_matches(['<', '>']).to_owned();
    assert!(message["html"].as_str().unwrap().contains(&format!("src=\"cid:{id}\"")), "{message}");
}

#[test]
fn a_logo_that_is_no_picture_is_refused_at_its_place() {
    let campaign =
        Campaign::new().file("logo.png", "hello").letter_table("logo = \"logo.png\"").write();
    campaign.run(["check"]).code(3).says("campaign.toml:11:8").says("not a PNG, JPEG or GIF");
    fs::remove_file(campaign.path().join("logo.png")).unwrap();
    campaign.run(["check"]).code(3).says("campaign.toml:11:8").says("logo.png");
}

#[test]
#[ignore = "needs python3"]
fn unsubscribing_and_receipts_stand_in_the_header() {
    let campaign = Campaign::new()
        .sender_table("return_path = \"bounce+{id}@sender.test\"")
        .letter_table("read_receipt = true")
        .with(
            "[unsubscribe]\nmailto = \"stop@sender.test\"\none_click = \"https://sender.test/stop?{{ letter.id }}\"\n",
        )
        .write();
    campaign.run(["preview"]).code(0);
    let headers = &read(&eml(&campaign, "anna@one.test"))["headers"];
    let id = headers["Message-ID"].as_str().unwrap()[1..33].to_owned();
    let ways = headers["List-Unsubscribe"].as_str().unwrap();
    assert!(
        ways.starts_with(&format!("<mailto:stop@sender.test?subject=unsubscribe%20{id}>")),
        "{ways}"
    );
    assert!(ways.contains(&format!("<https://sender.test/stop?{id}>")), "{ways}");
    assert_eq!(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
    assert_eq!(headers["Disposition-Notification-To"], "invite@sender.test");
    assert_eq!(headers.get("Auto-Submitted"), None);
}

#[test]
#[ignore = "needs python3"]
fn every_reader_can_tell_what_an_attachment_is_and_how_it_is_called() {
    let campaign = Campaign::new()
        .file("Встреча.ics", "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n")
        .file("Приглашение на семинар руководителей органов управления образованием.txt", "да")
        .file("old.txt", b"\xE4\xE0")
        .letter_table("attachments = [\"Встреча.ics\", \"Приглашение на семинар руководителей органов управления образованием.txt\", \"old.txt\"]")
        .write();
    campaign.run(["preview"]).code(0);
    let message = read(&eml(&campaign, "anna@one.test"));
    assert_eq!(message["defects"], serde_json::json!([]));
    let types: Vec<&str> =
        message["types"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert!(
        types[0].starts_with("text/calendar;") && types[0].contains("method=\"PUBLISH\""),
        "{types:?}"
    );
    assert!(types[1].starts_with("text/plain; charset=\"utf-8\""), "{types:?}");
    assert!(
        types[1]
            .contains("Приглашение на семинар руководителей органов управления образованием.txt"),
        "{types:?}"
    );
    assert!(types[2].starts_with("application/octet-stream"), "{types:?}");
    assert_eq!(message["files"][0], serde_json::json!(["Встреча.ics", "attachment", 48]));
}

#[test]
fn a_value_is_one_part_of_the_address_that_unsubscribes() {
    let list = THREE.replace("Северный", "Север & Юг, 50%?").replace("Южный", "");
    let campaign = Campaign::new()
        .contacts(&list)
        .with("[unsubscribe]\none_click = \"https://sender.test/stop?d={{ row['Район'] }}&e={{ recipient.email | urlencode }}\"\n")
        .write();
    campaign.run(["preview"]).code(0);
    let link_of = |address| {
        let text = fs::read_to_string(eml(&campaign, address)).unwrap().replace("\r\n ", " ");
        text.split_once("List-Unsubscribe: <").unwrap().1.split_once('>').unwrap().0.to_owned()
    };
    assert_eq!(
        link_of("anna@one.test"),
        "https://sender.test/stop?d=%D0%A1%D0%B5%D0%B2%D0%B5%D1%80%20%26%20%D0%AE%D0%B3%2C%2050%25%3F&e=anna%40one.test"
    );
    assert_eq!(link_of("boris@two.test"), "https://sender.test/stop?d=&e=boris%40two.test");
}

#[test]
fn an_empty_attachment_is_warned_of_once() {
    let campaign =
        Campaign::new().file("plan.pdf", "").letter_table("attachments = [\"plan.pdf\"]");
    let campaign = campaign.write();
    for command in ["check", "preview", "send"] {
        let ran = campaign.run([command, "--json"]);
        assert_eq!(ran.out.matches("attachment_empty").count(), 1, "{command}: {}", ran.out);
        assert_eq!(ran.summary()["warnings"], 1);
    }
}

#[test]
fn an_authority_that_cannot_be_used_is_found_by_check() {
    let campaign = || {
        Campaign::new()
            .with("[smtp]\nhost = \"127.0.0.1\"\nsecurity = \"starttls\"\nca_file = \"ca.pem\"\n")
    };
    campaign().write().run(["check"]).code(3).says("campaign.toml:16:11").says("no such file");
    let folder = campaign().file("ca.pem/x", "").write();
    folder.run(["check"]).code(3).says("it is a folder");
    let other = campaign().file("ca.pem", "hello").write();
    other.run(["check"]).code(3).says("does not contain a certificate");
    let sound = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap().cert.pem();
    campaign().file("ca.pem", sound).write().run(["check"]).code(0);
}

#[test]
fn one_click_needs_https() {
    let campaign = Campaign::new()
        .with("[unsubscribe]\none_click = \"http://sender.test/{{ letter.id }}\"\n")
        .write();
    campaign.run(["check"]).code(3).says("is not an https URL");
}

#[test]
fn bounces_go_to_an_address_that_names_the_letter_and_a_receipt_is_asked_for() {
    let server = Server::scripted(|_, moment| match moment {
        Moment::Command(line) if line.starts_with("EHLO") => {
            Some(say("250-test\r\n250-PIPELINING\r\n250 DSN"))
        }
        _ => None,
    });
    let campaign = Campaign::new()
        .sender_table("return_path = \"bounce+{id}@sender.test\"")
        .letter_table("delivery_receipt = true")
        .to(&server)
        .write();
    campaign.run(["send", "--yes"]).code(0);
    for taken in server.taken() {
        let text = String::from_utf8(taken.bytes).unwrap();
        let id = text.split_once("Message-ID: <").unwrap().1[..32].to_owned();
        assert_eq!(taken.from, format!("bounce+{id}@sender.test"));
        assert!(text.contains("From: ") && text.contains("<invite@sender.test>"));
    }
    let said = server.commands();
    assert_eq!(
        said.iter().filter(|line| line.contains("NOTIFY=SUCCESS,FAILURE,DELAY")).count(),
        3,
        "{said:?}"
    );
}

#[test]
#[ignore = "needs dkimpy and openssl"]
fn signatures_verify_with_dkimpy() {
    const VERIFY: &str = r#"
import sys, dkim
record = sys.argv[2].encode()
message = open(sys.argv[1], "rb").read()
seen = []
def dns(name, timeout=5):
    seen.append(name)
    return record
print(dkim.verify(message, dnsfunc=dns), seen)
broken = message.replace(b"Subject: ", b"Subject: x", 1)
print(dkim.verify(broken, dnsfunc=dns))
passed = [name for name in ("From", "To", "Cc", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version",
    "Content-Type", "Content-Transfer-Encoding", "Content-Disposition")
    if dkim.verify(name.encode() + b": other@sender.test\r\n" + message, dnsfunc=dns)]
print(passed)
"#;
    for (kind, made_by) in [
        ("rsa", &["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"][..]),
        ("rsa", &["genrsa", "-traditional", "2048"]),
        ("ed25519", &["genpkey", "-algorithm", "ED25519"]),
    ] {
        let pem = openssl(made_by, b"");
        let campaign = Campaign::new()
            .file("dkim.pem", &pem)
            .file("a.pdf", vec![3; 5000])
            .letter_table("attachments = [\"a.pdf\"]")
            .with("[dkim]\nselector = \"s2026\"\nkey = \"dkim.pem\"\n")
            .write();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            campaign.run(["check"]).code(3).says("others can read or change the private key");
            fs::set_permissions(
                campaign.path().join("dkim.pem"),
                fs::Permissions::from_mode(0o600),
            )
            .unwrap();
        }
        campaign.run(["preview"]).code(0);
        let public = openssl(&["pkey", "-pubout", "-outform", "DER"], &pem);
        // An Ed25519 record holds the bare key, an RSA one the key with its description (RFC 8463,
        // 4).
        let public = base64(if kind == "rsa" { &public } else { &public[public.len() - 32..] });
        let record = format!("v=DKIM1; k={kind}; p={public}");
        for address in ["anna@one.test", "boris@two.test"] {
            let output = Command::new("python3")
                .args(["-c", VERIFY])
                .arg(eml(&campaign, address))
                .arg(&record)
                .output()
                .unwrap();
            let said = String::from_utf8(output.stdout).unwrap();
            assert_eq!(
                said,
                "True [b's2026._domainkey.sender.test.']\nFalse\n[]\n",
                "{kind}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
}

fn openssl(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap().stdout
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
