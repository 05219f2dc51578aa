//! The dialogue with an IMAP server: greeting, TLS, login, folders, mails (RFC 3501).
//!
//! These are all the commands that exist here: CAPABILITY, STARTTLS, AUTHENTICATE, LOGIN, ID, LIST,
//! EXAMINE, UID SEARCH, UID FETCH with BODY.PEEK, LOGOUT. None of them changes a mailbox.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use imap_proto::{AttributeValue, MailboxDatum, NameAttribute, Response, ResponseCode};
use jiff::civil::Date;
use zeroize::Zeroizing;

use super::response::Received;
use super::{Folder, Server, utf7};
use crate::delivery::{MailboxTrouble, Security, Trouble};
use crate::inbox::mime::MAX_READ;
use crate::smtp::{self, Login, Scheme, Wire};

/// How long to wait for the answer to LOGOUT.
const LOGOUT_TIMEOUT: Duration = Duration::from_secs(2);

/// The most mails of a folder, and the most folders, that are listed.
const MAX_LISTED: usize = 4_000_000;
const MAX_FOLDERS: usize = 10_000;

/// The octets of mails that are held at once.
const MAX_HELD: usize = 16 << 20;

/// The octets of a set of UIDs in one command (RFC 7162, 4).
const MAX_SET: usize = 4000;

/// An open connection.
pub struct Session {
    wire: Wire,
    timeout: Duration,
    capabilities: Vec<String>,
    commands: u32,
}

/// A folder that was opened for reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Examined {
    /// UIDVALIDITY; `None` if the server keeps no UIDs.
    pub validity: Option<u32>,
    /// The mails in it.
    pub count: u32,
}

/// A mail of the open folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    pub uid: u32,
    /// In octets.
    pub size: u32,
}

impl Session {
    /// Connects, negotiates TLS, and logs in.
    pub fn open(server: &Server) -> Result<Self, MailboxTrouble> {
        let Server { host, port, security, timeout, .. } = server;
        let tls = match security {
            Security::Tls | Security::StartTls => {
                Some(smtp::tls_config(server.authority.as_deref())?)
            }
            Security::None => None,
        };
        let mut wire = Wire::connect(host, *port, *timeout)?;
        if let (Security::Tls, Some(tls)) = (security, &tls) {
            wire = wire.start_tls(host, tls.clone(), *timeout)?;
        }
        let timeout = *timeout;
        let mut session = Self { wire, timeout, capabilities: Vec::new(), commands: 0 };
        let mut is_known = session.greeting()?;
        if let (Security::StartTls, Some(tls)) = (security, tls) {
            if is_known {
                // Nobody may log us in before the handshake (RFC 9051, 11.1).
                return Err(Trouble::Garbled("PREAUTH before STARTTLS".into()).into());
            }
            session.ask_capabilities()?;
            if !session.can("STARTTLS") {
                return Err(Trouble::TlsNotOffered.into());
            }
            session.command("STARTTLS", "STARTTLS", |_| {})?;
            session.wire = session.wire.start_tls(host, tls, timeout)?;
            // What was said in the clear may be anybody's.
            session.capabilities.clear();
            is_known = false;
        }
        if let Some(login) = server.login.as_ref().filter(|_| !is_known) {
            session.ask_capabilities()?;
            session.login(login).map_err(|trouble| masked(trouble, login))?;
        }
        session.ask_capabilities()?;
        if session.can("ID") {
            // Some providers want to know who reads (RFC 2971); its answer does not matter.
            match session.command("ID", "ID (\"name\" \"gonets\")", |_| {}) {
                Ok(()) | Err(MailboxTrouble::Refused { .. }) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(session)
    }

    /// The folders that can be opened.
    pub fn folders(&mut self) -> Result<Vec<Folder>, MailboxTrouble> {
        if self.can("SPECIAL-USE") && self.can("LIST-EXTENDED") {
            match self.list("LIST \"\" \"*\" RETURN (SPECIAL-USE)") {
                Err(MailboxTrouble::Refused { .. }) => {}
                other => return other,
            }
        }
        self.list("LIST \"\" \"*\"")
    }

    fn list(&mut self, command: &str) -> Result<Vec<Folder>, MailboxTrouble> {
        let mut folders = Vec::new();
        self.command("LIST", command, |response| {
            let Response::MailboxData(MailboxDatum::List(listed)) = response else { return };
            let has = |wanted: &NameAttribute| listed.name_attributes.contains(wanted);
            let is_extension = |name: &str| {
                let is_it = |it: &NameAttribute| matches!(it, NameAttribute::Extension(known) if known.eq_ignore_ascii_case(name));
                listed.name_attributes.iter().any(is_it)
            };
            let is_there = !has(&NameAttribute::NoSelect) && !is_extension("\\NonExistent");
            if is_there && folders.len() < MAX_FOLDERS && !listed.name.contains(char::is_control) {
                let is_junk = has(&NameAttribute::Junk) || is_extension("\\Spam");
                let delimiter = listed.delimiter.as_deref();
                folders.push(Folder::new(listed.name.clone().into_owned(), delimiter, is_junk));
            }
        })?;
        Ok(folders)
    }

    /// Opens a folder for reading only.
    pub fn examine(&mut self, folder: &Folder) -> Result<Examined, MailboxTrouble> {
        let mut examined = Examined { validity: None, count: 0 };
        let command = format!("EXAMINE {}", quoted(&folder.name));
        self.command("EXAMINE", &command, |response| match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => examined.count = *count,
            Response::Data { outcome, .. } => match outcome.code {
                Some(ResponseCode::UidValidity(validity)) => examined.validity = Some(validity),
                Some(ResponseCode::UidNotSticky) => examined.validity = None,
                _ => {}
            },
            _ => {}
        })?;
        Ok(examined)
    }

    /// The mails with a UID above this one, in order.
    pub fn listed_after(&mut self, uid: u32) -> Result<Vec<Listed>, MailboxTrouble> {
        let Some(first) = uid.checked_add(1) else { return Ok(Vec::new()) };
        let mut listed = self.sizes(&format!("{first}:*"))?;
        // `*` names the last mail, whether it is above `first` or not.
        listed.retain(|it| it.uid >= first);
        Ok(ordered(listed))
    }

    /// The mails that came on this day or later, in order.
    pub fn listed_since(&mut self, day: Date) -> Result<Vec<Listed>, MailboxTrouble> {
        let mut found = Vec::new();
        let command = format!("UID SEARCH SINCE {}", imap_date(day));
        let searched = self.command("UID SEARCH", &command, |response| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                found.extend(uids.iter().copied().take(MAX_LISTED - found.len().min(MAX_LISTED)));
            }
        });
        match searched {
            Ok(()) => {}
            // Then all are looked at: too many are better than too few.
            Err(MailboxTrouble::Refused { .. }) => return self.listed_after(0),
            Err(trouble) => return Err(trouble),
        }
        found.sort_unstable();
        found.dedup();
        let mut listed = Vec::new();
        for set in sets(&found) {
            listed.extend(self.sizes(&set)?);
        }
        listed.retain(|it| found.binary_search(&it.uid).is_ok());
        Ok(ordered(listed))
    }

    fn sizes(&mut self, set: &str) -> Result<Vec<Listed>, MailboxTrouble> {
        let mut listed: Vec<Listed> = Vec::new();
        self.command("UID FETCH", &format!("UID FETCH {set} (UID RFC822.SIZE)"), |response| {
            let Response::Fetch(_, attributes) = response else { return };
            let size = attributes.iter().find_map(|it| match it {
                AttributeValue::Rfc822Size(size) => Some(*size),
                _ => None,
            });
            // A change of flags that another program made comes without a size.
            if let (Some(uid), Some(size)) = (uid_of(attributes), size)
                && listed.len() < MAX_LISTED
            {
                listed.push(Listed { uid, size });
            }
        })?;
        Ok(listed)
    }

    /// The beginnings of these mails, as far as they are looked at. One that is not there any more,
    /// or cannot be parsed, is missing from the result.
    pub fn fetch(&mut self, uids: &[u32]) -> Result<Vec<(u32, Vec<u8>)>, MailboxTrouble> {
        let mut mails: Vec<(u32, Vec<u8>)> = Vec::new();
        let mut held = 0;
        for set in sets(uids) {
            let command = format!("UID FETCH {set} (UID BODY.PEEK[]<0.{}>)", MAX_READ + 1);
            self.command("UID FETCH", &command, |response| {
                let Response::Fetch(_, attributes) = response else { return };
                let body = attributes.iter().find_map(|it| match it {
                    AttributeValue::BodySection { section: None, data, .. } => data.as_deref(),
                    _ => None,
                });
                let (Some(uid), Some(body)) = (uid_of(attributes), body) else { return };
                let is_new = mails.iter().all(|(known, _)| *known != uid);
                held += body.len();
                // Sizes that were listed may be wrong; what is too much is fetched by itself.
                if uids.contains(&uid) && is_new && (held <= MAX_HELD || mails.is_empty()) {
                    mails.push((uid, body.to_owned()));
                }
            })?;
        }
        mails.sort_by_key(|(uid, _)| *uid);
        Ok(mails)
    }

    /// Ends the session as one should. What the server answers does not matter.
    pub fn logout(mut self) {
        self.timeout = LOGOUT_TIMEOUT;
        let _ = self.command("LOGOUT", "LOGOUT", |_| {});
        self.wire.close();
    }

    /// Reads the greeting. Returns whether the server knows us without a login.
    fn greeting(&mut self) -> Result<bool, MailboxTrouble> {
        let deadline = self.deadline();
        let greeting = Received::read(&mut self.wire, deadline)?;
        self.capabilities = greeting.capabilities().unwrap_or_default();
        match greeting.status() {
            Some(("OK", _)) => Ok(false),
            Some(("PREAUTH", _)) => Ok(true),
            Some((_, text)) => Err(MailboxTrouble::Bye(text)),
            None => Err(Trouble::Garbled(greeting.shown()).into()),
        }
    }

    /// Asks what the server can, unless it has said so by itself.
    fn ask_capabilities(&mut self) -> Result<(), MailboxTrouble> {
        if self.capabilities.is_empty() {
            self.command("CAPABILITY", "CAPABILITY", |_| {})?;
        }
        Ok(())
    }

    fn can(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|known| known == capability)
    }

    fn login(&mut self, login: &Login) -> Result<(), MailboxTrouble> {
        let password = login.password.as_str();
        let (mechanism, answer) = match login.scheme {
            Scheme::Token => {
                let token = format!("user={}\x01auth=Bearer {password}\x01\x01", login.user);
                ("XOAUTH2", token)
            }
            Scheme::Password => ("PLAIN", format!("\0{}\0{password}", login.user)),
        };
        let answer = Zeroizing::new(BASE64_STANDARD.encode(Zeroizing::new(answer)));
        let parts: Vec<Zeroizing<String>> = if self.can(&format!("AUTH={mechanism}")) {
            if self.can("SASL-IR") {
                vec![Zeroizing::new(format!("AUTHENTICATE {mechanism} {}", *answer))]
            } else {
                vec![Zeroizing::new(format!("AUTHENTICATE {mechanism}")), answer]
            }
        } else if login.scheme == Scheme::Password && !self.can("LOGINDISABLED") {
            login_parts(login)
        } else {
            return Err(Trouble::LoginNotOffered.into());
        };
        // What the server can after a login is another matter.
        let before = std::mem::take(&mut self.capabilities);
        match self.exchange("LOGIN", &parts, |_| {}) {
            Ok(()) => Ok(()),
            Err(MailboxTrouble::Refused { text, .. }) => {
                self.capabilities = before;
                Err(MailboxTrouble::LoginRefused(text))
            }
            Err(trouble) => Err(trouble),
        }
    }

    fn deadline(&self) -> Instant {
        Instant::now() + self.timeout
    }

    /// Sends a command and reads all that it answers. `take` sees each response with data.
    fn command(
        &mut self,
        name: &'static str,
        words: &str,
        take: impl FnMut(&Response<'_>),
    ) -> Result<(), MailboxTrouble> {
        self.exchange(name, &[Zeroizing::new(words.to_owned())], take)
    }

    /// Sends a command in parts, each but the first when the server asks for it.
    fn exchange(
        &mut self,
        name: &'static str,
        parts: &[Zeroizing<String>],
        mut take: impl FnMut(&Response<'_>),
    ) -> Result<(), MailboxTrouble> {
        self.commands += 1;
        let tag = format!("g{}", self.commands);
        let deadline = self.deadline();
        let mut parts = parts.iter();
        let first = parts.next().map_or("", |part| part.as_str());
        self.send(&format!("{tag} {first}"))?;
        // A server that refuses a token says why, and waits for an empty line.
        let mut empty = 1;
        loop {
            let received = Received::read(&mut self.wire, deadline)?;
            if let Some(capabilities) = received.capabilities() {
                self.capabilities = capabilities;
            }
            if let Some((is_ok, text)) = received.answers(&tag) {
                return if is_ok {
                    Ok(())
                } else {
                    Err(MailboxTrouble::Refused { command: name, text })
                };
            }
            if received.is_continuation() {
                match parts.next() {
                    Some(part) => self.send(part)?,
                    None if empty > 0 && name == "LOGIN" => {
                        empty -= 1;
                        self.send("")?;
                    }
                    None => return Err(Trouble::Garbled(received.shown()).into()),
                }
                continue;
            }
            match received.status() {
                Some(("BYE", text)) if name != "LOGOUT" => return Err(MailboxTrouble::Bye(text)),
                _ => {}
            }
            match received.parsed() {
                Some(response) => take(&response),
                // What nobody asked for may be anything; what no response begins with is the rest of
                // a literal that was longer than announced.
                None if received.shown().starts_with("* ") => {}
                None => return Err(Trouble::Garbled(received.shown()).into()),
            }
        }
    }

    fn send(&mut self, line: &str) -> Result<(), MailboxTrouble> {
        let line = Zeroizing::new(format!("{line}\r\n"));
        self.wire.write(line.as_bytes(), self.timeout).map_err(|error| error.trouble)?;
        Ok(())
    }
}

fn masked(trouble: MailboxTrouble, login: &Login) -> MailboxTrouble {
    match trouble {
        MailboxTrouble::LoginRefused(text) => MailboxTrouble::LoginRefused(login.mask(&text)),
        MailboxTrouble::Bye(text) => MailboxTrouble::Bye(login.mask(&text)),
        MailboxTrouble::Connection(Trouble::Garbled(text)) => {
            Trouble::Garbled(login.mask(&text)).into()
        }
        other @ (MailboxTrouble::Connection(_)
        | MailboxTrouble::Refused { .. }
        | MailboxTrouble::NothingFetched { .. }) => other,
    }
}

/// LOGIN with its two strings, as literals where they cannot be quoted.
fn login_parts(login: &Login) -> Vec<Zeroizing<String>> {
    let mut parts = vec![Zeroizing::new(String::from("LOGIN"))];
    for text in [login.user.as_str(), login.password.as_str()] {
        let is_plain = text.bytes().all(|octet| matches!(octet, b' '..=b'~'));
        let last = parts.last_mut().expect("the command itself is the first");
        if is_plain {
            last.push_str(&format!(" {}", quoted(text)));
        } else {
            last.push_str(&format!(" {{{}}}", text.len()));
            parts.push(Zeroizing::new(text.to_owned()));
        }
    }
    parts
}

/// A quoted string (RFC 3501, 9).
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn uid_of(attributes: &[AttributeValue<'_>]) -> Option<u32> {
    attributes.iter().find_map(|it| match it {
        AttributeValue::Uid(uid) => Some(*uid),
        _ => None,
    })
}

fn ordered(mut listed: Vec<Listed>) -> Vec<Listed> {
    listed.sort_unstable_by_key(|it| it.uid);
    listed.dedup_by_key(|it| it.uid);
    listed
}

/// UIDs in order as sets such as `1:3,7`, each of them short enough for a command.
fn sets(uids: &[u32]) -> Vec<String> {
    let mut sets: Vec<String> = Vec::new();
    for run in uids.chunk_by(|a, b| a.checked_add(1) == Some(*b)) {
        let (first, last) = (run[0], run[run.len() - 1]);
        let range = if first == last { first.to_string() } else { format!("{first}:{last}") };
        match sets.last_mut() {
            Some(set) if set.len() + range.len() < MAX_SET => {
                set.push(',');
                set.push_str(&range);
            }
            _ => sets.push(range),
        }
    }
    sets
}

/// `1-Mar-2026` (RFC 3501, 9).
fn imap_date(day: Date) -> String {
    day.strftime("%-d-%b-%Y").to_string()
}

/// The folder of this name that the server has not listed.
pub(super) fn unlisted(name: &str) -> Folder {
    Folder::new(utf7::encode(name), None, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_as_short_as_they_can_be() {
        assert_eq!(sets(&[1, 2, 3, 7, 9, 10]), ["1:3,7,9:10"]);
        assert_eq!(sets(&[u32::MAX]), [u32::MAX.to_string()]);
        assert!(sets(&[]).is_empty());
        let odd: Vec<u32> = (0..5000).map(|n| n * 2 + 1).collect();
        let many = sets(&odd);
        assert!(many.len() > 1 && many.iter().all(|set| set.len() <= MAX_SET));
        assert_eq!(many.iter().flat_map(|set| set.split(',')).count(), odd.len());
    }

    #[test]
    fn a_login_is_quoted_or_a_literal() {
        let login = |user: &str, password: &str| {
            let password = Zeroizing::new(password.to_owned());
            let login = Login { user: user.to_owned(), password, scheme: Scheme::Password };
            login_parts(&login).iter().map(|part| part.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(login("anna", "a\"b\\c"), [r#"LOGIN "anna" "a\"b\\c""#]);
        assert_eq!(login("anna", "ключ"), [r#"LOGIN "anna" {8}"#, "ключ"]);
        assert_eq!(login("анна", "x"), ["LOGIN {8}", r#"анна "x""#]);
    }

    #[test]
    fn days_are_written_as_the_protocol_has_them() {
        assert_eq!(imap_date(jiff::civil::date(2026, 3, 1)), "1-Mar-2026");
    }
}
