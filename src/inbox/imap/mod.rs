//! A mailbox on an IMAP server, read and never changed.
//!
//! `session` holds the dialogue: it knows EXAMINE and BODY.PEEK, and no command that changes
//! anything. `response` takes responses off the wire, `mailbox` goes on after a lost connection,
//! `utf7` reads the names of folders. How far a folder was read is for the ledger to keep.

mod mailbox;
mod response;
mod session;
mod utf7;

use std::time::Duration;

use crate::delivery::Security;
use crate::smtp::Login;

pub use mailbox::{Batch, Mail, Mailbox};
pub use session::{Examined, Listed, Session};

/// An IMAP server and how to speak to it.
#[derive(Debug, Clone)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<Login>,
    /// A certificate authority trusted besides the system's own, as PEM.
    pub authority: Option<Vec<u8>>,
    /// For each step: connecting, the handshake, each command with all that it answers.
    pub timeout: Duration,
}

impl Server {
    /// For each step, where nothing else is said.
    pub const TIMEOUT: Duration = Duration::from_mins(1);
}

/// What a folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Inbox,
    /// What the server takes for spam, bounces and replies among it.
    Junk,
    Other,
}

/// A folder of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The name in commands.
    name: String,
    /// The name as people see it.
    pub shown: String,
    pub role: Role,
}

impl Folder {
    fn new(name: String, delimiter: Option<&str>, is_junk: bool) -> Self {
        let shown = utf7::decode(&name);
        let role = if shown.eq_ignore_ascii_case("inbox") {
            Role::Inbox
        } else if is_junk || is_named_junk(&shown, delimiter) {
            Role::Junk
        } else {
            Role::Other
        };
        Self { name, shown, role }
    }

    /// The inbox, which every account has (RFC 3501, 5.1).
    pub fn inbox() -> Self {
        Self::new("INBOX".into(), None, false)
    }
}

/// Whether a folder has one of the names that providers give to theirs for spam, where none is
/// marked as such (RFC 6154).
fn is_named_junk(shown: &str, delimiter: Option<&str>) -> bool {
    let last = delimiter.and_then(|it| shown.rsplit(it).next()).unwrap_or(shown).to_lowercase();
    [
        "junk",
        "junk e-mail",
        "junk email",
        "junk mail",
        "spam",
        "bulk",
        "bulk mail",
        "спам",
        "нежелательная почта",
    ]
    .contains(&last.as_str())
}

/// The folders to read: those of these names, or the inbox and the junk folders. The second value
/// are the names that no folder has.
pub fn wanted(folders: Vec<Folder>, names: &[String]) -> (Vec<Folder>, Vec<String>) {
    if names.is_empty() {
        let mut wanted: Vec<Folder> =
            folders.into_iter().filter(|it| it.role != Role::Other).collect();
        if !wanted.iter().any(|it| it.role == Role::Inbox) {
            wanted.push(Folder::inbox());
        }
        wanted.sort_by_key(|it| it.role != Role::Inbox);
        return (wanted, Vec::new());
    }
    let (mut found, mut missing): (Vec<Folder>, _) = (Vec::new(), Vec::new());
    for name in names {
        let is_it = |folder: &&Folder| {
            folder.shown == *name
                || folder.name == *name
                || (folder.role == Role::Inbox && name.eq_ignore_ascii_case("inbox"))
        };
        match folders.iter().find(is_it) {
            Some(folder) if !found.contains(folder) => found.push(folder.clone()),
            Some(_) => {}
            None => missing.push(name.clone()),
        }
    }
    (found, missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> Folder {
        Folder::new(name.into(), Some("/"), false)
    }

    fn shown(folders: Vec<Folder>) -> Vec<String> {
        folders.into_iter().map(|it| it.shown).collect()
    }

    #[test]
    fn the_inbox_and_the_junk_folder_are_found_by_role_or_by_name() {
        let marked = Folder::new("&BCcENQRABD0EPgQy-".into(), Some("/"), true);
        let all = vec![folder("Sent"), marked, folder("Inbox"), folder("[Gmail]/Spam")];
        assert_eq!(shown(wanted(all, &[]).0), ["Inbox", "Чернов", "[Gmail]/Spam"]);
        let russian = vec![folder("&BCEEPwQwBDw-"), folder("INBOX")];
        assert_eq!(shown(wanted(russian, &[]).0), ["INBOX", "Спам"]);
        assert_eq!(shown(wanted(vec![folder("Spamming")], &[]).0), ["INBOX"]);
    }

    #[test]
    fn folders_are_named_as_people_see_them() {
        let all = vec![folder("INBOX"), folder("&BCEEPwQwBDw-"), folder("Sent")];
        let names = ["inbox", "Спам", "Нет такой", "INBOX"].map(str::to_owned);
        let (found, missing) = wanted(all, &names);
        assert_eq!(shown(found), ["INBOX", "Спам"]);
        assert_eq!(missing, ["Нет такой"]);
    }
}
