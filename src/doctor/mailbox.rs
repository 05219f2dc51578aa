//! The mailbox of `[inbox]`: login, folders, and whether the one for junk is found.

use std::sync::mpsc;
use std::time::Duration;

use super::{Deadline, provider};
use crate::delivery::{MailboxTrouble, Trouble};
use crate::finding::MailboxFinding;
use crate::inbox::imap::{Mailbox, Role, Server};

/// For each step.
const STEP_TIMEOUT: Duration = Duration::from_secs(5);

/// Logs in and opens the folders that would be read. Changes nothing.
pub fn look(server: &Server, names: &[String], deadline: Deadline) -> Vec<MailboxFinding> {
    let timeout = server.timeout.min(STEP_TIMEOUT);
    let (server, names) = (Server { timeout, ..server.clone() }, names.to_vec());
    let host = server.host.clone();
    let (sender, receiver) = mpsc::channel();
    // Many steps, each within its own time, could take longer than all may.
    std::thread::spawn(move || {
        let _ = sender.send(open(&server, &names));
    });
    receiver.recv_timeout(deadline.left()).unwrap_or_else(|_| {
        let trouble = Trouble::TimedOut.into();
        vec![MailboxFinding::InboxFails { host, provider: None, trouble }]
    })
}

fn open(server: &Server, names: &[String]) -> Vec<MailboxFinding> {
    let fails = |trouble: MailboxTrouble| {
        let host = server.host.clone();
        let provider = provider::of_host(&host);
        vec![MailboxFinding::InboxFails { host, provider, trouble }]
    };
    let mut mailbox = match Mailbox::open(server) {
        Ok(mailbox) => mailbox,
        Err(trouble) => return fails(trouble),
    };
    let folders = match mailbox.folders(names) {
        Ok(folders) => folders,
        Err(trouble) => return fails(trouble),
    };
    let mut found = Vec::new();
    let mut opened = Vec::new();
    for folder in &folders {
        match mailbox.examine(folder) {
            Ok(_) => opened.push(folder.shown.clone()),
            Err(MailboxTrouble::Refused { text, .. }) => {
                let folder = folder.shown.clone();
                found.push(MailboxFinding::FolderRefused { folder, text });
            }
            Err(trouble) => return fails(trouble),
        }
    }
    if folders.iter().all(|folder| folder.role != Role::Junk) {
        found.push(MailboxFinding::NoJunk);
    }
    let user = server.login.as_ref().map_or_else(String::new, |login| login.user.clone());
    found.insert(0, MailboxFinding::InboxOpens { user, folders: opened });
    mailbox.close();
    found
}
