//! A builder of campaigns in temporary folders, and the binary that runs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{OnceLock, mpsc};

use serde_json::Value;
use tempfile::TempDir;

use crate::server::Server;

pub mod listener;
pub mod mail_servers;

/// Three people, with the forms that a letter needs.
pub const THREE: &str = "\
email;Фамилия;Имя;Отчество;name_dative;position_dative;salutation;Район
anna@one.test;Ильина;Анна;Петровна;Ильиной А.П.;Начальнику отдела;Уважаемая Анна Петровна;Северный
boris@two.test;Цой;Борис;;Цою Б.;Директору;Уважаемый господин Цой;Южный
vera@three.test;Седых;Вера;Львовна;Седых В.Л.;Заведующей;Уважаемая Вера Львовна;Речной
";

pub const LETTER: &str = "{{ addressee.position }}\n{{ addressee.name }}\n\n{{ salutation }}!\n\nПриглашаем **{{ event }}**.\n";

pub struct Campaign {
    pub folder: TempDir,
    contacts: String,
    letter: String,
    subject: String,
    contacts_table: String,
    sender_table: String,
    letter_table: String,
    rest: String,
}

impl Campaign {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            contacts: THREE.into(),
            letter: LETTER.into(),
            subject: "О семинаре".into(),
            contacts_table: String::new(),
            sender_table: String::new(),
            letter_table: String::new(),
            rest: String::new(),
        }
    }

    pub fn contacts(mut self, text: &str) -> Self {
        self.contacts = text.into();
        self
    }

    /// `n` people at `n` addresses.
    pub fn people(self, n: usize) -> Self {
        let rows: String = (0..n)
            .map(|i| {
                format!(
                    "p{i}@many.test;Ильина;Анна;;Ильиной А.;Начальнику;Уважаемая Анна;Район {i}\n"
                )
            })
            .collect();
        let head = THREE.lines().next().unwrap();
        self.contacts(&format!("{head}\n{rows}"))
    }

    pub fn letter(mut self, text: &str) -> Self {
        self.letter = text.into();
        self
    }

    pub fn subject(mut self, text: &str) -> Self {
        self.subject = text.into();
        self
    }

    pub fn contacts_table(mut self, toml: &str) -> Self {
        self.contacts_table = toml.into();
        self
    }

    pub fn sender_table(mut self, toml: &str) -> Self {
        self.sender_table = format!("{toml}\n");
        self
    }

    pub fn letter_table(mut self, toml: &str) -> Self {
        self.letter_table = format!("{toml}\n");
        self
    }

    /// A further file of the folder.
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// More tables of campaign.toml.
    pub fn with(mut self, toml: &str) -> Self {
        self.rest.push_str(toml);
        self.rest.push('\n');
        self
    }

    /// Sends to a server of the test, with waits short enough for one.
    pub fn to(self, server: &Server) -> Self {
        let smtp = format!(
            "[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\ntimeout = \"2s\"\n",
            server.port
        );
        self.with(&smtp)
    }

    /// Retries without a wait that a test would notice.
    pub fn impatient(self) -> Self {
        self.with("[retry]\nattempts = 3\nfirst_delay = \"1ms\"\nreconnect_delay = \"1ms\"\n")
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes the files; later edits by hand stay.
    pub fn write(self) -> Self {
        let toml = format!(
            "id = \"test\"\n[from]\nname = \"Дирекция\"\naddress = \"invite@sender.test\"\n{}[contacts]\nfile = \"contacts.csv\"\n{}\n[letter]\nsubject = \"{}\"\nbody = \"letter.md\"\n{}[letter.values]\nevent = \"на *семинар*\"\n{}",
            self.sender_table, self.contacts_table, self.subject, self.letter_table, self.rest
        );
        fs::write(self.path().join("campaign.toml"), toml).unwrap();
        fs::write(self.path().join("contacts.csv"), &self.contacts).unwrap();
        fs::write(self.path().join("letter.md"), &self.letter).unwrap();
        self
    }

    /// Gives the folder leave for what it needs now.
    pub fn trusted(self) -> Self {
        self.run(["trust"]).code(0);
        self
    }

    pub fn command<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = gonets();
        command.args(&arguments[..1]).arg(self.path()).args(&arguments[1..]);
        command
    }

    /// Runs a command on the campaign.
    pub fn run<const N: usize>(&self, arguments: [&str; N]) -> Ran {
        ran(self.command(arguments).output().unwrap())
    }

    pub fn spawn<const N: usize>(&self, arguments: [&str; N]) -> Child {
        self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Replaces a text in one of its files, which has it.
    #[track_caller]
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        edit(&self.path().join(file), from, to);
    }

    /// The letters of `report --json`.
    pub fn letters(&self) -> Vec<Value> {
        self.run(["report", "--json"]).objects("letter")
    }

    /// The addresses whose letters are unknown.
    pub fn unknown(&self) -> Vec<String> {
        let status = self.run(["status"]).code(0);
        let unknown = status.out.lines().filter_map(|line| line.strip_prefix("unknown: "));
        unknown.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
    }

    /// Decides what became of an unknown letter.
    pub fn resolve(&self, address: &str, has_it: bool) {
        let decision = if has_it { "--accepted" } else { "--resend" };
        self.run(["resolve", "--to", address, decision]).code(0);
    }

    /// Sends until nothing is unknown, deciding by what the server knows. Returns how many were.
    pub fn send_rest(&self, server: &Server) -> usize {
        let mut count = 0;
        loop {
            let ran = self.run(["send", "--yes", "--json"]);
            if ran.code != 6 {
                ran.code(0);
                return count;
            }
            for address in self.unknown() {
                count += 1;
                self.resolve(&address, server.counts().contains_key(&address));
            }
        }
    }

    /// Starts a run and kills it when it is told to, unless it ends before.
    pub fn is_killed_when<T>(
        &self,
        told: &mpsc::Receiver<T>,
        mut kill: impl FnMut(&mut Child),
    ) -> bool {
        let mut child = self.spawn(["send", "--yes"]);
        let is_killed = loop {
            if told.try_recv().is_ok() {
                kill(&mut child);
                break true;
            }
            if child.try_wait().unwrap().is_some() {
                break false;
            }
            std::thread::yield_now();
        };
        child.wait().unwrap();
        is_killed
    }

    /// The one file of a folder whose name begins with `address`.
    pub fn file_of(&self, folder: &str, address: &str, ending: &str) -> PathBuf {
        let mut found: Vec<PathBuf> = fs::read_dir(self.path().join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                name.contains(address) && name.ends_with(ending)
            })
            .collect();
        assert_eq!(found.len(), 1, "{address} in {folder}: {found:?}");
        found.remove(0)
    }
}

/// Replaces a text in a file, which has it.
#[track_caller]
pub fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{from} is not in\n{text}");
    fs::write(file, text.replace(from, to)).unwrap();
}

/// Copies the files of a folder, and none of its folders.
pub fn copy_files(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

pub const EXAMPLE: &str = "examples/mmso-2022";

/// A copy of the example, with its list, in a folder.
pub fn example() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = ["campaign.toml", "letter.md"].map(|name| format!("{EXAMPLE}/{name}"));
    for path in files.into_iter().chain(["contacts/city-education-heads.csv".into()]) {
        let to = folder.path().join(&path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(path, to).unwrap();
    }
    folder
}

/// The file on which a run has its lock.
pub fn lock_of(folder: &Path) -> PathBuf {
    folder.join(if cfg!(target_os = "linux") { "ledger.sqlite" } else { "ledger.lock" })
}

/// Writes a file that its owner alone can read.
pub fn private(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// Where the binary keeps what it knows about folders, for all tests of this process.
pub fn state() -> &'static Path {
    static STATE: OnceLock<TempDir> = OnceLock::new();
    STATE.get_or_init(|| tempfile::tempdir().unwrap()).path()
}

/// The binary, speaking English, knowing nothing of who runs the tests.
pub fn gonets() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gonets"));
    command
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", "C")
        .env("NO_COLOR", "1")
        .env("XDG_STATE_HOME", state())
        .env("XDG_CONFIG_HOME", state())
        .env("LOCALAPPDATA", state())
        .env("APPDATA", state())
        .stdin(Stdio::null());
    command
}

pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

pub fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ran {
    #[track_caller]
    pub fn code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n--- out\n{}\n--- err\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        // Lines are broken at words.
        let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            [&self.out, &self.err]
                .into_iter()
                .any(|said| said.contains(text) || spaced(said).contains(&spaced(text))),
            "«{text}» is not in\n--- out\n{}\n--- err\n{}",
            self.out,
            self.err
        );
        self
    }

    /// The JSON lines of a type.
    #[track_caller]
    pub fn objects(&self, kind: &str) -> Vec<Value> {
        let all = self.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        all.filter(|it| it["type"] == kind).collect()
    }

    /// The last JSON line.
    #[track_caller]
    pub fn summary(&self) -> Value {
        serde_json::from_str(self.out.lines().last().unwrap_or_default()).unwrap()
    }
}

/// Sets the PDF of a new campaign in a built-in font, which every machine has. A build without PDF
/// leaves the table out.
pub fn with_built_in_font(campaign: &Path) {
    let toml = campaign.join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap();
    let table = "\n[pdf]\n";
    assert_eq!(text.contains(table), cfg!(feature = "pdf"));
    fs::write(toml, text.replace(table, &format!("{table}font = \"Libertinus Serif\"\n"))).unwrap();
}
