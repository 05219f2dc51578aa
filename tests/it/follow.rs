//! Campaigns that follow another: who gets a second letter, and who does not.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::imap_server::ImapServer;
use crate::server::{Moment, Server};
use crate::support::{Campaign, Ran, edit, gonets, ran};

const PEOPLE: [&str; 8] = ["anna", "boris", "vera", "gleb", "dina", "egor", "zoya", "ivan"];

/// A campaign that has gone to eight people, and a folder for what comes back.
struct Followed {
    campaign: Campaign,
    server: Server,
    folder: tempfile::TempDir,
}

impl Followed {
    fn new() -> Self {
        Self::on(Server::kind())
    }

    fn on(server: Server) -> Self {
        let rows: String = PEOPLE.map(|who| format!("{who}@one.test;\n")).concat();
        let campaign = Campaign::new()
            .contacts(&format!("email;Ответил\n{rows}"))
            .letter("Здравствуйте!\n")
            .to(&server)
            .impatient()
            .write();
        campaign.run(["send", "--yes"]).code(0);
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("mails")).unwrap();
        Self { campaign, server, folder }
    }

    fn id_of(&self, who: &str) -> String {
        let letters = self.campaign.letters();
        let address = format!("{who}@one.test");
        let letter = letters.iter().find(|it| it["address"] == address.as_str()).unwrap();
        letter["message_id"].as_str().unwrap().to_owned()
    }

    fn comes(&self, who: &str, head: &str, text: &str) -> &Self {
        let id = self.id_of(who);
        let mail = format!(
            "From: {who}@one.test\nTo: invite@sender.test\nIn-Reply-To: {id}\n{head}\n\n{text}\n"
        );
        let count = fs::read_dir(self.mails()).unwrap().count();
        fs::write(self.mails().join(format!("{count}.eml")), mail).unwrap();
        self
    }

    fn mails(&self) -> PathBuf {
        self.folder.path().join("mails")
    }

    fn read(&self) -> Ran {
        self.campaign.run(["inbox", "--from", self.mails().to_str().unwrap()])
    }

    /// What comes back to seven of them; zoya and ivan are silent.
    fn all_kinds(&self) -> &Self {
        self.comes("anna", "Subject: Re: a", "Буду.")
            .comes(
                "boris",
                "Subject: Автоответ: a\nAuto-Submitted: auto-replied",
                "Ваше письмо получено.",
            )
            .comes("vera", "Subject: Автоответ: a\nAuto-Submitted: auto-replied", "Я в отпуске.")
            .comes("egor", "Subject: Re: a", "Прошу больше мне не писать, отпишите меня.");
        // From his address, about something else.
        let other =
            "From: gleb@one.test\nTo: invite@sender.test\nSubject: Re: Другое дело\n\nДа.\n";
        fs::write(self.mails().join("other.eml"), other).unwrap();
        let id = self.id_of("dina");
        let bounce = format!(
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.one.test\nTo: invite@sender.test\n\
             Subject: Undelivered Mail Returned to Sender\n\n<dina@one.test>: host mx said: 550 5.1.1 \
             User unknown\n\n------ This is a copy of the message's headers. ------\n\nMessage-ID: {id}\n"
        );
        fs::write(self.mails().join("bounce.eml"), bounce).unwrap();
        self
    }

    fn init<const N: usize>(&self, name: &str, arguments: [&str; N]) -> Follower {
        let path = self.folder.path().join(name);
        let mut command = gonets();
        command.arg("init").arg(&path).arg("--follow").arg(self.campaign.path()).args(arguments);
        ran(command.output().unwrap()).code(0);
        let toml = fs::read_to_string(path.join("campaign.toml")).unwrap();
        // Nothing that was just sent is five working days old.
        fs::write(path.join("campaign.toml"), toml.replace("5 working days", "0 days")).unwrap();
        Follower(path)
    }

    /// The addresses of the letters that the server took after the first eight, in order.
    fn followed(&self) -> Vec<String> {
        self.server.taken().iter().skip(8).map(|it| it.to[0].clone()).collect()
    }
}

struct Follower(PathBuf);

impl Follower {
    fn run<const N: usize>(&self, arguments: [&str; N]) -> Ran {
        let mut command = gonets();
        command.arg(arguments[0]).arg(&self.0).args(&arguments[1..]);
        ran(command.output().unwrap())
    }

    fn edit(&self, from: &str, to: &str) {
        edit(&self.0.join("campaign.toml"), from, to);
    }
}

#[test]
fn a_reminder_goes_to_exactly_those_who_are_silent() {
    let first = Followed::new();
    first.all_kinds().read();
    let reminder = first.init("reminder", []);
    let check = reminder.run(["check"]).code(0);
    assert!(check.err.contains("gleb@one.test"), "held and named: {}", check.err);
    assert!(check.err.contains("vera@one.test"), "held and named: {}", check.err);
    reminder.run(["send", "--yes"]).code(0).says("3 accepted");
    assert_eq!(first.followed(), ["boris@one.test", "zoya@one.test", "ivan@one.test"]);
    // In the thread of the first letter, and under its subject.
    let taken = first.server.taken();
    let letter = String::from_utf8_lossy(&taken[9].bytes).into_owned();
    let id = first.id_of("zoya");
    assert!(letter.contains(&format!("In-Reply-To: {id}\r\n")), "{letter}");
    assert!(letter.contains(&format!("References: {id}\r\n")), "{letter}");
    // Again, nobody gets a second one.
    reminder.run(["send", "--yes"]).code(0);
    assert_eq!(first.followed().len(), 3);
}

#[test]
fn those_who_are_silent_are_not_written_to_before_the_answers_were_read() {
    let first = Followed::new();
    let reminder = first.init("reminder", []);
    reminder.run(["send", "--yes"]).code(3).says("gonets inbox");
    assert!(first.followed().is_empty());
    first.read();
    reminder.run(["send", "--yes"]).code(0);
    assert_eq!(first.followed().len(), 8);
}

#[test]
fn a_reading_of_one_mail_or_of_some_days_is_none_of_the_mailbox() {
    let first = Followed::new();
    let reminder = first.init("reminder", []);
    first.comes("anna", "Subject: Re: a", "Буду.");
    let one = first.mails().join("0.eml");
    first.campaign.run(["inbox", "--from", one.to_str().unwrap()]).code(0);
    reminder.run(["send", "--yes"]).code(3).says("never read");
    let mails = first.mails();
    let mails = mails.to_str().unwrap();
    first.campaign.run(["inbox", "--since", "2026-01-01", "--from", mails]).code(0);
    reminder.run(["send", "--yes"]).code(3).says("never read");
    first.read();
    reminder.run(["check"]).code(0).says("answers: as read by hand at");
}

#[test]
fn a_mailbox_read_whole_or_by_hand_lets_reminders_go() {
    let first = Followed::new();
    let mailbox = ImapServer::kind();
    let inbox = format!(
        "\n[inbox]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nusername = \"anna\"\n\
         password = {{ env = \"PATH\" }}\n",
        mailbox.port
    );
    let toml = first.campaign.path().join("campaign.toml");
    fs::write(&toml, fs::read_to_string(&toml).unwrap() + &inbox).unwrap();
    let reminder = first.init("reminder", []);
    first.campaign.run(["inbox", "--since", "2026-01-01", "--trust"]).code(0);
    reminder.run(["send", "--yes", "--trust"]).code(3).says("never read");
    let mails = first.mails();
    first.campaign.run(["inbox", "--from", mails.to_str().unwrap()]).code(0);
    reminder.run(["check", "--trust"]).code(0).says("answers: as read by hand at");
    first.campaign.run(["inbox", "--trust"]).code(0);
    let checked = reminder.run(["check", "--trust"]).code(0);
    assert!(!(checked.out + &checked.err).contains("by hand"));
    reminder.run(["send", "--yes", "--trust"]).code(0);
    assert_eq!(first.followed().len(), 8);
}

#[test]
fn nobody_is_written_to_before_the_time() {
    let first = Followed::new();
    first.read();
    let reminder = first.init("reminder", []);
    reminder.edit("after = \"0 days\"", "after = \"5 working days\"");
    let ran = reminder.run(["send", "--yes"]).code(3);
    assert!(ran.err.contains("gonets inbox"), "{}", ran.err);
    assert!(first.followed().is_empty());
    reminder.edit("after = \"5 working days\"", "after = \"soon\"");
    assert!(reminder.run(["check"]).code(3).err.contains("working days"));
}

#[test]
fn an_answer_that_is_read_during_the_run_still_stops_the_letter() {
    let folder: Arc<Mutex<Option<(PathBuf, PathBuf)>>> = Arc::default();
    let shared = folder.clone();
    // When the first reminder goes, somebody reads that ivan has answered.
    let server = Server::scripted(move |_, moment| {
        if let Moment::Command(line) = moment
            && line.starts_with("RCPT TO:<anna@")
            && let Some((campaign, mails)) = shared.lock().unwrap().take()
        {
            let mut command = gonets();
            command.arg("inbox").arg(campaign).arg("--from").arg(mails);
            ran(command.output().unwrap()).code(0);
        }
        None
    });
    let first = Followed::on(server);
    first.read();
    first.comes("ivan", "Subject: Re: a", "Буду.");
    let reminder = first.init("reminder", []);
    *folder.lock().unwrap() = Some((first.campaign.path().to_owned(), first.mails()));
    reminder.run(["send", "--yes"]).code(0);
    let followed = first.followed();
    assert_eq!(followed.len(), 7, "{followed:?}");
    assert!(!followed.contains(&"ivan@one.test".to_owned()));
    let status = reminder.run(["status", "--json"]).code(0).summary();
    assert_eq!((status["accepted"].as_u64(), status["waiting"].as_u64()), (Some(7), Some(0)));
}

#[test]
fn a_second_reminder_counts_what_any_of_them_brought() {
    let first = Followed::new();
    first.read();
    let reminder = first.init("reminder", []);
    reminder.run(["send", "--yes"]).code(0);
    // Anna answers the first letter, Boris the reminder.
    first.comes("anna", "Subject: Re: a", "Буду.").read();
    let letters = reminder.run(["report", "--json"]).objects("letter");
    let to_boris = letters.iter().find(|it| it["address"] == "boris@one.test").unwrap();
    let other = first.folder.path().join("other");
    fs::create_dir(&other).unwrap();
    let id = to_boris["message_id"].as_str().unwrap();
    let mail = format!(
        "From: boris@one.test\nTo: invite@sender.test\nSubject: Re\nIn-Reply-To: {id}\n\nДа.\n"
    );
    fs::write(other.join("1.eml"), mail).unwrap();
    reminder.run(["inbox", "--from", other.to_str().unwrap()]).code(0);
    let mut command = gonets();
    let path = first.folder.path().join("second");
    command.arg("init").arg(&path).arg("--follow").arg(&reminder.0);
    ran(command.output().unwrap()).code(0);
    let second = Follower(path);
    second.edit("5 working days", "0 days");
    second.run(["send", "--yes"]).code(0).says("6 accepted");
    let followed = &first.followed()[8..];
    assert!(
        !followed.iter().any(|to| to.starts_with("anna") || to.starts_with("boris")),
        "{followed:?}"
    );
    // Both letters before it are named, the oldest first.
    let last = first.server.taken().pop().unwrap();
    let letter = String::from_utf8_lossy(&last.bytes).into_owned();
    let ids = [first.id_of("ivan")];
    assert!(letter.contains(&format!("References: {}\r\n ", ids[0])), "{letter}");
}

#[test]
fn a_correction_goes_to_all_who_have_the_letter() {
    let first = Followed::new();
    first.all_kinds().read();
    let correction = first.init("correction", ["--to", "accepted"]);
    correction.run(["send", "--yes"]).code(0).says("6 accepted");
    let followed = first.followed();
    assert!(
        !followed.iter().any(|to| to.starts_with("dina") || to.starts_with("egor")),
        "{followed:?}"
    );
}

#[test]
fn who_is_marked_in_the_list_has_answered() {
    let first = Followed::new();
    first.read();
    let list = first.campaign.path().join("contacts.csv");
    let text = fs::read_to_string(&list).unwrap();
    let text = text
        .replace("anna@one.test;", "anna@one.test;да")
        .replace("boris@one.test;", "boris@one.test;нет");
    fs::write(&list, text).unwrap();
    let reminder = first.init("reminder", []);
    reminder.run(["send", "--yes"]).code(0).says("7 accepted");
    assert!(!first.followed().contains(&"anna@one.test".to_owned()));
    // And by word, into the ledger.
    let other = first.init("other", []);
    first.campaign.run(["answer", "--to", "vera@one.test", "--declined", "--note", "тел."]).code(0);
    other.run(["send", "--yes"]).code(0).says("6 accepted");
}

#[test]
fn campaigns_that_follow_in_a_circle_are_refused() {
    let first = Followed::new();
    let reminder = first.init("reminder", []);
    let toml = first.campaign.path().join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap();
    let follows = format!("[follows]\ncampaign = '{}'\n", reminder.0.display());
    fs::write(&toml, format!("{text}\n{follows}")).unwrap();
    reminder.run(["check"]).code(3);
    assert!(Path::new(&reminder.0).join("letter.md").exists());
}

#[test]
fn a_letter_whose_text_changed_after_it_went_is_named_with_the_way_to_correct_it() {
    let first = Followed::new();
    let campaign = &first.campaign;
    let list = campaign.path().join("contacts.csv");
    let grown = format!("{}lena@one.test;\n", fs::read_to_string(&list).unwrap());
    fs::write(&list, grown).unwrap();
    assert!(!campaign.run(["check"]).code(0).err.contains("--to accepted"), "only the list grew");
    fs::write(campaign.path().join("letter.md"), "Здравствуйте! Перенос.\n").unwrap();
    for command in ["check", "status"] {
        let ran = campaign.run([command]).code(0);
        assert!(ran.err.contains("8 people") && ran.err.contains("--to accepted"), "{}", ran.err);
    }
    let ran = campaign.run(["send", "--yes"]).code(0);
    assert!(ran.err.contains("8 people"), "{}", ran.err);
    assert_eq!(first.followed(), ["lena@one.test"]);
}

#[test]
fn two_texts_under_one_number_need_a_word() {
    let first = Followed::new();
    let campaign = &first.campaign;
    let toml = campaign.path().join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap();
    fs::write(&toml, format!("{text}\n[register]\nnumber = \"015\"\n")).unwrap();
    let list = campaign.path().join("contacts.csv");
    let grown = format!("{}lena@one.test;\n", fs::read_to_string(&list).unwrap());
    fs::write(&list, grown).unwrap();
    fs::write(campaign.path().join("letter.md"), "Здравствуйте! Перенос.\n").unwrap();
    let ran = campaign.run(["send", "--yes"]).code(3);
    assert!(ran.err.contains("--new-version"), "{}", ran.err);
    assert!(first.followed().is_empty());
    campaign.run(["send", "--yes", "--new-version"]).code(0);
    assert_eq!(first.followed(), ["lena@one.test"]);
}
