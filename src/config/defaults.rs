//! Files of defaults for `[from]`, `[smtp]`, `[inbox]` and `[pace]`: the person's, then the system's.
//!
//! On Unix both count as the person's own word, since nobody but the person or root can have written them;
//! what others can write is refused. On Windows anybody may create files beside the system's.

use std::fs::Metadata;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::LARGEST;
use super::table_reader::{Defaults, TableReader};
use crate::files;
use crate::notice::DefaultsPlace;
use crate::problem::{Cause, ConfigFault, Fault, FileFault, Place, Problem};

const NAME: &str = "relay.toml";

/// A file of defaults.
pub(super) struct DefaultsFile {
    pub path: PathBuf,
    pub text: String,
    pub is_own: bool,
}

impl DefaultsFile {
    /// Reads it under this name.
    pub(super) fn reader(&self, name: &str) -> Result<TableReader<'_>, Vec<Problem>> {
        let folder = self.path.parent().unwrap_or(Path::new("")).into();
        TableReader::parse_defaults(name, &self.text, Defaults { folder, is_own: self.is_own })
    }
}

/// The files that there are, the nearest first.
///
/// # Errors
/// What is wrong with one that is there.
pub(super) fn find() -> Result<Vec<DefaultsFile>, Vec<Problem>> {
    let mut found = Vec::new();
    // Tests beside the code are the same on every computer.
    let folders = if cfg!(test) { Vec::new() } else { files::settings_folders() };
    for (folder, is_own) in folders {
        let path = folder.join(NAME);
        match read(&path) {
            Ok(Some(text)) => found.push(DefaultsFile { path, text, is_own }),
            Ok(None) => {}
            Err(fault) => {
                let place = Place::file(path.display().to_string());
                return Err(vec![Problem::error(place, fault)]);
            }
        }
    }
    Ok(found)
}

/// Where they are looked for.
pub(super) fn places() -> Vec<DefaultsPlace> {
    let paths = files::settings_folders().into_iter().map(|(folder, _)| folder.join(NAME));
    paths.map(|path| DefaultsPlace { is_there: path.is_file(), path }).collect()
}

fn read(path: &Path) -> Result<Option<String>, Fault> {
    match text_of(path)? {
        Some((_, about)) if !files::is_persons_own(&about) => Err(ConfigFault::DefaultsOpen.into()),
        read => Ok(read.map(|(text, _)| text)),
    }
}

/// What stands in a file of settings, if there is one.
pub(super) fn text_of(path: &Path) -> Result<Option<(String, Metadata)>, Fault> {
    let unreadable = |error: &std::io::Error| FileFault::Unreadable { cause: Cause::from(error) };
    let about = match std::fs::metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(&error).into()),
    };
    if !about.is_file() {
        return Err(FileFault::Unreadable { cause: Cause::NotPlainFile }.into());
    }
    if about.len() > LARGEST {
        return Err(FileFault::Unreadable { cause: Cause::TooLarge }.into());
    }
    let mut bytes = Vec::new();
    let read =
        std::fs::File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes));
    read.map_err(|error| unreadable(&error))?;
    let text = String::from_utf8(bytes).map_err(|_| FileFault::NotUtf8)?;
    Ok(Some((text, about)))
}

/// Puts the files beneath a campaign's own.
pub(super) fn put_beneath<'i>(
    reader: &mut TableReader<'i>,
    files: &'i [DefaultsFile],
) -> Result<(), Vec<Problem>> {
    let layer = |file: &'i DefaultsFile| file.reader(&file.path.display().to_string());
    reader.stand_on(files.iter().map(layer).collect::<Result<_, _>>()?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Route, read_over};

    const SMALL: &str =
        "id = \"a\"\n[contacts]\nfile = \"c.csv\"\n[letter]\nsubject = \"s\"\nbody = \"l.md\"\n";

    fn file(path: &str, text: &str, is_own: bool) -> DefaultsFile {
        DefaultsFile { path: path.into(), text: text.to_owned(), is_own }
    }

    fn over(text: &str, files: &[DefaultsFile]) -> Result<crate::config::Config, Vec<Problem>> {
        read_over(Path::new("x/campaign.toml"), text, files, Route::OfCampaign)
    }

    const OFFICE: &str = "[from]\naddress = \"office@example.org\"\nname = \"Office\"\n\
         [smtp]\nhost = \"smtp.example.org\"\nusername = \"office\"\npassword = { file = \"password\" }\n\
         ca_file = \"ca.pem\"\n[pace]\nper_day = 500\nconnections = 2\n";

    #[test]
    fn the_nearest_file_that_has_a_key_counts() {
        let user =
            file("/home/a/relay.toml", "[from]\nname = \"Anna\"\n[pace]\nconnections = 4\n", true);
        let system = file("/etc/gonets/relay.toml", OFFICE, true);
        let config = over(&format!("{SMALL}[pace]\nper_day = 40\n"), &[user, system]).unwrap();
        assert_eq!(config.from.name.as_deref(), Some("Anna"));
        assert_eq!(config.from.address.to_string(), "office@example.org");
        assert_eq!((config.pace.limits.per_day, config.pace.connections), (Some(40), 4));
        let smtp = config.smtp.unwrap();
        assert_eq!(smtp.relay.host, "smtp.example.org");
        assert!(smtp.is_own);
        assert_eq!(smtp.ca_file.unwrap().0, "/etc/gonets/ca.pem");
        let Some(crate::secret::PasswordSource::File(path)) = smtp.password else { panic!() };
        assert_eq!(path, Path::new("/etc/gonets/password"));
    }

    #[test]
    fn another_server_takes_nothing_from_the_defaults() {
        let system = file("/etc/gonets/relay.toml", OFFICE, true);
        let text = format!("{SMALL}[smtp]\nhost = \"mail.example.com\"\n");
        let smtp = over(&text, &[system]).unwrap().smtp.unwrap();
        assert!(smtp.username.is_none() && smtp.password.is_none() && smtp.ca_file.is_none());
    }

    #[test]
    fn a_login_of_which_the_campaign_has_a_part_needs_leave() {
        let system = || [file("/etc/gonets/relay.toml", OFFICE, true)];
        let text = |line: &str| format!("{SMALL}[smtp]\n{line}\n");
        assert!(over(&text("timeout = \"1m\""), &system()).unwrap().smtp.unwrap().is_own);
        for line in ["username = \"me\"", "port = 2525", "password = { env = \"X\" }"] {
            assert!(!over(&text(line), &system()).unwrap().smtp.unwrap().is_own, "{line}");
        }
        let foreign = [file("/etc/gonets/relay.toml", OFFICE, false)];
        assert!(!over(SMALL, &foreign).unwrap().smtp.unwrap().is_own);
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place() {
        let text = format!("{OFFICE}per_hours = 4\n[letter]\nsubject = \"x\"\n");
        let problems = over(SMALL, &[file("/etc/gonets/relay.toml", &text, true)]).unwrap_err();
        let told: Vec<String> =
            problems.iter().map(|it| format!("{} {}", it.place, it.fault.code())).collect();
        assert_eq!(
            told,
            ["/etc/gonets/relay.toml:12:1 key_unknown", "/etc/gonets/relay.toml:13:2 key_unknown",]
        );
    }
}
