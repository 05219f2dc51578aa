//! `campaign.toml` as people in offices write and save it: each slip says the line to write.

use std::fs;

use crate::server::{Moment, Server, say};
use crate::support::{Campaign, Ran, THREE, private, ran};

fn settings(campaign: &Campaign) -> String {
    fs::read_to_string(campaign.path().join("campaign.toml")).unwrap()
}

fn save(campaign: &Campaign, bytes: impl AsRef<[u8]>) {
    fs::write(campaign.path().join("campaign.toml"), bytes).unwrap();
}

#[test]
fn a_file_saved_in_another_encoding_says_how_to_save_it() {
    let campaign = Campaign::new().write();
    let text = settings(&campaign);
    let ansi: Vec<u8> = text
        .chars()
        .map(|c| match c {
            'А'..='я' => u8::try_from(c as u32 - 0x350).unwrap(),
            c => u8::try_from(c as u32).unwrap(),
        })
        .collect();
    save(&campaign, ansi);
    campaign.run(["check"]).code(3).says("not in UTF-8 (Windows-1251)").says("Encoding: UTF-8");
    let wide: Vec<u8> =
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    save(&campaign, wide);
    campaign.run(["check"]).code(3).says("not in UTF-8 (UTF-16");
    save(&campaign, format!("\u{feff}{text}"));
    campaign.run(["check"]).code(0);
}

#[test]
fn a_file_with_an_ending_that_explorer_hides_is_named() {
    for name in ["campaign.toml.txt", "Campaign.toml.TXT", "campaign.txt"] {
        let campaign = Campaign::new().write();
        fs::rename(campaign.path().join("campaign.toml"), campaign.path().join(name)).unwrap();
        campaign.run(["check"]).code(3).says(name).says("Rename it:");
    }
}

#[test]
fn a_slip_says_the_line_to_write() {
    let campaign = Campaign::new().write();
    let good = settings(&campaign);
    for (instead, said) in [
        (r#"subject = "Для {{ row["Фамилия"] }}""#, "write subject = \"Для {{ row['Фамилия'] }}\""),
        (r#"subject = "Для {{ Фамилия }}""#, "write row['Фамилия']"),
        (r#"subject = "Для {{ фамилиа }}""#, "write row['Фамилия']"),
        ("subject = «О семинаре»", "write subject = \"О семинаре\""),
        ("subject = О семинаре", "write subject = \"О семинаре\""),
    ] {
        save(&campaign, good.replace("subject = \"О семинаре\"", instead));
        campaign.run(["check"]).code(3).says(said);
    }
    for path in [r"C:\Users\anna\list.csv", r"C:\temp\list.csv", r"..\new\list.csv"] {
        save(&campaign, good.replace("contacts.csv", path));
        let said = format!("write file = \"{}\"", path.replace('\\', "/"));
        campaign.run(["check"]).code(3).says(&said);
    }
}

#[test]
fn braces_where_nothing_is_inserted_are_told() {
    let campaign = Campaign::new().write();
    let text = settings(&campaign)
        .replace("name = \"Дирекция\"", "name = \"{Отдел}\"")
        .replace("event = \"на *семинар*\"", "event = \"{{ Район }}\"");
    save(&campaign, text);
    campaign
        .run(["check"])
        .code(0)
        .says("3:8 the reader will see the braces: {Отдел}")
        .says("braces: {{");
}

#[test]
fn a_column_is_named_in_the_letter_as_the_message_says() {
    let campaign = Campaign::new().letter("Уважаемый {{ Имя }} {{ Отчество }}!\n").write();
    campaign
        .run(["check"])
        .code(3)
        .says("1:14 a column")
        .says("write row[\"Имя\"]")
        .says("write row[\"Отчество\"]");
}

#[test]
fn a_letter_to_one_person_goes_to_nobody() {
    let campaign = Campaign::new().letter("Уважаемая Анна Петровна!\n\nЖдём.\n").write();
    campaign
        .run(["send"])
        .code(3)
        .says("letter.md:1:1")
        .says("\"Уважаемая Анна Петровна\"")
        .says("write {{ salutation }} in place of these words");
    let campaign = Campaign::new().letter("Уважаемые коллеги!\n\nЖдём.\n").write();
    campaign.run(["check"]).code(0).says("the letter has no field");
}

/// A campaign of whoever has these defaults.
fn with_defaults(campaign: Campaign, defaults: &str) -> (Campaign, tempfile::TempDir) {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("gonets")).unwrap();
    fs::write(home.path().join("gonets/relay.toml"), defaults).unwrap();
    (campaign.write(), home)
}

fn run<const N: usize>(
    (campaign, home): &(Campaign, tempfile::TempDir),
    arguments: [&str; N],
) -> Ran {
    let mut command = campaign.command(arguments);
    command.env("XDG_CONFIG_HOME", home.path()).env("APPDATA", home.path());
    ran(command.output().unwrap())
}

#[test]
fn a_folder_without_a_relay_sends_through_that_of_the_defaults() {
    let server = Server::kind();
    let port = server.port;
    let defaults = format!(
        "[smtp]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nusername = \"anna\"\n\
         password = {{ file = \"password\" }}\n[pace]\nper_day = 2\n"
    );
    let office = with_defaults(Campaign::new(), &defaults);
    private(&office.1.path().join("gonets/password"), "geheim");
    // Nobody is asked for leave: server and password are the person's own.
    run(&office, ["send", "--yes"]).code(7).says("2 accepted");
    assert_eq!(server.counts().len(), 2);
    let listed = run(&office, ["status", "--settings"]).code(0);
    let listed =
        listed.says("[smtp]").says("per_day = 2").says("relay.toml:8").says("password.file");
    let json = run(&office, ["status", "--settings", "--json"]).code(0);
    let json = json.says(r#""table":"pace","key":"per_day","value":"2""#).says(r#""line":8"#);
    assert!(!json.out.contains("geheim") && !listed.out.contains("geheim"));
}

#[test]
fn a_folder_does_not_lead_the_password_of_the_defaults_elsewhere() {
    let (wanted, other) = (Server::kind(), Server::kind());
    let table =
        |port| format!("[smtp]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n");
    let login = "username = \"anna\"\npassword = { file = \"password\" }\n";
    let defaults = table(wanted.port) + login;
    let elsewhere = with_defaults(Campaign::new().with(&table(other.port)), &defaults);
    private(&elsewhere.1.path().join("gonets/password"), "geheim");
    run(&elsewhere, ["send", "--yes"]).code(0);
    assert!(!other.seen.lock().unwrap().commands.iter().any(|it| it.starts_with("AUTH")));
    let port = format!("[smtp]\nport = {}\n", other.port);
    let half = with_defaults(Campaign::new().with(&port), &defaults);
    private(&half.1.path().join("gonets/password"), "geheim");
    run(&half, ["send", "--yes"]).code(3).says("password of anna");
}

#[test]
#[cfg(unix)]
fn defaults_that_others_may_write_are_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let office = with_defaults(Campaign::new(), "[pace]\nper_day = 2\n");
    let file = office.1.path().join("gonets/relay.toml");
    run(&office, ["check"]).code(0);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o664)).unwrap();
    run(&office, ["check"]).code(3).says("others could write these defaults");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(&file, "[pace]\nper_dya = 2\n").unwrap();
    run(&office, ["check"]).code(3).says("relay.toml:2:1").says("per_day");
}

#[test]
fn a_monitor_reads_a_file_without_anybodys_name() {
    let server = Server::kind();
    let campaign = Campaign::new().to(&server).with("[pace]\nper_day = 2\n").write();
    campaign.run(["status", "--metrics"]).code(0).says("gonets_letters{campaign=\"test\"");
    campaign.run(["send", "--yes"]).code(7);
    let file = campaign.path().join("gonets.prom");
    let path = file.to_str().unwrap();
    for _ in 0..2 {
        campaign.run(["status", "--metrics", path]).code(0).says("gonets.prom");
    }
    let text = fs::read_to_string(&file).unwrap();
    for line in [
        r#"gonets_letters{campaign="test",state="accepted"} 2"#,
        r#"gonets_letters{campaign="test",state="waiting"} 1"#,
        r#"gonets_answers{campaign="test",answer="silent"} 2"#,
        r#"gonets_running{campaign="test"} 0"#,
    ] {
        assert!(text.lines().any(|it| it == line), "{line} is not in\n{text}");
    }
    assert!(text.contains("gonets_oldest_waiting_age_seconds{campaign=\"test\"} "));
    assert!(!text.contains('@'));
    let summary = campaign.run(["status", "--json"]).code(0).summary();
    assert!(summary["oldest_waiting_age"].is_u64() && summary["mailbox_read_age"].is_null());
    // What is not ours is not written over.
    fs::write(&file, "my own notes").unwrap();
    campaign.run(["status", "--metrics", path]).code(3);
    let letter = campaign.path().join("letter.md");
    campaign.run(["status", "--metrics", letter.to_str().unwrap()]).code(3);
    assert_eq!(fs::read_to_string(&file).unwrap(), "my own notes");
}

fn lines(path: &std::path::Path) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_log_tells_what_happened_and_nobodys_address_unless_asked() {
    let server = Server::scripted(|_, moment| match moment {
        Moment::Command(command) if command.starts_with("RCPT TO:<boris") => {
            Some(say("550 5.1.1 <boris@two.test> Boris is not here"))
        }
        Moment::Command(_) | Moment::Greeting | Moment::Message => None,
    });
    let campaign = Campaign::new().to(&server).write();
    let log = campaign.path().join("gonets.log");
    let path = log.to_str().unwrap();
    campaign.run(["send", "--yes", "--log", path]).code(1);
    let told = lines(&log);
    let of = |event: &str| told.iter().filter(|it| it["event"] == event).count();
    assert_eq!((of("begin"), of("letter"), of("summary"), of("end")), (1, 3, 1, 1), "{told:?}");
    let refused = told.iter().find(|it| it["state"] == "refused").unwrap();
    assert_eq!((&refused["code"], &refused["status"]), (&550.into(), &"5.1.1".into()));
    assert_eq!(told.last().unwrap()["exit"], 1);
    let text = fs::read_to_string(&log).unwrap();
    assert!(!text.contains("two.test") && !text.contains("Boris"), "{text}");
    // Rotated by others, and asked for more.
    fs::rename(&log, campaign.path().join("gonets.log.1")).unwrap();
    campaign.run(["status", "--log", path, "--log-personal"]).code(0);
    campaign.run(["send", "--yes", "--retry-refused", "--log", path, "--log-personal"]).code(1);
    assert!(fs::read_to_string(&log).unwrap().contains("boris@two.test"));
    let run = campaign.run(["status", "--log", "-"]).code(0);
    assert!(run.err.lines().all(|line| line.starts_with("{\"time\":\"")), "{}", run.err);
    let letter = campaign.path().join("letter.md");
    campaign.run(["status", "--log", letter.to_str().unwrap()]).code(3).says("letter.md");
}

/// A disk on which the log has no place for a whole line more.
#[test]
#[cfg(unix)]
fn a_log_on_a_full_disk_has_whole_lines_and_stops_nothing() {
    let campaign = Campaign::new().write();
    let log = campaign.path().join("gonets.log");
    campaign.run(["check", "--log", log.to_str().unwrap()]).code(0);
    let whole = fs::read_to_string(&log).unwrap();
    while fs::metadata(&log).unwrap().len() < 3950 {
        let mut text = fs::read_to_string(&log).unwrap();
        text.push_str(whole.lines().next().unwrap());
        text.push('\n');
        fs::write(&log, text).unwrap();
    }
    let line = format!(
        "trap '' XFSZ; ulimit -f 4; exec {} check {} --log {}",
        env!("CARGO_BIN_EXE_gonets"),
        campaign.path().display(),
        log.display()
    );
    let ended = ran(std::process::Command::new("bash").args(["-c", &line]).output().unwrap());
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(ended.err.matches("cannot be written").count(), 1, "{}", ended.err);
    assert!(fs::read_to_string(&log).unwrap().ends_with("}\n"));
    lines(&log);
}

#[test]
fn a_condition_that_names_somebody_is_not_in_the_log() {
    let list = format!(
        "{THREE}wrong;Смирнова;Вера;Львовна;Смирновой В.Л.;Директору;Уважаемая Вера;Южный\n"
    );
    let campaign = Campaign::new().contacts(&list).write();
    let log = campaign.path().join("gonets.log");
    let condition = "row['Фамилия'] == 'Смирнова'";
    let path = log.to_str().unwrap();
    let ended = campaign.run(["check", "--where", condition, "--log", path]).code(3);
    assert!(ended.err.contains("Смирнова"), "{}", ended.err);
    assert!(!fs::read_to_string(&log).unwrap().contains("Смирнов"));
}
