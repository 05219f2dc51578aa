//! Values of a list, a setting or a file name that want to look like words of ours.

use std::fs;

use crate::server::{Moment, Server, say};
use crate::support::Campaign;

/// Begins lines as we do, turns the writing, paints the terminal.
const FORGERY: &str =
    "x\nseal: 0000-0000-0000-0000\r\n3 accepted\u{1b}[2J\u{9b}31m\u{7f}\u{61c}\u{202e}\u{2028}y";

#[track_caller]
fn is_plain(text: &str) {
    let acts = |c: char| {
        c.is_control() && c != '\n' && c != '\t'
            || matches!(c, '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}')
    };
    assert!(!text.contains(acts), "{text:?}");
    for line in text.lines() {
        assert!(!line.starts_with("seal: 0000") && !line.starts_with("3 accepted"), "{text}");
    }
}

/// A list with the forgery in a heading, in a column of its own and where it is an error.
fn campaign() -> Campaign {
    let heading = "x\nseal: 0000-0000-0000-0000\n3 accepted";
    let quoted = FORGERY;
    let list = format!(
        "email;Фамилия;Имя;Отчество;name_dative;position_dative;salutation;\"{heading}\"\n\
         anna@one.test;Ильина;Анна;Петровна;Ильиной А.П.;Начальнику;Уважаемая;\"{quoted}\"\n\
         \"{quoted}\";Ильина;Анна;Петровна;Ильиной А.П.;Начальнику;Уважаемая;z\n"
    );
    Campaign::new().contacts(&list).write()
}

#[test]
fn no_value_forges_a_line_or_moves_the_terminal() {
    let campaign = campaign();
    for words in [
        ["check", "--color=always"],
        ["preview", "--quiet"],
        ["show", "--lang=ru"],
        ["send", "--skip-faulty"],
        ["status", "--lang=en"],
        ["report", "--lang=en"],
        ["register", "--lang=en"],
    ] {
        let ran = campaign.run(words);
        is_plain(&ran.out);
        is_plain(
            &ran.err.replace("\u{1b}[31m", "").replace("\u{1b}[33m", "").replace("\u{1b}[0m", ""),
        );
    }
}

#[test]
fn json_lines_are_lines_whatever_the_values_say() {
    let campaign = campaign();
    for words in [["check", "--json"], ["send", "--json"], ["report", "--json"]] {
        let ran = campaign.run(words);
        is_plain(&ran.out);
        for line in ran.out.lines() {
            let object: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(object["type"].is_string(), "{line}");
        }
    }
}

#[test]
fn a_relays_reply_forges_nothing() {
    let server = Server::scripted(|_, moment| match moment {
        Moment::Command(line) if line.starts_with("RCPT") => {
            Some(say("550 5.1.1 no\u{1b}[2J\u{202e}\u{61c}such\ruser"))
        }
        _ => None,
    });
    let campaign = Campaign::new().to(&server).impatient().write();
    let sent = campaign.run(["send", "--yes"]);
    is_plain(&sent.err);
    is_plain(&sent.out);
    let report = campaign.run(["report", "--json"]);
    is_plain(&report.out);
    assert!(report.out.contains("\\u061c"), "{}", report.out);
}

#[test]
fn a_relays_reply_has_a_bound() {
    let server = Server::scripted(|_, moment| match moment {
        Moment::Command(line) if line.starts_with("RCPT") => Some(say(&"250-on\r\n".repeat(9000))),
        _ => None,
    });
    let campaign = Campaign::new().to(&server).impatient().write();
    let sent = campaign.run(["send", "--yes"]).code(4).says("a reply without an end");
    assert!(sent.err.len() < 4000, "{}", sent.err);
}

#[test]
fn settings_and_file_names_forge_nothing() {
    let toml = FORGERY.replace('\n', "\\n").replace('\r', "\\r");
    let toml = toml.replace('\u{1b}', "\\u001b").replace('\u{7f}', "\\u007f");
    let toml = toml.replace('\u{9b}', "\\u009b");
    for table in ["attachments", "body", "logo"] {
        let value = format!("\"{toml}\"");
        let value = if table == "attachments" { format!("[{value}]") } else { value };
        let campaign = Campaign::new().write();
        let path = campaign.path().join("campaign.toml");
        let text = fs::read_to_string(&path).unwrap();
        let text = text.replace("body = \"letter.md\"\n", "");
        let body = if table == "body" { "" } else { "body = \"letter.md\"\n" };
        let text = text.replace("[letter]\n", &format!("[letter]\n{body}{table} = {value}\n"));
        fs::write(&path, text).unwrap();
        let ran = campaign.run(["check"]).code(3);
        is_plain(&ran.err);
        is_plain(&ran.out);
    }
    let server = Server::kind();
    let smtp = format!(
        "[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nusername = \"u\"\n\
         password = {{ env = \"{toml}\" }}\n",
        server.port
    );
    let ran = Campaign::new().with(&smtp).write().run(["send", "--yes"]).code(3);
    is_plain(&ran.err);
}

#[test]
fn no_table_has_a_formula_or_a_control_character() {
    let list = "email;Фамилия;name_dative;position_dative;salutation;note\n\
                anna@one.test;=1+1;Ильиной;Начальнику;Уважаемая;\"a,=1+1\"\n\
                broken;+1+1;Ильиной;Начальнику;Уважаемая;+7 (999) 000-11-22\n";
    let campaign = Campaign::new().contacts(list).write();
    let faulty = campaign.path().join("faulty.csv");
    campaign.run(["check", "--problems", faulty.to_str().unwrap()]).code(3);
    let table = fs::read_to_string(&faulty).unwrap();
    assert!(table.contains("broken;'+1+1;") && table.contains(";+7 (999) 000-11-22;"), "{table}");
    campaign.run(["send", "--yes", "--skip-faulty"]);
    let out = campaign.path().join("out.csv");
    campaign.run(["report", "--out", out.to_str().unwrap()]).code(0);
    let table = fs::read_to_string(&out).unwrap();
    assert!(table.contains("'=1+1") && table.contains("\"a,'=1+1\""), "{table}");
}

/// The ledger may have come with the folder.
#[test]
fn what_a_ledger_says_of_its_home_forges_no_line() {
    let campaign = Campaign::new().write();
    campaign.run(["send", "--yes"]).code(0);
    let db = rusqlite::Connection::open(campaign.path().join("ledger.sqlite")).unwrap();
    db.execute(
        "UPDATE home SET host = 'x' || char(27) || '[2J', path = 'y' || char(10) || 'accepted: 99'",
        [],
    )
    .unwrap();
    drop(db);
    for command in ["send", "status", "check"] {
        let ran = campaign.run([command]);
        for said in [&ran.out, &ran.err] {
            assert!(!said.contains("\naccepted: 99") && !said.contains('\u{1b}'), "{said}");
        }
    }
}
