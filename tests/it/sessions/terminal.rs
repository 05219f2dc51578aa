//! A person's terminal: commands are typed into it, and what it showed is kept as text.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::support::{Campaign, edit, gonets, ran};

/// Plays a session in English and in Russian, and compares each with its snapshot.
pub fn in_both_languages(name: &str, play: impl Fn(&'static str) -> Session) {
    for language in ["en", "ru"] {
        let session = play(language);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(".");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(format!("{name}.{language}"), session.shown()));
    }
}

/// One terminal: where it stands, which language it speaks, and what it showed so far.
pub struct Session {
    language: &'static str,
    folder: PathBuf,
    text: String,
    /// How lines begin that are left out of what was shown.
    untold: &'static [&'static str],
    /// Kept while the session lasts.
    _of: Folder,
}

enum Folder {
    Empty(TempDir),
    Campaign(Campaign),
}

impl Session {
    /// In a folder with nothing in it.
    pub fn empty(language: &'static str) -> Self {
        Self::new(language, Folder::Empty(tempfile::tempdir().unwrap()))
    }

    /// In the folder of a campaign.
    pub fn of(language: &'static str, campaign: Campaign) -> Self {
        Self::new(language, Folder::Campaign(campaign.write()))
    }

    fn new(language: &'static str, of: Folder) -> Self {
        let folder = match &of {
            Folder::Empty(folder) => folder.path().to_owned(),
            Folder::Campaign(campaign) => campaign.path().to_owned(),
        };
        Self { language, folder, text: String::new(), untold: &[], _of: of }
    }

    /// Types a command and keeps all that it writes, its two streams apart.
    pub fn run(&mut self, line: &str) {
        let words = words(line);
        let mut command = match words[0].as_str() {
            "gonets" => gonets(),
            other => Command::new(other),
        };
        let output = self.prepared(&mut command).args(&words[1..]).output().unwrap();
        let ran = ran(output);
        let _ = write!(self.text, "$ {line}\n{}", ran.out);
        if !ran.err.is_empty() {
            let _ = write!(self.text, "--- stderr\n{}", ran.err);
        }
        let _ = writeln!(self.text, "--- exit {}\n", ran.code);
    }

    /// Types a command at a terminal proper, and what it asks for when it asks.
    #[cfg(target_os = "linux")]
    pub fn answer(&mut self, line: &str, question: &str, answer: &str) {
        // The bar is drawn by time, and so it is another test's affair: tests/it/signals.rs.
        let state = crate::support::state().display();
        let settings =
            format!("XDG_STATE_HOME={state} LANG={} TERM=dumb NO_COLOR=1 TZ=UTC", self.locale());
        let typed = line.replacen("gonets", env!("CARGO_BIN_EXE_gonets"), 1);
        let typed =
            format!("cd {} && {settings} {typed}; echo --- exit $?", self.folder.to_string_lossy());
        let shown = crate::secrets::at_a_terminal(&typed, question, &format!("{answer}\n"));
        let _ = writeln!(self.text, "$ {line}\n{}", shown.replace("\r\n", "\n"));
    }

    fn locale(&self) -> &'static str {
        if self.language == "ru" { "ru_RU.UTF-8" } else { "C" }
    }

    fn prepared<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .current_dir(&self.folder)
            .env_remove("LC_ALL")
            .env_remove("LC_MESSAGES")
            .env("LANG", self.locale())
            .env("NO_COLOR", "1")
            .env("COLUMNS", "80")
            .env("TZ", "UTC")
            .env("USER", "irina")
    }

    /// Replaces a piece of a file, as with an editor.
    pub fn edit(&mut self, file: &str, from: &str, to: &str) {
        edit(&self.folder.join(file), from, to);
        let _ = writeln!(self.text, "# {file}: {} -> {}\n", from.trim_end(), to.trim_end());
    }

    /// Lets a new campaign set its PDF in a built-in font, as every machine has it. A build without
    /// PDF says nothing of it.
    pub fn without_fonts_of_system(&mut self, campaign: &str) {
        crate::support::with_built_in_font(&self.folder.join(campaign));
        self.untold = &["font of the PDF: ", "Шрифт PDF: "];
    }

    /// Adds lines to the end of a file.
    pub fn append(&mut self, file: &str, lines: &str) {
        let path = self.folder.join(file);
        fs::write(&path, fs::read_to_string(&path).unwrap() + lines).unwrap();
        let _ = writeln!(self.text, "# {file}, at its end:");
        lines.trim().lines().for_each(|line| self.text += &format!("#   {line}\n"));
        self.text.push('\n');
    }

    /// The last seal that was shown.
    pub fn seal(&self) -> String {
        let last = (0..self.text.len()).rev().find_map(|at| matching(&self.text, at, SEAL));
        last.expect("a seal was shown").to_owned()
    }

    /// What the terminal showed, with stand-ins for what differs from run to run.
    fn shown(&self) -> String {
        let is_told = |line: &&str| !self.untold.iter().any(|untold| line.starts_with(untold));
        let text: String = self.text.split_inclusive('\n').filter(is_told).collect();
        let mut text = text.replace(&*self.folder.to_string_lossy(), "/home/irina/seminar");
        for (pattern, stand_in) in [
            ("127.0.0.1:#####", "127.0.0.1:2525"),
            ("####-##-##T##:##:##+##:##", "2027-02-01T10:00:00+00:00"),
            ("####-##-##", "2027-02-01"),
            ("##.##.####", "01.02.2027"),
            (" ##:##:##", " 10:00:00"),
            (" ##:##", " 10:00"),
        ] {
            text = replaced(&text, pattern, |_| stand_in.to_owned());
        }
        // Seals are told apart, whatever they are: the first is all ones, the second all twos.
        let mut seals: Vec<String> = Vec::new();
        replaced(&text, SEAL, |seal| {
            let known = seals.iter().position(|known| known == seal).unwrap_or_else(|| {
                seals.push(seal.to_owned());
                seals.len() - 1
            });
            let digits = (known + 1).to_string().repeat(4);
            [&*digits; 4].join("-")
        })
    }
}

/// In a pattern `%` is a hexadecimal digit, `#` a decimal one, and all else itself.
const SEAL: &str = "%%%%-%%%%-%%%%-%%%%";

/// What stands at this byte, if it is as the pattern says.
fn matching<'a>(text: &'a str, at: usize, pattern: &str) -> Option<&'a str> {
    let rest = text.get(at..)?;
    let mut characters = rest.char_indices();
    for sign in pattern.chars() {
        let (_, c) = characters.next()?;
        let fits = match sign {
            '%' => c.is_ascii_digit() || ('a'..='f').contains(&c),
            '#' => c.is_ascii_digit(),
            other => c == other,
        };
        if !fits {
            return None;
        }
    }
    Some(&rest[..characters.next().map_or(rest.len(), |(end, _)| end)])
}

/// The text with all that fits the pattern replaced.
fn replaced(text: &str, pattern: &str, mut by: impl FnMut(&str) -> String) -> String {
    let (mut new, mut at) = (String::new(), 0);
    while let Some(c) = text[at..].chars().next() {
        if let Some(found) = matching(text, at, pattern) {
            new += &by(found);
            at += found.len();
        } else {
            new.push(c);
            at += c.len_utf8();
        }
    }
    new
}

/// The words of a command line; single quotes hold one together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (n, part) in line.split('\'').enumerate() {
        if n % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}
