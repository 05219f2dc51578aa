//! The seal and the approvals: what was previewed is what is sent.

use std::fs;

use gonets::campaign::{Campaign as Read, Numbers};
use gonets::compose::Mode;
use gonets::recipient::Address;
use jiff::ZonedDateTime;

use crate::server::Server;
use crate::support::{Campaign, LETTER, Ran, THREE};

/// The seal of a campaign's folder, and every letter with its envelope; `None` where it cannot be
/// read.
fn sealed(campaign: &Campaign) -> Option<(String, Vec<String>)> {
    let read = Read::load(Some(campaign.path())).ok()?;
    let numbers = Numbers::new(&read.config.numbering, None).unwrap();
    let now: ZonedDateTime = "2026-03-01T10:00:00+03:00[+03:00]".parse().unwrap();
    let letters = read
        .drafts(numbers, &now, &Mode::Real)
        .unwrap()
        .filter_map(|draft| draft.composed)
        .map(|composed| {
            let letter = composed.letter;
            let mut envelope: Vec<&str> = letter.to.iter().map(Address::wire).collect();
            envelope.sort_unstable();
            // The first line is the Date.
            let text = String::from_utf8_lossy(&letter.bytes);
            format!(
                "{} {envelope:?}\n{:?}",
                letter.from.wire(),
                text.split_once('\n').map(|(_, rest)| rest)
            )
        })
        .collect();
    Some((read.seal().as_str().to_owned(), letters))
}

#[test]
fn no_single_byte_changes_a_letter_and_keeps_the_seal() {
    let campaign = Campaign::new()
        .contacts_table("suppress = \"never.csv\"\nforms = \"forms.csv\"\nduplicates = \"first\"\n")
        .with("[register]\nfirst = 7\nformat = \"{:03}\"\ndate = 2022-02-28\n")
        .letter(&format!("{LETTER}{{{{ letter.number }}}} {{{{ letter.date }}}}\n"))
        .write();
    fs::write(campaign.path().join("never.csv"), "boris@two.test;просил\nnobody@six.test;x\n")
        .unwrap();
    fs::write(campaign.path().join("forms.csv"), "email;gender;salutation\nvera@three.test;ж;\n")
        .unwrap();
    let (seal, letters) = sealed(&campaign).unwrap();
    assert_eq!(letters.len(), 2);
    let mut altered = 0;
    for file in ["campaign.toml", "contacts.csv", "letter.md", "never.csv", "forms.csv"] {
        let path = campaign.path().join(file);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            // Another letter of the same kind, so that most changes can still be read.
            bytes[at] = match bytes[at] {
                b'a' => b'b',
                b'0'..=b'8' => bytes[at] + 1,
                b'9' => b'1',
                byte if byte.is_ascii_alphabetic() => b'a',
                0x80..=0xbf => bytes[at] ^ 1,
                byte => byte ^ 1,
            };
            fs::write(&path, &bytes).unwrap();
            let Some((other, changed)) = sealed(&campaign) else { continue };
            if changed != letters {
                altered += 1;
                assert_ne!(other, seal, "{file}, byte {at}: {}", String::from_utf8_lossy(&bytes));
            }
        }
        fs::write(&path, whole).unwrap();
    }
    assert!(altered > 300, "only {altered} changes altered a letter");
    assert_eq!(sealed(&campaign).unwrap().0, seal);
}

#[test]
fn pace_server_retries_and_who_is_not_on_the_list_leave_the_seal_alone() {
    let campaign = Campaign::new().contacts_table("suppress = \"never.csv\"").write();
    fs::write(campaign.path().join("never.csv"), "nobody@six.test\n").unwrap();
    let before = sealed(&campaign).unwrap().0;
    let toml = fs::read_to_string(campaign.path().join("campaign.toml")).unwrap();
    let more = "[pace]\nper_minute = 10\n[retry]\nattempts = 2\n[approval]\npeople = 2\n[smtp]\nhost = \"smtp.example.org\"\nusername = \"u\"\npassword = { env = \"P\" }\n";
    fs::write(campaign.path().join("campaign.toml"), format!("{toml}\n{more}")).unwrap();
    fs::write(campaign.path().join("never.csv"), "nobody@six.test\nelse.test\n").unwrap();
    assert_eq!(sealed(&campaign).unwrap().0, before);
    campaign.run(["suppress", "--add", "boris@two.test"]).code(0);
    assert_ne!(sealed(&campaign).unwrap().0, before);
    campaign.run(["suppress", "--remove", "boris@two.test"]).code(0);
    assert_eq!(sealed(&campaign).unwrap().0, before);
}

fn seal_of(ran: &Ran) -> String {
    ran.out.split("seal: ").nth(1).unwrap().trim().to_owned()
}

#[test]
fn a_change_after_the_preview_is_named_by_its_file() {
    let campaign = Campaign::new().write();
    campaign.run(["status"]).code(0).says("not previewed yet");
    let seal = seal_of(&campaign.run(["preview"]).code(0));
    campaign.run(["status"]).code(0).says(&seal).says("the same letters");
    campaign.edit("letter.md", "Приглашаем", "Зовём");
    campaign.edit("campaign.toml", "на *семинар*", "на съезд");
    for (arguments, code) in [(["status", "--quiet"], 0), (["send", "--dry-run"], 0)] {
        let ran =
            campaign.run(arguments).code(code).says("letter.md was changed since the preview");
        assert!(!format!("{}{}", ran.out, ran.err).contains("contacts.csv was changed"));
    }
    campaign
        .run(["send", "--seal", &seal])
        .code(3)
        .says("[letter.values] in campaign.toml was changed");
    campaign.run(["status", "--lang", "ru"]).code(0).says("letter.md изменён после предпросмотра");
    assert!(!campaign.path().join("outbox").exists());
    let seal = seal_of(&campaign.run(["preview"]).code(0));
    campaign.run(["send", "--seal", &seal]).code(0).says("previewed");
    campaign.run(["status"]).code(0).says("letters were sent under this seal");
    campaign.edit("contacts.csv", "Начальнику", "Директору");
    campaign.run(["status"]).code(0).says("contacts.csv was changed since then");
}

#[test]
fn letters_that_got_other_numbers_are_not_those_that_were_looked_at() {
    let campaign =
        Campaign::new().with("[register]\nfirst = 1\n").letter("{{ letter.number }}\n").write();
    let seal = seal_of(&campaign.run(["preview"]).code(0));
    campaign.run(["send", "--rows", "4", "--yes"]).code(0);
    campaign.run(["send", "--seal", &seal]).code(3).says("outgoing numbers are not the ones");
    campaign.run(["send", "--dry-run"]).code(0).says("outgoing numbers in the ledger changed");
    let seal = seal_of(&campaign.run(["preview"]).code(0));
    campaign.run(["send", "--seal", &seal]).code(0);
}

#[test]
fn four_eyes_have_to_see_the_letters_before_they_go() {
    let server = Server::kind();
    let campaign =
        Campaign::new().to(&server).with("[approval]\nrequired = true\npeople = 2\n").write();
    campaign.run(["approve", "--by", "Анна Ильина"]).code(3).says("gonets preview");
    campaign.run(["preview"]).code(0).says("gonets approve");
    campaign
        .run(["send", "--yes"])
        .code(3)
        .says("approved so far by nobody")
        .says("gonets approve");
    campaign
        .run(["approve", "--by", "Анна Ильина"])
        .code(0)
        .says("approvals: 1 of 2")
        .says("1 approval is missing");
    campaign.run(["approve", "--by", " АННА   ильина "]).code(0).says("approvals: 1 of 2");
    campaign
        .run(["send", "--yes"])
        .code(3)
        .says("approved so far by Анна Ильина; nothing was sent");
    campaign.run(["approve", "--by", "  "]).code(2);
    campaign.run(["approve", "--by", "Борис Цой", "--seal", "0000-0000-0000-0000"]).code(3);
    campaign
        .run(["approve", "--by", "Борис Цой"])
        .code(0)
        .says("approvals: 2 of 2")
        .says("gonets send");
    campaign.run(["status"]).code(0).says("approved by Анна Ильина").says("2 of 2");
    let letter = fs::read_to_string(campaign.path().join("letter.md")).unwrap();
    fs::write(campaign.path().join("letter.md"), format!("{letter}!")).unwrap();
    campaign
        .run(["send", "--yes"])
        .code(3)
        .says("approved so far by nobody")
        .says("letter.md was changed since the preview");
    campaign
        .run(["approve", "--by", "Анна Ильина"])
        .code(3)
        .says("letter.md was changed since the preview");
    assert_eq!(server.seen.lock().unwrap().connections, 0);
    fs::write(campaign.path().join("letter.md"), letter).unwrap();
    campaign.run(["send", "--yes"]).code(0).says("3 accepted");
    // What went under a seal that two people saw goes on under it.
    campaign.run(["send", "--yes"]).code(0).says("nothing left");
}

#[test]
fn a_preview_is_made_while_a_run_holds_the_ledger() {
    let campaign = Campaign::new().contacts(THREE).write();
    campaign.run(["send", "--yes"]).code(0);
    let lock =
        fs::OpenOptions::new().write(true).open(crate::support::lock_of(campaign.path())).unwrap();
    lock.lock().unwrap();
    campaign.run(["preview"]).code(0);
    campaign.run(["status"]).code(0).says("the same letters");
    campaign.run(["approve", "--by", "Анна"]).code(5);
}
