//! A mailbox that is read on after a lost connection.

use jiff::civil::Date;

use super::session::{Examined, Listed, Session, unlisted};
use super::{Folder, Server, wanted};
use crate::delivery::{MailboxTrouble, Trouble};
use crate::inbox::mime::MAX_READ;

/// The octets and the mails that are fetched with one command.
const BATCH_OCTETS: usize = MAX_READ + 1;
const BATCH_MAILS: usize = 200;

/// So many mails in a row that cannot be fetched end the reading.
const MAX_LOST: u32 = 5;

/// A mailbox on a server.
pub struct Mailbox<'a> {
    server: &'a Server,
    session: Session,
    open: Option<(Folder, Examined)>,
    /// Mails that could not be fetched since one could.
    lost: u32,
}

/// Mails that are fetched together, and the last UID of all up to them.
#[derive(Debug, Clone)]
pub struct Batch {
    pub uids: Vec<u32>,
}

/// A mail of a batch.
#[derive(Debug)]
pub struct Mail {
    pub uid: u32,
    /// As far as it is looked at; `None` if the server does not give it.
    pub octets: Option<Vec<u8>>,
}

impl<'a> Mailbox<'a> {
    pub fn open(server: &'a Server) -> Result<Self, MailboxTrouble> {
        Ok(Self { server, session: Session::open(server)?, open: None, lost: 0 })
    }

    /// The folders to read. What the server does not list is tried by its name.
    pub fn folders(&mut self, names: &[String]) -> Result<Vec<Folder>, MailboxTrouble> {
        let (mut folders, missing) = wanted(self.session.folders()?, names);
        folders.extend(missing.iter().map(|name| unlisted(name)));
        Ok(folders)
    }

    /// Opens a folder. A connection that was lost since the last one is made again.
    pub fn examine(&mut self, folder: &Folder) -> Result<Examined, MailboxTrouble> {
        self.open = None;
        let examined = match self.session.examine(folder) {
            Err(trouble) if may_pass(&trouble) => {
                self.session = Session::open(self.server)?;
                self.session.examine(folder)?
            }
            other => other?,
        };
        self.open = Some((folder.clone(), examined));
        Ok(examined)
    }

    /// The mails of the open folder with a UID above this one.
    pub fn after(&mut self, uid: u32) -> Result<Vec<Listed>, MailboxTrouble> {
        self.again(|session| session.listed_after(uid))
    }

    /// The mails of the open folder that came on this day or later.
    pub fn since(&mut self, day: Date) -> Result<Vec<Listed>, MailboxTrouble> {
        self.again(|session| session.listed_since(day))
    }

    /// Fetches a batch. After a lost connection, or an answer that makes no sense, it is tried again
    /// mail by mail, so that only the one that is at fault is missing.
    pub fn fetch(&mut self, batch: &Batch) -> Result<Vec<Mail>, MailboxTrouble> {
        let fetched = match self.session.fetch(&batch.uids) {
            Ok(fetched) => fetched,
            // One mail that the server cannot read may be why it refuses all.
            Err(MailboxTrouble::Refused { .. }) => Vec::new(),
            Err(trouble) if may_pass(&trouble) => {
                self.reopen()?;
                Vec::new()
            }
            Err(trouble) => return Err(trouble),
        };
        let mut fetched = fetched.into_iter().peekable();
        let mut mails = Vec::new();
        for uid in batch.uids.iter().copied() {
            let octets = fetched.next_if(|(next, _)| *next == uid).map(|(_, octets)| octets);
            if octets.is_some() {
                self.lost = 0;
                mails.push(Mail { uid, octets });
            } else {
                mails.extend(self.fetch_alone(uid)?);
            }
        }
        Ok(mails)
    }

    /// Fetches one mail; `None` if it is not there any more.
    fn fetch_alone(&mut self, uid: u32) -> Result<Option<Mail>, MailboxTrouble> {
        match self.session.fetch(&[uid]) {
            Ok(mut mails) => {
                if let Some((_, octets)) = mails.pop() {
                    self.lost = 0;
                    return Ok(Some(Mail { uid, octets: Some(octets) }));
                }
                // Somebody may have moved it since it was listed.
                let listed = self.again(|session| session.listed_after(uid - 1))?;
                if listed.iter().all(|it| it.uid != uid) {
                    return Ok(None);
                }
            }
            Err(MailboxTrouble::Refused { .. }) => {}
            Err(trouble) if may_pass(&trouble) => self.reopen()?,
            Err(trouble) => return Err(trouble),
        }
        self.lost += 1;
        if self.lost >= MAX_LOST {
            let folder = self.open.as_ref().map(|(folder, _)| folder.shown.clone());
            let folder = folder.unwrap_or_default();
            return Err(MailboxTrouble::NothingFetched { folder, uid });
        }
        Ok(Some(Mail { uid, octets: None }))
    }

    /// Asks, and once more over a new connection if the first was lost.
    fn again<T>(
        &mut self,
        mut ask: impl FnMut(&mut Session) -> Result<T, MailboxTrouble>,
    ) -> Result<T, MailboxTrouble> {
        match ask(&mut self.session) {
            Err(trouble) if may_pass(&trouble) => {
                self.reopen()?;
                ask(&mut self.session)
            }
            other => other,
        }
    }

    /// Reconnects, and opens the same folder. If its UIDs are others now, they mean nothing.
    fn reopen(&mut self) -> Result<(), MailboxTrouble> {
        self.session = Session::open(self.server)?;
        let Some((folder, before)) = &self.open else { return Ok(()) };
        let now = self.session.examine(folder)?;
        if now.validity == before.validity {
            Ok(())
        } else {
            Err(Trouble::Garbled(format!("UIDVALIDITY of {} changed", folder.shown)).into())
        }
    }

    /// Ends the session.
    pub fn close(self) {
        self.session.logout();
    }
}

/// Whether a new connection may help.
fn may_pass(trouble: &MailboxTrouble) -> bool {
    match trouble {
        MailboxTrouble::Connection(trouble) => {
            matches!(trouble, Trouble::ConnectionLost(_) | Trouble::TimedOut | Trouble::Garbled(_))
        }
        MailboxTrouble::Bye(_) => true,
        MailboxTrouble::LoginRefused(_)
        | MailboxTrouble::Refused { .. }
        | MailboxTrouble::NothingFetched { .. } => false,
    }
}

impl Batch {
    /// Parts mails, in order, into batches.
    pub fn of(listed: &[Listed]) -> Vec<Self> {
        let mut batches: Vec<Self> = Vec::new();
        let mut octets = 0;
        for mail in listed {
            let size = (mail.size as usize).min(MAX_READ + 1);
            match batches.last_mut() {
                Some(batch) if batch.uids.len() < BATCH_MAILS && octets + size <= BATCH_OCTETS => {
                    batch.uids.push(mail.uid);
                    octets += size;
                }
                _ => {
                    batches.push(Self { uids: vec![mail.uid] });
                    octets = size;
                }
            }
        }
        batches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_have_a_bound_in_octets_and_in_mails() {
        let listed = |sizes: &[u32]| {
            let mails = (1..).zip(sizes).map(|(uid, size)| Listed { uid, size: *size });
            Batch::of(&mails.collect::<Vec<_>>())
        };
        let uids = |batches: Vec<Batch>| batches.into_iter().map(|it| it.uids).collect::<Vec<_>>();
        let large = 50_000_000;
        assert_eq!(uids(listed(&[100, 100, large, 100])), [vec![1, 2], vec![3], vec![4]]);
        assert_eq!(listed(&[1000; 401]).len(), 3);
        assert!(listed(&[]).is_empty());
    }
}
