//! `campaign.toml`, read into plain settings.
//!
//! Every key is asked for by name through `reader::Reader`, so that each unknown key, each wrong
//! value and each missing one is a problem at its own line and column, all of them in one go. Reads
//! no other file.

mod extras;
mod pace;
mod reader;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::civil::Date;
use serde_json::Value;

use crate::contacts::{self, DuplicatePolicy, Encoding, ListSettings, ManyAddresses};
use crate::delivery::Security;
use crate::failure::{Doing, Failure};
use crate::letter::{Numbering, ReturnPath, Sender};
use crate::policy::{Pace, Patience, Retry};
use crate::problem::{Cause, Expected, Fault, Kind, Place, Problem};
use crate::russian::names::Order;
use crate::russian::salutation::Style;
use crate::secret::PasswordSource;
use crate::smtp::{Relay, Scheme};
use reader::Reader;

pub use extras::{Archive, Dkim, Keep, Pdf, Placed, Unsubscribe};

/// The file's name in a campaign's folder.
pub const FILE: &str = "campaign.toml";

/// Names that templates get from the program; no value may take one.
pub const RESERVED: [&str; 6] = ["recipient", "addressee", "salutation", "letter", "row", "body"];

/// All that a campaign's folder says about itself.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder; every path in the file starts here.
    pub folder: PathBuf,
    pub id: String,
    pub name: String,
    pub language: String,
    pub from: Sender,
    pub contacts: Contacts,
    pub letter: Letter,
    pub numbering: Numbering,
    pub date: Option<Date>,
    pub pdf: Option<Pdf>,
    pub unsubscribe: Option<Unsubscribe>,
    pub dkim: Option<Dkim>,
    pub archive: Option<Archive>,
    pub smtp: Option<Smtp>,
    pub pace: Pace,
    pub retry: Retry,
    /// How many people must have looked at the letters before they may go; none need where it is 0.
    pub approvals: u32,
}

/// `[contacts]`
#[derive(Debug, Clone)]
pub struct Contacts {
    pub file: String,
    pub list: ListSettings,
    /// A list of forms that a person has reviewed, as `check --forms` writes it.
    pub forms: Option<String>,
    /// The file of those who must not be written to.
    pub suppress: Option<String>,
    /// An expression that a row must fulfil, and where it was written.
    pub filter: Option<(String, Place)>,
    /// The DNS server that is asked whether domains take mail; the system's if `None`.
    pub resolver: Option<SocketAddr>,
}

/// `[letter]`
#[derive(Debug, Clone)]
pub struct Letter {
    pub subject: String,
    pub subject_place: Place,
    pub body: Option<String>,
    pub html: Option<String>,
    pub text: Option<String>,
    /// Whether initials stand behind the surname or before it.
    pub order: Order,
    /// Whether people are addressed by name or by title.
    pub style: Style,
    pub values: BTreeMap<String, Value>,
    /// Templates of the names of files that go with every letter.
    pub attachments: Vec<Placed<String>>,
    /// Folders outside the campaign's that files may come from.
    pub attachments_from: Vec<Placed<String>>,
    /// No message may be larger, in octets.
    pub max_size: u64,
    /// A picture above the HTML and on the letterhead.
    pub logo: Option<Placed<String>>,
    pub receipts: Receipts,
}

/// What the sender wants to be told of (RFC 8098, RFC 3461).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipts {
    pub read: bool,
    pub delivery: bool,
}

/// `[smtp]`
#[derive(Debug, Clone)]
pub struct Smtp {
    /// The relay. Its login and its certificate authority are read when it is used.
    pub relay: Relay,
    pub username: Option<String>,
    /// Asked for at the terminal if `None`.
    pub password: Option<PasswordSource>,
    pub scheme: Scheme,
    /// A PEM file with the certificate authority of the relay, beside the system's own.
    pub ca_file: Option<String>,
}

/// Finds the campaign that `given` names: a folder or its file, the current folder when left out.
///
/// # Errors
/// [`Failure::NoCampaign`] when there is no such file, [`Failure::File`] when it cannot be read.
pub fn find(given: Option<&Path>) -> Result<(PathBuf, String)> {
    let given = given.unwrap_or(Path::new("."));
    let file = if given.is_dir() { given.join(FILE) } else { given.to_owned() };
    // A pipe or a device in its place might never end.
    if std::fs::metadata(&file).is_ok_and(|about| !about.is_file()) {
        return Err(Failure::File {
            doing: Doing::Reading,
            path: file,
            cause: Cause::NotPlainFile,
        }
        .into());
    }
    match std::fs::read_to_string(&file) {
        Ok(text) => Ok((file, text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Failure::NoCampaign { path: given.to_owned() }.into())
        }
        Err(error) => Err(Failure::file(Doing::Reading, &file, &error).into()),
    }
}

/// Reads the text of a `campaign.toml`.
///
/// # Errors
/// Every problem of the file, in the order of its lines.
pub fn read(file: &Path, text: &str) -> Result<Config, Vec<Problem>> {
    let folder =
        file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let shown =
        file.file_name().map_or_else(|| FILE.into(), |name| name.to_string_lossy().into_owned());
    let mut reader = Reader::parse(&shown, text)?;
    let config = campaign(&mut reader, folder);
    let problems = reader.finish();
    match config {
        Some(config) if problems.is_empty() => Ok(config),
        _ => Err(problems),
    }
}

/// `None` only where the reader has noted a problem.
fn campaign(top: &mut Reader, folder: &Path) -> Option<Config> {
    let id = top.required_text("id");
    let name = top.text("name");
    let language = top.text("language").unwrap_or_else(|| "ru".into());
    // A language tag (RFC 5646), since it stands in a header.
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if !language.split('-').all(is_part) || language.len() > 35 {
        top.fault("language", |key| Fault::ValueUnknown {
            key,
            value: language.clone(),
            allowed: vec!["ru", "en"],
        });
    }
    let from = top.required_table("from").map(|mut table| {
        let from = from(&mut table);
        top.absorb(table);
        from
    });
    let contacts = top.required_table("contacts").map(|mut table| {
        let contacts = contacts(&mut table);
        top.absorb(table);
        contacts
    });
    let letter = top.required_table("letter").map(|mut table| {
        let letter = letter(&mut table);
        top.absorb(table);
        letter
    });
    let (numbering, date) = top.table("register").map_or((Numbering::None, None), |mut table| {
        let register = register(&mut table);
        top.absorb(table);
        register
    });
    let pdf = top.table("pdf").map(|mut table| {
        let pdf = extras::pdf(&mut table);
        top.absorb(table);
        pdf
    });
    let unsubscribe = top.table("unsubscribe").map(|mut table| {
        let unsubscribe = extras::unsubscribe(&mut table);
        top.absorb(table);
        unsubscribe
    });
    let dkim = top.table("dkim").and_then(|mut table| {
        let dkim = extras::dkim(&mut table);
        top.absorb(table);
        dkim
    });
    let archive = top.table("archive").map(|mut table| {
        let archive = extras::archive(&mut table);
        top.absorb(table);
        archive
    });
    let smtp = top.table("smtp").map(|mut table| {
        let smtp = smtp(&mut table, folder);
        top.absorb(table);
        smtp
    });
    let pace = top.table("pace").map_or_else(Pace::default, |mut table| {
        let pace = pace::read(&mut table);
        top.absorb(table);
        pace
    });
    let retry = top.table("retry").map_or_else(Retry::default, |mut table| {
        let retry = retry(&mut table);
        top.absorb(table);
        retry
    });
    let approvals = top.table("approval").map_or(0, |mut table| {
        let approvals = approval(&mut table);
        top.absorb(table);
        approvals
    });
    let id = id?;
    let smtp = match smtp {
        Some(smtp) => Some(smtp?),
        None => None,
    };
    Some(Config {
        folder: folder.to_owned(),
        name: name.unwrap_or_else(|| id.clone()),
        id,
        language,
        from: from??,
        contacts: contacts??,
        letter: letter??,
        numbering,
        date,
        pdf,
        unsubscribe,
        dkim,
        archive,
        smtp,
        pace,
        retry,
        approvals,
    })
}

fn from(table: &mut Reader) -> Option<Sender> {
    let name = table.text("name");
    let address = table.required_address("address");
    let sender = table.address("sender");
    let reply_to = table.address("reply_to");
    let cc = table.addresses("cc");
    let bcc = table.addresses("bcc");
    let return_path = table.text("return_path").and_then(|text| {
        let path = ReturnPath::parse(&text);
        if let Err(flaw) = &path {
            table.fault("return_path", |_| Fault::AddressSyntax {
                value: text.clone(),
                flaw: *flaw,
            });
        }
        path.ok()
    });
    Some(Sender { name, address: address?, sender, reply_to, cc, bcc, return_path })
}

fn contacts(table: &mut Reader) -> Option<Contacts> {
    let file = table.required_text("file");
    let delimiter = table.text("delimiter").and_then(|text| {
        let one = match text.as_str() {
            "tab" | "\\t" => Some('\t'),
            other => other.chars().next().filter(|c| other.len() == 1 && ",;|\t".contains(*c)),
        };
        if one.is_none() {
            table.fault("delimiter", |key| Fault::ValueUnknown {
                key,
                value: text,
                allowed: vec![",", ";", "|", "tab"],
            });
        }
        one
    });
    let duplicates = table
        .one_of(
            "duplicates",
            &[
                ("error", DuplicatePolicy::Error),
                ("first", DuplicatePolicy::First),
                ("each", DuplicatePolicy::Each),
            ],
        )
        .unwrap_or_default();
    let forms = table.text("forms");
    let encoding = table.text("encoding").and_then(|text| {
        let encoding = Encoding::parse(&text);
        if encoding.is_none() {
            let allowed = Encoding::NAMES.map(|(name, _)| name).to_vec();
            table.fault("encoding", |key| Fault::ValueUnknown { key, value: text, allowed });
        }
        encoding
    });
    let sheet = table.text("sheet");
    let several = table
        .one_of("several", &[("error", ManyAddresses::Error), ("copy", ManyAddresses::Copy)])
        .unwrap_or_default();
    let suppress = table.text("suppress");
    let filter = table.text("where").map(|filter| (filter, table.place_of_value("where")));
    let resolver = table.parsed("resolver", Expected::Server, server);
    let headings = table.integer("headings", 1, 1_048_576).and_then(|row| u64::try_from(row).ok());
    let mut columns = BTreeMap::new();
    if let Some(mut table_of_columns) = table.table("columns") {
        for field in contacts::field_names() {
            if let Some(heading) = table_of_columns.text(field) {
                columns.insert(field.to_owned(), (heading, table_of_columns.place_of_value(field)));
            }
        }
        table.absorb(table_of_columns);
    }
    let list = ListSettings {
        delimiter,
        encoding,
        sheet,
        duplicates,
        several,
        headings,
        columns,
        ..ListSettings::default()
    };
    Some(Contacts { file: file?, list, forms, suppress, filter, resolver })
}

/// The address of a DNS server, with or without a port.
pub fn server(text: &str) -> Option<SocketAddr> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(|host| SocketAddr::new(host, 53)))
}

fn letter(table: &mut Reader) -> Option<Letter> {
    let subject = table.required_text("subject");
    let subject_place = table.place_of_value("subject");
    let body = table.text("body");
    let html = table.text("html");
    let text = table.text("text");
    if body.is_none() && (html.is_none() || text.is_none()) {
        table.fault_here(Fault::BodyMissing);
    }
    let order = table
        .one_of("initials", &[("behind", Order::SurnameFirst), ("before", Order::InitialsFirst)])
        .unwrap_or(Order::SurnameFirst);
    let style = table
        .one_of(
            "salutation",
            &[("name", Style::NameAndPatronymic), ("title", Style::TitleAndSurname)],
        )
        .unwrap_or(Style::NameAndPatronymic);
    let values = table.free_table("values");
    for name in values.keys() {
        if RESERVED.contains(&name.as_str()) {
            table.fault("values", |_| Fault::NameReserved { name: name.clone() });
        }
    }
    let attachments = table.placed_texts("attachments");
    let attachments_from = table.placed_texts("attachments_from");
    let max_size = table.size("max_size").unwrap_or(20 << 20);
    let logo = table.placed_text("logo");
    let receipts = Receipts {
        read: table.flag("read_receipt").unwrap_or(false),
        delivery: table.flag("delivery_receipt").unwrap_or(false),
    };
    Some(Letter {
        subject: subject?,
        subject_place,
        body,
        html,
        text,
        order,
        style,
        values,
        attachments,
        attachments_from,
        max_size,
        logo,
        receipts,
    })
}

fn register(table: &mut Reader) -> (Numbering, Option<Date>) {
    let number = table.text("number");
    let first = table.integer("first", 0, i64::from(u32::MAX));
    let format = table.text("format");
    let date = table.date("date");
    let numbering = match (number, first) {
        (Some(_), Some(_)) => {
            table.fault("first", |_| Fault::NumberTwice);
            Numbering::None
        }
        (Some(number), None) => Numbering::One(number),
        (None, Some(first)) => {
            let (before, width, after) = format
                .as_deref()
                .map_or(Some((String::new(), 0, String::new())), number_format)
                .unwrap_or_else(|| {
                    table.fault("format", |key| Fault::ValueUnknown {
                        key,
                        value: format.clone().unwrap_or_default(),
                        allowed: vec!["{}", "{:03}", "01-{:03}/22"],
                    });
                    (String::new(), 0, String::new())
                });
            Numbering::Each {
                first: u32::try_from(first).unwrap_or(u32::MAX),
                width,
                before,
                after,
            }
        }
        (None, None) => Numbering::None,
    };
    (numbering, date)
}

/// Takes `01-{:03}/22` apart into what stands before, the width, and what stands behind.
fn number_format(format: &str) -> Option<(String, usize, String)> {
    let (before, rest) = format.split_once('{')?;
    let (inside, after) = rest.split_once('}')?;
    let width = match inside.strip_prefix(":0") {
        Some(width) => width.parse().ok().filter(|width| *width <= 12)?,
        None if inside.is_empty() => 0,
        None => return None,
    };
    (!after.contains(['{', '}']) && !before.contains('}'))
        .then(|| (before.to_owned(), width, after.to_owned()))
}

fn smtp(table: &mut Reader, folder: &Path) -> Option<Smtp> {
    let host = table.required_text("host");
    let security = table
        .one_of(
            "security",
            &[("tls", Security::Tls), ("starttls", Security::StartTls), ("none", Security::None)],
        )
        .unwrap_or(Security::Tls);
    let default_port = match security {
        Security::Tls => 465,
        Security::StartTls => 587,
        Security::None => 25,
    };
    let port = table
        .integer("port", 1, 65535)
        .map_or(default_port, |port| u16::try_from(port).unwrap_or(default_port));
    let username = table.text("username");
    let password = password(table, folder, username.as_deref());
    let ca_file = table.text("ca_file");
    let schemes = [("password", Scheme::Password), ("xoauth2", Scheme::Token)];
    let scheme = table.one_of("auth", &schemes).unwrap_or(Scheme::Password);
    let mut patience = table.duration("timeout").map_or_else(Patience::default, Patience::of);
    if let Some(mut timeouts) = table.table("timeouts") {
        for (key, time) in [
            ("connect", &mut patience.connect),
            ("greeting", &mut patience.greeting),
            ("command", &mut patience.command),
            ("mail", &mut patience.mail),
            ("rcpt", &mut patience.rcpt),
            ("data", &mut patience.data),
            ("block", &mut patience.block),
            ("end", &mut patience.end),
        ] {
            *time = timeouts.duration(key).unwrap_or(*time);
        }
        table.absorb(timeouts);
    }
    let host = host?;
    let is_loopback =
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if security == Security::None && !is_loopback {
        table.fault("host", |_| Fault::PlainTextBeyondLoopback { host: host.clone() });
    }
    let relay = Relay {
        host,
        port,
        security,
        login: None,
        authority: None,
        patience,
        messages_per_connection: Pace::default().messages_per_connection,
    };
    Some(Smtp { relay, username, password, scheme, ca_file })
}

fn password(table: &mut Reader, folder: &Path, username: Option<&str>) -> Option<PasswordSource> {
    if table.is_text("password") {
        table.fault("password", |_| Fault::PasswordInFile);
        return None;
    }
    let mut source = table.table("password")?;
    let ways =
        (source.text("env"), source.texts("command"), source.text("file"), source.text("keyring"));
    let patience = source.duration("timeout").unwrap_or(PasswordSource::PATIENCE);
    let password = match ways {
        (Some(name), None, None, None) => Some(PasswordSource::Env(name)),
        (None, Some(words), None, None) if !words.is_empty() => {
            Some(PasswordSource::Command { words, patience })
        }
        (None, None, Some(file), None) => Some(PasswordSource::File(folder.join(file))),
        (None, None, None, Some(service)) => {
            let user = username.unwrap_or_default().to_owned();
            Some(PasswordSource::Keyring { service, user, patience })
        }
        _ => {
            source.fault_here(Fault::ValueKind { key: "password".into(), expected: Kind::Secret });
            None
        }
    };
    table.absorb(source);
    password
}

/// How many people must approve: one unless it says otherwise, none where it is not required.
fn approval(table: &mut Reader) -> u32 {
    let is_required = table.yes_no("required").unwrap_or(true);
    let people = table.integer("people", 1, 20).and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
    if is_required { people } else { 0 }
}

fn retry(table: &mut Reader) -> Retry {
    let default = Retry::default();
    Retry {
        attempts: table
            .integer("attempts", 1, 100)
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(default.attempts),
        first_delay: table.duration("first_delay").unwrap_or(default.first_delay),
        max_delay: table.duration("max_delay").unwrap_or(default.max_delay),
        reconnect_delay: table.duration("reconnect_delay").unwrap_or(default.reconnect_delay),
        refusals_in_a_row: table
            .integer("refusals_in_a_row", 1, 1_000_000)
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(default.refusals_in_a_row),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "id = \"a\"\n[from]\naddress = \"a@example.org\"\n[contacts]\nfile = \"c.csv\"\n[letter]\nsubject = \"s\"\nbody = \"l.md\"\n";

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
    fn every_problem_is_told_at_its_place() {
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
        assert_eq!(problems[0].fault, Fault::PasswordInFile);
        assert!(!format!("{problems:?}").contains("hunter2"));
    }

    #[test]
    fn plain_text_is_for_loopback_only() {
        let smtp = |host| format!("{SMALL}[smtp]\nhost = \"{host}\"\nsecurity = \"none\"\n");
        assert!(read(Path::new("campaign.toml"), &smtp("127.0.0.1")).is_ok());
        assert_eq!(faults(&smtp("smtp.example.org"))[0].1, "plain_text_beyond_loopback");
    }

    #[test]
    fn numbers_take_their_format() {
        assert_eq!(number_format("01-{:03}/22"), Some(("01-".into(), 3, "/22".into())));
        assert_eq!(number_format("{}"), Some((String::new(), 0, String::new())));
        assert_eq!(number_format("{:>3}"), None);
    }
}
