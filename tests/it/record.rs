//! What went is on record: no change of list, letter or settings rewrites it.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::server::{Act, Moment, Server, say};
use crate::support::{Campaign, Ran, gonets, ran, state};

const REGISTER: &str = "[register]\nfirst = 7\nformat = \"{:03}\"\ndate = 2022-02-28\n";

/// Three letters, of which the first is accepted and the second refused; the third waits.
fn half_sent(server: &Server) -> Campaign {
    let campaign = Campaign::new()
        .subject("О семинаре для района {{ row[\\\"Район\\\"] }}")
        .sender_table("bcc = [\"archive@sender.test\"]")
        .letter_table("attachments = [\"plan.txt\"]")
        .file("plan.txt", "План")
        .to(server)
        .with("[letter.values.executor]\nname = \"Петров П.П.\"\n")
        .with(REGISTER)
        .write();
    campaign.run(["send", "--yes", "--limit", "2"]).code(1);
    campaign
}

fn refusing_boris() -> Server {
    Server::scripted(|_, moment| match moment {
        Moment::Command(line) if line.contains("RCPT TO:<boris@") => {
            Some(say("550 5.1.1 no such user"))
        }
        _ => None,
    })
}

/// Changes everything that a letter is made of: list, letter, settings.
fn change_all(campaign: &Campaign) {
    let list = "email;Фамилия;Имя;Отчество;name_dative;position_dative;salutation;Район\n\
                new@four.test;Первых;Олег;;Первых О.;Ректору;Уважаемый;Дальний\n\
                vera@three.test;Новых;Нина;Львовна;Новых Н.Л.;Ректору;Уважаемая;Дальний\n\
                boris@two.test;Другой;Пётр;;Другому П.;Сторожу;Уважаемый;Иной\n";
    fs::write(campaign.path().join("contacts.csv"), list).unwrap();
    fs::write(campaign.path().join("letter.md"), "Совсем другое письмо, {{ salutation }}.")
        .unwrap();
    fs::write(campaign.path().join("plan.txt"), "Другой план").unwrap();
    let toml = fs::read_to_string(campaign.path().join("campaign.toml")).unwrap();
    let toml = toml
        .replace("О семинаре", "Об отмене")
        .replace("Дирекция", "Бухгалтерия")
        .replace("Петров П.П.", "Сидоров С.С.")
        .replace("bcc = [\"archive@sender.test\"]", "cc = [\"boss@sender.test\"]")
        .replace("attachments = [\"plan.txt\"]", "")
        .replace("{:03}", "99-{}")
        .replace("2022-02-28", "2023-12-31");
    fs::write(campaign.path().join("campaign.toml"), toml).unwrap();
}

/// The lines about the letters that went, in words and as JSON, and the rows of a table.
fn account(campaign: &Campaign) -> Vec<String> {
    let of_gone = |ran: Ran| -> Vec<String> {
        // Where the list of today has the letter is no account of what went.
        let without_row = |line: &str| match serde_json::from_str::<serde_json::Value>(line) {
            Ok(serde_json::Value::Object(mut letter)) => {
                letter.remove("sheet_row");
                serde_json::Value::Object(letter).to_string()
            }
            Ok(_) | Err(_) => line.to_owned(),
        };
        let lines = ran.out.lines().map(without_row);
        lines.filter(|line| line.contains("anna@") || line.contains("boris@")).collect()
    };
    let mut told = Vec::new();
    told.extend(of_gone(campaign.run(["register"]).code(0)));
    told.extend(of_gone(campaign.run(["register", "--json"]).code(0)));
    told.extend(of_gone(campaign.run(["report"]).code(0)));
    told.extend(of_gone(campaign.run(["report", "--json"]).code(0)));
    let table = campaign.path().join("table.csv");
    campaign.run(["register", "--replace", "--out", table.to_str().unwrap()]).code(0);
    let table = fs::read_to_string(table).unwrap();
    let waits = |line: &&str| line.contains("vera@") || line.contains("new@");
    told.extend(table.lines().filter(|line| !waits(line)).map(str::to_owned));
    told
}

#[test]
fn what_went_is_told_the_same_whatever_is_changed_afterwards() {
    let server = refusing_boris();
    let campaign = half_sent(&server);
    let before = account(&campaign);
    assert_eq!(before.len(), 2 * 4 + 3, "{before:#?}");
    change_all(&campaign);
    assert_eq!(account(&campaign), before);
    // Nor does sending the rest.
    campaign.run(["send", "--yes", "--skip-faulty"]);
    assert_eq!(account(&campaign), before);
}

/// What each command says of a mailing of which every letter is settled.
fn everything_told(campaign: &Campaign) -> Vec<String> {
    let mut told = Vec::new();
    for command in ["register", "report"] {
        let table = campaign.path().join("table.csv");
        campaign.run([command, "--replace", "--out", table.to_str().unwrap()]).code(0);
        told.push(fs::read_to_string(table).unwrap());
        told.push(campaign.run([command]).code(0).out);
        let lines = campaign.run([command, "--json"]).code(0).out;
        // The seal is that of today.
        let letters = lines.lines().filter(|line| line.contains("\"type\":\"letter\""));
        told.extend(letters.map(str::to_owned));
    }
    for number in ["007", "008", "009"] {
        told.push(campaign.run(["show", "--number", number]).code(0).out);
    }
    let status = campaign.run(["status"]).code(0).out;
    told.extend(status.lines().take_while(|line| !line.starts_with("Seal")).map(str::to_owned));
    told
}

#[test]
fn no_group_of_settings_rewrites_a_mailing_that_went() {
    let server = refusing_boris();
    let campaign = Campaign::new()
        .sender_table("bcc = [\"archive@sender.test\"]")
        .letter_table("attachments = [\"plan.txt\"]")
        .file("plan.txt", "План")
        .to(&server)
        .with("[letter.values.executor]\nname = \"Петров П.П.\"\n")
        .with(REGISTER)
        .with("[archive]\n")
        .write();
    campaign.run(["send", "--yes"]).code(1);
    // From now on, show tells each letter as it went.
    let letter = campaign.path().join("letter.md");
    fs::write(&letter, fs::read_to_string(&letter).unwrap() + "\nЕщё строка.\n").unwrap();
    let before = everything_told(&campaign);
    let path = campaign.path().join("campaign.toml");
    for (from, to) in [
        ("id = \"test\"\n", "id = \"test\"\nname = \"Другая\"\nlanguage = \"en\"\n"),
        ("name = \"Дирекция\"", "name = \"Бухгалтерия\"\nreply_to = \"x@sender.test\""),
        ("address = \"invite@sender.test\"", "address = \"other@sender.test\"\ntimezone = \"UTC\""),
        ("bcc = [\"archive@sender.test\"]", "cc = [\"boss@sender.test\"]"),
        (
            "[contacts]\n",
            "[contacts]\nwhere = \"row.email != 'anna@one.test'\"\nduplicates = \"first\"\n",
        ),
        ("subject = \"О семинаре\"", "subject = \"Об отмене\"\npreheader = \"Отмена\""),
        ("attachments = [\"plan.txt\"]", "text = \"letter.md\"\nmax_size = \"1 MB\""),
        ("event = \"на *семинар*\"", "event = \"на совещание\""),
        ("Петров П.П.", "Сидоров С.С."),
        ("first = 7", "first = 70"),
        ("format = \"{:03}\"", "format = \"99-{}\""),
        ("date = 2022-02-28", "date = 2023-12-31"),
        ("timeout = \"2s\"", "timeout = \"3s\"\nusername = \"u\"\npassword = { env = \"P\" }"),
        ("[smtp]\nhost = \"127.0.0.1\"", "[smtp]\nhost = \"localhost\""),
        ("[archive]\n", "[archive]\n[pace]\nper_day = 1\n[retry]\nattempts = 2\n"),
        ("[archive]\n", "[archive]\n[approval]\npeople = 2\n"),
        ("[archive]\n", "[archive]\n[unsubscribe]\nmailto = \"off@sender.test\"\n"),
    ] {
        let toml = fs::read_to_string(&path).unwrap();
        assert!(toml.contains(from), "{from}\n{toml}");
        fs::write(&path, toml.replacen(from, to, 1)).unwrap();
        assert_eq!(everything_told(&campaign), before, "{to}");
    }
    for file in ["plan.txt", "letter.md"] {
        fs::write(campaign.path().join(file), "Другое").unwrap();
        assert_eq!(everything_told(&campaign), before, "{file}");
    }
}

#[test]
fn the_register_is_told_of_letters_when_the_list_is_gone() {
    let server = refusing_boris();
    let campaign = half_sent(&server);
    let before = account(&campaign);
    fs::remove_file(campaign.path().join("contacts.csv")).unwrap();
    fs::remove_file(campaign.path().join("letter.md")).unwrap();
    assert_eq!(account(&campaign), before);
}

#[test]
fn the_register_has_what_an_office_asks_of_its_journal() {
    let server = refusing_boris();
    let campaign = half_sent(&server);
    let lines = campaign.run(["register", "--json"]).code(0).out;
    let letters: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let first = &letters[0];
    for (field, expected) in [
        ("number", json!("007")),
        ("date", json!("2022-02-28")),
        ("subject", json!("О семинаре для района Северный")),
        ("addressee", json!("Ильиной А.П.")),
        ("position", json!("Начальнику отдела")),
        ("address", json!("anna@one.test")),
        ("copies", json!(["archive@sender.test"])),
        ("files", json!(["plan.txt"])),
        ("executor", json!("Петров П.П.")),
        ("state", json!("accepted")),
    ] {
        assert_eq!(first[field], expected, "{field}");
    }
    assert_eq!((&letters[1]["state"], &letters[1]["number"]), (&json!("refused"), &json!("008")));
    assert_eq!((&letters[2]["state"], &letters[2]["number"]), (&json!("waiting"), &json!("009")));
    assert_eq!(letters[3]["type"], "summary");
    let table = campaign.path().join("журнал.csv");
    campaign.run(["register", "--lang", "ru", "--out", table.to_str().unwrap()]).code(0);
    let table = fs::read_to_string(table).unwrap();
    assert!(
        table.contains(
            "Исх. №;Дата;Адресат;Должность;Организация;Адрес;Тема;Листов;Приложения;Исполнитель;\
             Состояние;Ответ;Когда;От кого\r\n"
        ),
        "{table}"
    );
    assert!(
        table.contains(
            "007;28.02.2022;Ильиной А.П.;Начальнику отдела;;anna@one.test;О семинаре для района \
             Северный;;plan.txt;Петров П.П.;принято;нет ответа;;\r\n"
        ),
        "{table}"
    );
}

/// Letters, and rows that get none, by address.
fn states(campaign: &Campaign) -> Vec<(String, String, Value)> {
    let letters = campaign.letters().into_iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    letters.map(|it| (text(&it["address"]), text(&it["state"]), it["rule"].clone())).collect()
}

#[track_caller]
fn sum_holds(summary: &Value) {
    let count = |name: &str| summary[name].as_u64().unwrap_or_default();
    let states = ["accepted", "filed", "refused", "waiting", "unknown"].map(count);
    assert_eq!(count("letters"), states.iter().sum::<u64>(), "{summary}");
}

const LIST: &str = "\
email;name_dative;position_dative;salutation;Район
anna@one.test;Ильиной А.П.;Начальнику;Уважаемая Анна Петровна;Северный
anna@one.test;Ильиной А.П.;Начальнику;Уважаемая Анна Петровна;Северный
bad@@two.test;Цою Б.;Директору;Уважаемый господин Цой;Северный
vera@three.test;Седых В.Л.;Заведующей;Уважаемая Вера Львовна;Южный
gone@four.test;Седых В.Л.;Заведующей;Уважаемая Вера Львовна;Северный
oleg@five.test;Седых В.Л.;Заведующей;;Северный
late@six.test;Седых В.Л.;Заведующей;Уважаемая Вера Львовна;Северный
";

#[test]
fn a_row_without_a_letter_is_told_for_what_it_is() {
    let server = Server::kind();
    let campaign = Campaign::new()
        .contacts(LIST)
        .letter("{{ salutation }}! {{ row[\"Район\"] }}")
        .contacts_table(
            "duplicates = \"first\"\nsuppress = \"never.csv\"\nwhere = 'row[\"Район\"] == \"Северный\"'",
        )
        .file("never.csv", "gone@four.test;asked\n")
        .to(&server)
        .write();
    let expected = |of_late: (&str, Value)| {
        let row = |address: &str, state: &str, rule: Value| (address.into(), state.into(), rule);
        vec![
            row("anna@one.test", "accepted", Value::Null),
            row("anna@one.test", "left_out", json!("duplicates")),
            row("bad@@two.test", "blocked", Value::Null),
            row("vera@three.test", "left_out", json!("where")),
            row("gone@four.test", "suppressed", Value::Null),
            row("oleg@five.test", "blocked", Value::Null),
            row("late@six.test", of_late.0, of_late.1),
        ]
    };
    campaign.run(["send", "--yes", "--skip-faulty", "--rows", "1-6"]).code(1);
    assert_eq!(states(&campaign), expected(("left_out", json!("rows"))));
    let summary = campaign.run(["report", "--json"]).summary();
    sum_holds(&summary);
    assert_eq!(
        ["rows", "letters", "accepted", "waiting", "blocked", "suppressed", "left_out"]
            .map(|name| summary[name].as_u64().unwrap()),
        [7, 1, 1, 0, 2, 1, 3]
    );
    // A run for all rows takes the last one.
    campaign.run(["send", "--yes", "--skip-faulty", "--limit", "0"]);
    campaign.run(["send", "--yes", "--skip-faulty"]).code(1);
    assert_eq!(states(&campaign).iter().filter(|it| it.1 == "accepted").count(), 2);
    campaign
        .run(["report"])
        .code(0)
        .says("2 letters: 2 accepted, 0 refused, 0 waiting, 0 unknown; 1 more suppressed; 2 more left out; 2 more cannot be sent until fixed")
        .says("bad@@two.test: has an error — ");
    let table = campaign.path().join("report.csv");
    campaign.run(["report", "--lang", "ru", "--out", table.to_str().unwrap()]).code(0);
    let table = fs::read_to_string(table).unwrap();
    assert!(!table.contains("ждёт") && table.contains("не отобрано условием where"), "{table}");
}

#[test]
fn the_sum_holds_in_every_account() {
    let server = refusing_boris();
    let campaign = half_sent(&server);
    for command in ["check", "preview", "status", "report", "register"] {
        sum_holds(&campaign.run([command, "--json"]).code(0).summary());
    }
    let summary = campaign.run(["send", "--dry-run", "--json"]).code(0).summary();
    sum_holds(&summary);
    assert_eq!(
        ["letters", "accepted", "refused", "waiting"].map(|name| summary[name].as_u64().unwrap()),
        [3, 1, 1, 1]
    );
    sum_holds(&Campaign::new().write().run(["send", "--dry-run", "--json"]).code(0).summary());
}

#[test]
fn a_letter_that_went_is_shown_as_it_went() {
    let server = refusing_boris();
    for (archive, text) in [("", None), ("[archive]\n", Some("на *семинар*"))] {
        let campaign = Campaign::new().to(&server).with(REGISTER).with(archive).write();
        campaign.run(["send", "--yes", "--limit", "2"]).code(1);
        let to_anna = ["show", "--to", "anna@one.test"];
        // As long as nothing changed, the letter is composed again, to the last octet.
        let before = campaign.run(to_anna).code(0);
        assert!(before.out.contains("No. 007") && before.out.contains("на *семинар*"));
        change_all(&campaign);
        for arguments in [to_anna, ["show", "--number", "007"]] {
            let after = campaign.run(arguments).code(0).says("007").says("О семинаре");
            assert!(!after.out.contains("Совсем другое"), "{}", after.out);
            match text {
                Some(text) => assert!(after.out.contains(text), "{}", after.out),
                None => assert!(after.err.contains("no [archive] kept the text"), "{}", after.err),
            }
        }
        let raw = ["show", "--to", "anna@one.test", "--raw"];
        match text {
            Some(_) => assert!(campaign.run(raw).code(0).out.contains("Message-ID:")),
            None => drop(campaign.run(raw).code(3).says("its text was not kept")),
        }
        fs::remove_file(campaign.path().join("contacts.csv")).unwrap();
        campaign.run(to_anna).code(0).says("О семинаре");
        // One that waits is shown as it would go now.
        change_all(&campaign);
        campaign.run(["show", "--to", "vera@three.test"]).code(0).says("Совсем другое");
    }
}

#[test]
fn every_command_speaks_json_and_says_which_schema() {
    let campaign = Campaign::new().write();
    let first = |ran: Ran| -> Value {
        let line = ran.out.lines().next().unwrap().to_owned();
        serde_json::from_str(&line).unwrap()
    };
    for command in ["check", "preview", "send", "status", "report", "register", "show"] {
        let first = first(campaign.run([command, "--json"]));
        assert_eq!(first["schema"], 1, "{command}: {first}");
    }
    let shown = first(campaign.run(["show", "--json", "--to", "boris@two.test"]).code(0));
    assert_eq!((&shown["type"], &shown["subject"]), (&json!("letter"), &json!("О семинаре")));
    let suppress = ["suppress", "--add", "no@one.test", "--reason", "asked", "--json"];
    let added = first(campaign.run(suppress).code(0));
    let listed = campaign.run(["suppress", "--json"]).code(0);
    assert_eq!(listed.out.lines().count(), 1);
    for entry in [added, first(listed)] {
        assert_eq!(
            (&entry["type"], &entry["address"], &entry["reason"]),
            (&json!("suppressed"), &json!("no@one.test"), &json!("asked"))
        );
    }
    campaign.run(["suppress", "--remove", "no@one.test", "--json"]).code(0).says("schema");
    campaign.run(["suppress", "--json"]).code(0).says("\"schema\":1");
    let folder = campaign.path().join("new");
    let init = gonets().args(["init", "--json"]).arg(&folder).output().unwrap();
    assert_eq!(first(ran(init))["type"], "created");
}

#[test]
fn what_people_decide_is_told_in_json() {
    // The second letter's reply is lost.
    let server = Server::scripted(|_, moment| match moment {
        Moment::Command(line) if line.contains("RCPT TO:<vera@") => Some(say("550 5.1.1 no")),
        Moment::Message => Some(Act::TakeAndClose),
        _ => None,
    });
    let campaign = Campaign::new().to(&server).write();
    campaign.run(["preview"]).code(0);
    let objects = |ran: Ran| -> Vec<Value> {
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let approved = objects(campaign.run(["approve", "--by", "Вера Седых", "--json"]).code(0));
    assert_eq!((&approved[0]["schema"], &approved[0]["name"]), (&json!(1), &json!("Вера Седых")));
    campaign.run(["send", "--yes"]).code(6);
    let states = |objects: &[Value]| -> Vec<(Value, Value)> {
        assert_eq!(objects[0]["schema"], 1);
        assert_eq!(objects.last().unwrap()["type"], "summary");
        let letters = objects.iter().filter(|it| it["type"] == "letter");
        letters.map(|it| (it["address"].clone(), it["state"].clone())).collect()
    };
    let to_anna = ["resolve", "--to", "anna@one.test", "--accepted", "--json"];
    let resolved = objects(campaign.run(to_anna).code(0));
    assert_eq!(states(&resolved), [(json!("anna@one.test"), json!("accepted"))]);
    sum_holds(resolved.last().unwrap());
    let answer = ["answer", "--to", "anna@one.test", "--replied", "--json"];
    let answered = objects(campaign.run(answer).code(0));
    assert_eq!((&answered[0]["schema"], &answered[0]["answer"]), (&json!(1), &json!("replied")));
    let reset = objects(campaign.run(["reset", "--all", "--yes", "--json"]).code(0));
    let waiting = |address: &str| (json!(address), json!("waiting"));
    assert!(states(&reset).contains(&waiting("anna@one.test")), "{reset:?}");
    for arguments in [["man", "--json"].as_slice(), &["completions", "bash", "--json"]] {
        let ran = ran(gonets().args(arguments).output().unwrap()).code(0);
        assert_eq!(objects(ran)[0]["schema"], 1);
    }
    let raw = objects(campaign.run(["show", "--raw", "--json"]).code(0));
    assert!(raw[0]["raw"].as_str().unwrap().contains("Message-ID:"));
}

#[test]
fn a_finished_mailing_is_forgotten_but_for_the_register() {
    let server = Server::kind();
    let campaign = Campaign::new()
        .to(&server)
        .with("[register]\nfirst = 7\n[archive]\nkeep = \"one-file\"\n[pace]\nper_day = 2\n")
        .write();
    campaign.run(["preview"]).code(0);
    campaign.run(["send", "--yes"]).code(7);
    campaign.run(["forget", "--before", "2999-01-01", "--yes"]).code(3).says("not finished");
    campaign.run(["suppress", "--add", "vera@three.test"]).code(0);
    campaign.run(["send", "--yes"]);
    campaign
        .run(["forget", "--before", "2000-01-01", "--yes"])
        .code(0)
        .says("nothing to delete: no letter settled before");
    campaign.run(["forget", "--before", "2999-01-01"]).code(2).says("--yes");
    let forgotten = campaign.run(["forget", "--before", "2999-01-01", "--yes"]).code(0);
    forgotten.says("forgotten: 2 letters").says("contacts.csv").says("the register");
    assert!(!campaign.path().join("preview").exists());
    let register = campaign.run(["register", "--json"]).code(0);
    let register = register.says("\"number\":\"7\"").says("\"number\":\"8\"");
    assert!(!register.out.contains("anna@one.test"), "{}", register.out);
    for file in ["ledger.sqlite", "ledger.sqlite-wal", "archive.sqlar", "archive.sqlar-wal"] {
        let bytes = fs::read(campaign.path().join(file)).unwrap_or_default();
        let has = |text: &[u8]| bytes.windows(text.len()).any(|it| it == text);
        assert!(!has(b"anna@one.test") && !has(b"boris@two.test"), "{file}");
    }
    // Nobody who has the letter gets another.
    campaign.run(["send", "--yes"]);
    assert!(server.counts().values().all(|letters| *letters == 1), "{:?}", server.counts());
    campaign
        .run(["forget", "--before", "2999-01-01", "--yes"])
        .code(0)
        .says("nothing to delete: no letter settled before");
}

#[test]
fn what_a_server_said_of_a_forgotten_person_is_forgotten_as_often_as_it_says_it() {
    let is_first = AtomicBool::new(true);
    let server = Server::scripted(move |_, moment| match moment {
        Moment::Command(command) if command.starts_with("MAIL") => {
            let is_first = is_first.swap(false, Ordering::Relaxed);
            is_first.then(|| say("530 5.7.0 only Boris (boris@two.test) may send"))
        }
        Moment::Command(command) if command.starts_with("RCPT TO:<boris") => {
            Some(say("550 5.1.1 <boris@two.test> Boris Zoy is not here"))
        }
        Moment::Command(_) | Moment::Greeting | Moment::Message => None,
    });
    let campaign = Campaign::new().to(&server).write();
    campaign.run(["preview"]).code(0);
    campaign.run(["send", "--yes"]).code(4);
    let previews = fs::read_dir(state().join("gonets/previews")).unwrap();
    let lists = previews.filter_map(|list| fs::read_to_string(list.unwrap().path()).ok());
    assert!(!lists.collect::<String>().contains('@'), "an address outside the folder");
    campaign.run(["send", "--yes"]).code(1);
    let has_boris = || {
        let ledger = fs::read(campaign.path().join("ledger.sqlite")).unwrap();
        ["boris", "Boris"].iter().any(|name| ledger.windows(5).any(|it| it == name.as_bytes()))
    };
    let forget = || campaign.run(["forget", "--before", "2999-01-01", "--yes"]).code(0);
    forget().says("forgotten: 3 letters");
    assert!(!has_boris());
    campaign.run(["status"]).says("550 5.1.1");
    campaign.run(["report"]).says("(address deleted): refused");
    // The person is still on the list.
    campaign.run(["send", "--yes", "--retry-refused"]).code(1);
    forget().says("forgotten: 1 letter");
    assert!(!has_boris());
    forget().says("nothing to delete");
}

#[test]
fn an_older_copy_that_is_restored_takes_what_waits_for_unknown() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    campaign.run(["send", "--yes", "--limit", "1"]).code(7);
    let copy = campaign.path().join("copy.sqlite");
    let path = copy.to_str().unwrap();
    let backup = |replace: &str| {
        let mut command = gonets();
        command.args(["ledger", "backup"]).arg(campaign.path()).args(["--out", path]);
        if !replace.is_empty() {
            command.arg(replace);
        }
        ran(command.output().unwrap())
    };
    backup("--replace").code(0).says("a copy of the ledger, 3 letters");
    backup("").code(3).says("copy.sqlite");
    campaign.run(["send", "--yes", "--limit", "1"]).code(7);
    for tail in ["-wal", "-shm"] {
        let _ = fs::remove_file(campaign.path().join(format!("ledger.sqlite{tail}")));
    }
    fs::copy(&copy, campaign.path().join("ledger.sqlite")).unwrap();
    campaign.run(["send", "--yes"]).code(5).says("resolve --lost");
    campaign.run(["resolve", "--lost"]).code(0).says("2 letters settled as");
    campaign.run(["send", "--yes"]).code(6);
    assert!(server.counts().values().all(|letters| *letters == 1), "{:?}", server.counts());
    campaign.run(["status"]).code(0).says("2 unknown");
}

/// The disk is new: the folder was made again from the campaign's files and the copy.
#[test]
fn a_ledger_put_back_without_its_lock_file_does_not_send_what_may_have_gone() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    campaign.run(["send", "--yes", "--limit", "1"]).code(7);
    let copy = tempfile::tempdir().unwrap();
    let copy = copy.path().join("copy.sqlite");
    let path = copy.to_str().unwrap();
    let mut backup = gonets();
    backup.args(["ledger", "backup"]).arg(campaign.path()).args(["--out", path]);
    ran(backup.output().unwrap()).code(0);
    campaign.run(["send", "--yes", "--limit", "1"]).code(7);
    for tail in ["sqlite", "sqlite-wal", "sqlite-shm", "lock"] {
        let _ = fs::remove_file(campaign.path().join(format!("ledger.{tail}")));
    }
    fs::copy(&copy, campaign.path().join("ledger.sqlite")).unwrap();
    campaign.run(["status"]).code(5).says("resolve");
    campaign.run(["suppress", "--add", "x@example.test", "--reason", "test"]);
    campaign.run(["send", "--yes"]).code(5).says("2 letters waiting in the copy");
    campaign.run(["resolve", "--lost"]).code(0).says("2 letters settled as");
    campaign.run(["send", "--yes"]).code(6);
    assert!(server.counts().values().all(|letters| *letters == 1), "{:?}", server.counts());
    // With the lock file, nothing is asked.
    let campaign = Campaign::new().to(&Server::kind()).write();
    campaign.run(["send", "--yes", "--limit", "1"]).code(7);
    let mut backup = gonets();
    backup.args(["ledger", "backup"]).arg(campaign.path()).args(["--out", path, "--replace"]);
    ran(backup.output().unwrap()).code(0);
    fs::copy(&copy, campaign.path().join("ledger.sqlite")).unwrap();
    campaign.run(["send", "--yes"]).code(0);
}

/// A template that is broken by now, then a list that is gone: what the ledger has is told, and what
/// is missing is said.
#[test]
fn a_campaign_that_cannot_be_read_any_more_is_told_from_the_record() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).write();
    campaign.run(["send", "--yes", "--to", "anna@one.test"]).code(7);
    let table = campaign.path().join("report.csv");
    let report = || {
        let ran = campaign.run(["report", "--out", table.to_str().unwrap(), "--replace"]).code(0);
        (ran, fs::read_to_string(&table).unwrap())
    };
    let whole = report().1;
    assert!(whole.contains("Район") && whole.contains("Северный"), "{whole}");
    fs::write(campaign.path().join("letter.md"), "{{ broken").unwrap();
    let (ran, text) = report();
    ran.says("rows that have no letter yet are missing");
    let line = |text: &str| text.lines().find(|it| it.contains("anna@one.test")).map(str::to_owned);
    assert_eq!(line(&text), line(&whole));
    let ran = campaign.run(["report", "--json"]).code(0);
    assert!(ran.out.contains(r#""sheet_row":2"#), "{}", ran.out);
    campaign
        .run(["register"])
        .code(0)
        .says("of letters that wait, only address and number are known");
    fs::remove_file(campaign.path().join("contacts.csv")).unwrap();
    let (ran, text) = report();
    ran.says("the list cannot be read");
    assert!(text.contains("anna@one.test") && !text.contains("Северный"), "{text}");
    let ran = campaign.run(["report", "--json"]).code(0);
    assert!(ran.out.contains(r#""state":"accepted""#), "{}", ran.out);
}
