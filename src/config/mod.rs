//! `campaign.toml`, read into the settings of the rooms below.
//!
//! Each key is read by its name through `table_reader`, so that every unknown key, wrong value and
//! missing key is a problem at its own line and column, all reported together. Reads no other file but
//! those of the defaults.

mod contacts;
mod defaults;
mod extras;
mod follows;
mod inbox;
mod letter;
mod pace;
mod route;
mod slips;
mod smtp;
mod table_reader;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::encoding::decoded;
use crate::failure::{Doing, Failure};
use crate::ledger::{Location, Server};
use crate::letter::{Numbering, ReturnPath, Sender};
use crate::notice::{DefaultsPlace, Setting};
use crate::policy::{Pace, Retry, zone};
use crate::problem::{Cause, ConfigFault, Expected, ListFault, Place, Problem};
use crate::recipient::Mailbox;
use crate::russian::languages;
use defaults::DefaultsFile;
use letter::RegisterTable;
use route::RelayFile;
use table_reader::TableReader;

pub(crate) use contacts::ContactsTable;
pub(crate) use extras::{ArchiveTable, DkimTable, Keep, PdfTable};
pub(crate) use follows::FollowsTable;
pub(crate) use inbox::InboxTable;
pub(crate) use letter::{LetterTable, ReferenceColumns};
pub(crate) use route::Route;
pub(crate) use smtp::{LedgerTable, SmtpTable};

/// The file's name in a campaign's folder.
pub(crate) const FILE: &str = "campaign.toml";

/// The largest, in octets.
const LARGEST: u64 = 1 << 20;

/// A value and where it was written.
pub(crate) type Placed<T> = (T, Place);

/// A campaign's settings, by their tables in the file.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder; every path in the file is relative to it.
    pub folder: PathBuf,
    pub id: String,
    pub name: String,
    pub language: String,
    pub from: Sender,
    /// The sender's, in which letters are dated.
    pub zone: TimeZone,
    pub contacts: ContactsTable,
    pub letter: LetterTable,
    pub numbering: Numbering,
    pub date: Option<Date>,
    pub reference: ReferenceColumns,
    pub pdf: Option<PdfTable>,
    pub dkim: Option<DkimTable>,
    pub archive: Option<ArchiveTable>,
    /// `None` if letters go to the outbox.
    pub smtp: Option<SmtpTable>,
    /// Whether a relay is set, also where the letters of this run go to the outbox.
    pub has_relay: bool,
    /// The file of `--relay`, from which `smtp` is.
    pub relay_file: Option<PathBuf>,
    pub inbox: Option<InboxTable>,
    pub ledger: Location,
    /// `[ledger]`, if there is one.
    pub ledger_table: Option<LedgerTable>,
    pub follows: Option<FollowsTable>,
    pub pace: Pace,
    pub retry: Retry,
    /// How many people must approve the letters before they may go; 0 if none need to.
    pub approvals: u32,
    /// Whether what is written is also for the folder's group (`[files] group`).
    pub is_for_group: bool,
    /// What is worth a look in the file.
    pub(crate) warnings: Vec<Problem>,
}

/// A text as a value of the file.
pub(crate) fn text_value(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Finds the campaign that `given` names: a folder or its file; the current folder if `None`.
///
/// # Errors
/// [`Failure::NoCampaign`] or [`Failure::NamedOtherwise`] if there is no such file,
/// [`Failure::File`] or [`Failure::SavedAs`] if it cannot be read.
pub(crate) fn find(given: Option<&Path>) -> Result<(PathBuf, String)> {
    let given = given.unwrap_or(Path::new("."));
    let file = if given.is_dir() { given.join(FILE) } else { given.to_owned() };
    // Reading a pipe or a device might never end.
    if std::fs::metadata(&file).is_ok_and(|about| !about.is_file()) {
        return Err(Failure::File {
            doing: Doing::Reading,
            path: file,
            cause: Cause::NotPlainFile,
        }
        .into());
    }
    if std::fs::metadata(&file).is_ok_and(|about| about.len() > LARGEST) {
        let cause = Cause::TooLarge;
        return Err(Failure::File { doing: Doing::Reading, path: file, cause }.into());
    }
    let read = || -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        // A file that grows while it is read must not fill the memory.
        std::fs::File::open(&file)?.take(LARGEST).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = match read() {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let failure = match nearly_named(&file) {
                Some(path) => Failure::NamedOtherwise { path },
                None => Failure::NoCampaign { path: given.to_owned() },
            };
            return Err(failure.into());
        }
        Err(error) => return Err(Failure::file(Doing::Reading, &file, &error).into()),
    };
    match decoded(bytes) {
        Some((text, None)) => Ok((file, text)),
        Some((_, Some(encoding))) => {
            Err(Failure::SavedAs { path: file, encoding: encoding.name() }.into())
        }
        None => Err(Failure::SavedAs { path: file, encoding: "" }.into()),
    }
}

/// A file beside where `campaign.toml` should be that was meant to have that name: Notepad adds
/// `.txt`, which Explorer hides.
fn nearly_named(file: &Path) -> Option<PathBuf> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = std::fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let wanted = file.file_name()?.to_string_lossy().to_lowercase();
    let stem = wanted.strip_suffix(".toml")?.to_owned();
    let mut found: Vec<PathBuf> = entries
        .take(1000)
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase());
            name.is_some_and(|name| {
                name == wanted
                    || name.starts_with(&format!("{wanted}."))
                    || name == format!("{stem}.txt")
            })
        })
        .collect();
    found.sort();
    found.into_iter().find(|path| path.is_file())
}

/// Reads the text of a `campaign.toml`.
///
/// # Errors
/// Every problem of the file, in the order of its lines.
pub(crate) fn read(file: &Path, text: &str) -> Result<Config, Vec<Problem>> {
    read_for(file, text, Route::OfCampaign)
}

/// Like [`read`], for a run whose letters go this way.
///
/// # Errors
/// Also those of the relay's file.
pub(crate) fn read_for(file: &Path, text: &str, route: Route) -> Result<Config, Vec<Problem>> {
    read_over(file, text, &defaults::find()?, route)
}

fn read_over(
    file: &Path,
    text: &str,
    defaults: &[DefaultsFile],
    route: Route,
) -> Result<Config, Vec<Problem>> {
    let folder =
        file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut reader = TableReader::parse(&shown(file), text)?;
    defaults::put_beneath(&mut reader, defaults)?;
    let mut config = campaign(&mut reader, folder);
    let warnings = reader.take_warnings();
    let mut problems = reader.finish();
    match (route, &mut config) {
        (Route::OfCampaign, _) => {}
        (Route::Outbox, config) => config.iter_mut().for_each(|config| config.smtp = None),
        (Route::Through(path), config) => {
            let found = RelayFile::find(path)?;
            let mut reader = found.reader()?;
            let (smtp, pace) = route::read(&mut reader, folder);
            problems.extend(reader.finish());
            if let Some(config) = config {
                config.smtp = smtp;
                config.has_relay = true;
                config.relay_file = Some(found.path());
                pace.connections.into_iter().for_each(|n| config.pace.connections = n);
                let messages = pace.messages_per_connection.into_iter();
                messages.for_each(|n| config.pace.messages_per_connection = n);
            }
        }
    }
    match config {
        Some(config) if problems.is_empty() => Ok(Config { warnings, ..config }),
        _ => Err(problems),
    }
}

fn shown(file: &Path) -> String {
    file.file_name().map_or_else(|| FILE.into(), |name| name.to_string_lossy().into_owned())
}

/// Every key of `[from]`, `[smtp]`, `[inbox]` and `[pace]`, from the file that has the last word.
///
/// # Errors
/// What keeps a file from being parsed.
pub(crate) fn in_force(
    file: &Path,
    text: &str,
    route: Route,
) -> Result<(Vec<Setting>, Vec<DefaultsPlace>), Vec<Problem>> {
    let defaults = defaults::find()?;
    let mut reader = TableReader::parse(&shown(file), text)?;
    defaults::put_beneath(&mut reader, &defaults)?;
    let relay = match route {
        Route::Through(path) => Some(RelayFile::find(path)?),
        Route::OfCampaign | Route::Outbox => None,
    };
    let mut relay = relay.as_ref().map(RelayFile::reader).transpose()?;
    let mut settings = Vec::new();
    for (table, _) in table_reader::DEFAULT_TABLES {
        let mut written = reader.written(table);
        if let Some(relay) = &mut relay {
            let of_relay = relay.written(table);
            written.retain(|(key, ..)| table != "smtp" && of_relay.iter().all(|it| it.0 != *key));
            written.extend(of_relay);
        }
        settings.extend(written.into_iter().map(|(key, value, place)| {
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            Setting { table, key, value, place }
        }));
    }
    Ok((settings, defaults::places()))
}

/// Returns `None` only if the reader has noted a problem.
fn campaign(top: &mut TableReader, folder: &Path) -> Option<Config> {
    let id = top.required_text("id");
    let name = top.text("name");
    let language = top.choice("language", &["ru", "en", "tt"], language);
    let from = top.required_inner("from", from);
    let contacts = top.required_inner("contacts", contacts::read);
    let spoken = language.clone().unwrap_or_else(|| "ru".to_owned());
    let mut letter = top.required_inner("letter", |table| letter::read(table, &spoken)).flatten();
    let register = top.inner("register", letter::register);
    let RegisterTable { numbering, date, reference } = register.unwrap_or_default();
    let pdf = top.inner("pdf", |table| extras::pdf(table, language.as_deref().unwrap_or("ru")));
    top.inner("unsubscribe", |table| {
        let (address, one_click) = extras::unsubscribe(table);
        if let Some(letter) = &mut letter {
            let others = letter.translations.iter_mut().map(|(_, letter)| &mut letter.settings);
            for settings in others.chain([&mut letter.settings]) {
                settings.headers.unsubscribe.clone_from(&address);
                settings.headers.one_click.clone_from(&one_click);
            }
        }
    });
    let dkim = top.inner("dkim", extras::dkim).flatten();
    let archive = top.inner("archive", extras::archive);
    let smtp = top.inner("smtp", |table| smtp::read(table, folder));
    let inbox = top.inner("inbox", |table| inbox::read(table, folder));
    let ledger_table = top.inner("ledger", |table| {
        let read = smtp::ledger(table, folder);
        if read.is_none() && !table.has("postgres") {
            table.fault_here(ConfigFault::KeyMissing { key: "postgres".into() });
        }
        read
    });
    let follows = top.inner("follows", |table| follows::read(table, folder));
    let zone = from.as_ref().and_then(|from| from.as_ref()?.1.clone());
    let pace = top.inner("pace", |table| pace::read(table, zone.as_ref())).unwrap_or_default();
    let retry = top.inner("retry", pace::retry).unwrap_or_default();
    let approvals = top.inner("approval", approvals).unwrap_or(0);
    let group = top.inner("files", |table| table.yes_no("group"));
    let id = id?;
    let (from, _) = from??;
    let smtp = match smtp {
        Some(smtp) => Some(smtp?),
        None => None,
    };
    let inbox = match inbox {
        Some(inbox) => Some(inbox?),
        None => None,
    };
    let ledger_table = match ledger_table {
        Some(table) => Some(table?),
        None => None,
    };
    let server = ledger_table.as_ref().map(|table| {
        let authority = table.ca_file.as_ref().map(|(file, _)| folder.join(file));
        Server::new(table.source.clone(), authority)
    });
    let ledger =
        Location { folder: folder.to_owned(), campaign: id.clone(), server, takes_other_id: false };
    let follows = match follows {
        Some(follows) => Some(follows?),
        None => None,
    };
    Some(Config {
        folder: folder.to_owned(),
        name: name.unwrap_or_else(|| id.clone()),
        id,
        language: spoken,
        zone: zone.unwrap_or_else(|| pace.home()),
        from,
        contacts: contacts??,
        letter: letter?,
        numbering,
        date,
        reference,
        pdf,
        dkim,
        archive,
        has_relay: smtp.is_some(),
        smtp,
        relay_file: None,
        inbox,
        ledger,
        ledger_table,
        follows,
        pace,
        retry,
        approvals,
        is_for_group: group.flatten().unwrap_or(false),
        warnings: Vec::new(),
    })
}

/// A language tag (RFC 5646): it is written into a header field.
fn language(text: &str) -> Option<String> {
    let is_subtag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let is_tag = text.len() <= 35 && text.split('-').all(is_subtag);
    (is_tag && languages::is_known(text)).then(|| text.to_owned())
}

fn from(table: &mut TableReader) -> Option<(Sender, Option<TimeZone>)> {
    let name = table.text("name");
    table.warn_of_braces("name", name.as_deref().unwrap_or_default());
    let from = table.required_mailbox("address");
    let sender = table.address("sender");
    let reply_to = table.mailbox("reply_to");
    let cc = table.mailboxes("cc");
    let bcc = table.mailboxes("bcc").into_iter().map(|mailbox| mailbox.address).collect();
    let zone = table.parsed("timezone", Expected::Zone, zone);
    let return_path = table.text("return_path").and_then(|text| {
        let path = ReturnPath::parse(&text);
        if let Err(flaw) = &path {
            table.fault("return_path", |_| ListFault::AddressSyntax {
                value: text.clone(),
                flaw: *flaw,
            });
        }
        path.ok()
    });
    let Mailbox { name: beside, address } = from?;
    let name = name.or(beside);
    Some((Sender { name, address, sender, reply_to, cc, bcc, return_path }, zone))
}

/// How many people must approve: one unless it says otherwise, none if it is not required.
fn approvals(table: &mut TableReader) -> u32 {
    let is_required = table.yes_no("required").unwrap_or(true);
    let people = table.count("people", 20).unwrap_or(1);
    if is_required { people } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "id = \"a\"\n[from]\naddress = \"a@example.org\"\n\
         [contacts]\nfile = \"c.csv\"\n[letter]\nsubject = \"s\"\nbody = \"l.md\"\n";

    fn faults(text: &str) -> Vec<(String, &'static str)> {
        let problems = read(Path::new("campaign.toml"), text).unwrap_err();
        problems.iter().map(|p| (p.place.to_string(), p.fault.code())).collect()
    }

    #[test]
    fn the_smallest_campaign_is_read() {
        let config = read(Path::new("x/campaign.toml"), SMALL).unwrap();
        assert_eq!((config.id.as_str(), config.folder.to_str()), ("a", Some("x")));
        assert!(config.smtp.is_none());
    }

    #[test]
    fn every_problem_is_reported_at_its_place() {
        let text = SMALL.replace("subject", "subjcet").replace("a@example.org", "a@@example.org")
            + "[pace]\nper_minute = \"60\"\n";
        assert_eq!(
            faults(&text),
            [
                ("campaign.toml:3:11".to_owned(), "address_syntax"),
                ("campaign.toml:6:1".to_owned(), "key_missing"),
                ("campaign.toml:7:1".to_owned(), "key_unknown"),
                ("campaign.toml:10:14".to_owned(), "value_kind"),
            ]
        );
    }

    #[test]
    fn a_password_in_the_file_is_refused_and_not_repeated() {
        let text = format!(
            "{SMALL}[smtp]\nhost = \"smtp.example.org\"\nusername = \"u\"\npassword = \"hunter2\"\n"
        );
        let problems = read(Path::new("campaign.toml"), &text).unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].fault, ConfigFault::PasswordInFile.into());
        assert!(!format!("{problems:?}").contains("hunter2"));
    }

    #[test]
    fn plain_text_is_for_loopback_only() {
        let smtp = |host| format!("{SMALL}[smtp]\nhost = \"{host}\"\nsecurity = \"none\"\n");
        assert!(read(Path::new("campaign.toml"), &smtp("127.0.0.1")).is_ok());
        assert_eq!(faults(&smtp("smtp.example.org"))[0].1, "plain_text_beyond_loopback");
    }
}
