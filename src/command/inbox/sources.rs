//! Where mails come from: files, or the mailbox of `[inbox]`.

use std::path::Path;

use anyhow::Result;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::reader::Reader;
use crate::command::couriers;
use crate::config::{Config, InboxTable};
use crate::delivery::MailboxTrouble;
use crate::failure::{Doing, Failure, SecretOf};
use crate::inbox::files::{self, Files, MboxReader};
use crate::inbox::imap::{Batch, Folder, Mailbox, Server};
use crate::ledger::{Ledger, Position};
use crate::notice::{InboxNotice, Notice, Origin};
use crate::terminal::Terminal;

/// Mails that are read and judged together, and kept in one transaction.
const BATCH: usize = 1024;

/// Reads a Maildir, an mbox, or a folder of `.eml`.
pub(super) fn read_files(
    from: &Path,
    reader: &mut Reader,
    mut ledger: Option<&mut Ledger>,
    terminal: &mut Terminal,
) -> Result<()> {
    let unusable = |cause| Failure::Mailbox { path: from.to_owned(), cause };
    let found = Files::find(from).map_err(|error| unusable((&error).into()))?;
    terminal.start(found.count(), &Notice::Inbox(InboxNotice::Reading));
    let is_mailbox = from.is_dir() || matches!(found, Files::Mbox(_));
    match found {
        Files::Each(paths) => {
            for batch in paths.chunks(BATCH) {
                let raw = |path: &std::path::PathBuf| {
                    (Origin::File(path.display().to_string()), files::read(path).ok())
                };
                reader.take(batch, raw, ledger.as_deref_mut(), terminal)?;
            }
        }
        Files::Mbox(path) => {
            let mails = MboxReader::open(&path).map_err(|error| unusable((&error).into()))?;
            let mut batch = Vec::new();
            for (index, mail) in mails.enumerate() {
                let mail = mail.map_err(|error| unusable((&error).into()))?;
                let origin = Origin::File(format!("{}:{}", path.display(), index + 1));
                batch.push((origin, Some(mail)));
                if batch.len() == BATCH {
                    reader.take_all(&mut batch, ledger.as_deref_mut(), terminal)?;
                }
            }
            reader.take_all(&mut batch, ledger.as_deref_mut(), terminal)?;
        }
    }
    // One mail is no mailbox, and of what was left out nobody knows.
    if let Some(ledger) = ledger.filter(|_| is_mailbox && reader.is_whole()) {
        let path = std::path::absolute(from).unwrap_or_else(|_| from.to_owned());
        let at = Position { validity: 0, uid: 0 };
        ledger.note_position((&path.display().to_string(), ""), at, Some(reader.now))?;
    }
    Ok(())
}

/// The server of `[inbox]`, with its password fetched.
pub(in crate::command) fn server(
    config: &Config,
    inbox: &InboxTable,
    terminal: &Terminal,
) -> Result<Server> {
    let credentials = couriers::Credentials {
        of: SecretOf::Mailbox,
        user: &inbox.username,
        password: inbox.password.as_ref(),
        host: &inbox.server.host,
        scheme: inbox.scheme,
    };
    let login = credentials.fetch(terminal)?;
    let authority = inbox.ca_file.as_ref().map(|(file, _)| {
        let path = config.folder.join(file);
        std::fs::read(&path).map_err(|error| Failure::file(Doing::Reading, &path, &error))
    });
    Ok(Server { login: Some(login), authority: authority.transpose()?, ..inbox.server.clone() })
}

/// What a mailbox is read into.
pub(super) struct Reading<'a> {
    pub config: &'a Config,
    pub inbox: &'a InboxTable,
    pub reader: &'a mut Reader,
    /// `None` for a dry run, in which `looked` says how far was read before.
    pub ledger: Option<&'a mut Ledger>,
    pub looked: Option<&'a Ledger>,
    /// `--since`
    pub since: Option<Date>,
}

/// Reads the mailbox of `[inbox]` from where the last reading ended.
pub(super) fn read_mailbox(reading: &mut Reading, terminal: &mut Terminal) -> Result<()> {
    let server = server(reading.config, reading.inbox, terminal)?;
    terminal.start(None, &Notice::Inbox(InboxNotice::Reading));
    let failed = |trouble| Failure::MailServer { host: server.host.clone(), trouble };
    let mut mailbox = Mailbox::open(&server).map_err(failed)?;
    let folders = mailbox.folders(&reading.inbox.folders).map_err(failed)?;
    let mut ends = Vec::new();
    let mut refused = None;
    for folder in &folders {
        match read_folder(folder, &mut mailbox, reading, terminal)? {
            Ok(end) => ends.push((folder, end)),
            Err(trouble @ MailboxTrouble::Refused { .. }) => {
                let (folder, text) = (folder.shown.clone(), trouble.to_string());
                terminal.warn(&Notice::Inbox(InboxNotice::FolderRefused { folder, text }));
                refused = Some(trouble);
            }
            Err(trouble) => return Err(failed(trouble).into()),
        }
    }
    mailbox.close();
    reading.reader.folders_unread += (folders.len() - ends.len()) as u64;
    match refused {
        Some(trouble) if ends.is_empty() => return Err(failed(trouble).into()),
        // What lies in a folder that was not read may change everything.
        Some(_) => return Ok(()),
        None => {}
    }
    // Older mails may not have been read.
    if reading.since.is_some() {
        return Ok(());
    }
    if let Some(ledger) = &mut reading.ledger {
        let account = reading.inbox.account();
        for (folder, end) in ends {
            ledger.note_position((&account, &folder.shown), end, Some(reading.reader.now))?;
        }
    }
    Ok(())
}

/// Reads a folder. Returns the position at its end.
fn read_folder(
    folder: &Folder,
    mailbox: &mut Mailbox,
    reading: &mut Reading,
    terminal: &mut Terminal,
) -> Result<Result<Position, MailboxTrouble>> {
    let examined = match mailbox.examine(folder) {
        Ok(examined) => examined,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let account = reading.inbox.account();
    let ledger = reading.ledger.as_deref().or(reading.looked);
    let known = ledger.map_or(Ok(None), |ledger| ledger.position(&account, &folder.shown))?;
    // UIDs of another UIDVALIDITY are those of other mails (RFC 3501, 2.3.1.1).
    let known = known.filter(|it| examined.validity == Some(it.validity));
    let from = known.filter(|_| reading.since.is_none());
    let first = reading.since.or_else(|| reading.reader.first_letter());
    let listed = match (from, first) {
        (Some(position), _) => mailbox.after(position.uid),
        // A mail's day is that of the server's clock.
        (None, Some(day)) => mailbox.since(day.yesterday().unwrap_or(day)),
        // No letter has gone: nothing can have come back.
        (None, None) => Ok(Vec::new()),
    };
    let listed = match listed {
        Ok(listed) => listed,
        Err(trouble) => return Ok(Err(trouble)),
    };
    if !listed.is_empty() {
        reading.reader.done = 0;
        let folder = folder.shown.clone();
        let label = Notice::Inbox(InboxNotice::ReadingFolder { folder });
        terminal.start(Some(listed.len() as u64), &label);
    }
    let mut end = Position {
        validity: examined.validity.unwrap_or(0),
        uid: from.map_or(0, |position| position.uid),
    };
    for batch in Batch::of(&listed) {
        let mails = match mailbox.fetch(&batch) {
            Ok(mails) => mails,
            Err(trouble) => return Ok(Err(trouble)),
        };
        let origin = |uid| Origin::Mailbox { folder: folder.shown.clone(), uid };
        let mut mails = mails.into_iter().map(|it| (origin(it.uid), it.octets)).collect();
        reading.reader.take_all(&mut mails, reading.ledger.as_deref_mut(), terminal)?;
        end.uid = batch.uids.last().copied().unwrap_or(end.uid);
        if let (Some(ledger), None, Some(_)) =
            (&mut reading.ledger, reading.since, examined.validity)
        {
            ledger.note_position((&account, &folder.shown), end, None)?;
        }
    }
    Ok(Ok(end))
}

/// The day in this computer's time zone.
pub(super) fn day(at: jiff::Timestamp) -> Date {
    at.to_zoned_datetime(TimeZone::system()).date()
}
