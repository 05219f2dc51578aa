//! Where a ledger sent letters from, and how it told people apart: a copied folder or a changed
//! setting is noticed.

use anyhow::Result;
use jiff::Timestamp;

use super::Ledger;
use super::database::values;
use crate::delivery::Home;
use crate::escaping::one_line;

impl Ledger {
    /// The place that it sent from last, if it never sent from this one.
    pub fn strange_home(&self, now_at: &Home) -> Result<Option<Home>> {
        if self.engine.is_shared() {
            return Ok(None);
        }
        let homes: Vec<Home> = self.read(|db| {
            db.all("SELECT host, path FROM home ORDER BY id DESC", &[], |row| {
                Ok(Home { host: row.get(0)?, path: row.get(1)? })
            })
        })?;
        let is_same = |home: &Home| {
            home.host == now_at.host
                && (home.path == now_at.path || self.engine.is_file_in(&home.path))
        };
        Ok(if homes.iter().any(is_same) { None } else { homes.first().map(shown) })
    }

    /// How the identities of its letters were made, if it has any.
    pub fn identity(&self) -> Result<Option<String>> {
        self.read(|db| db.value("SELECT identity FROM campaign", &[]))
    }

    /// Notes how the identities of letters are made from now on.
    pub fn note_identity(&mut self, identity: &str) -> Result<()> {
        if self.identity()?.as_deref() == Some(identity) {
            return Ok(());
        }
        self.write(|db| {
            db.execute("UPDATE campaign SET identity = ?1", values![identity])?;
            Ok(())
        })
    }

    /// The campaign that it is of.
    pub fn campaign(&self) -> Result<String> {
        self.read(|db| db.value("SELECT id FROM campaign", &[]))
    }

    /// Goes on under another id. Letters keep the identities that they have, so that each identity is
    /// made otherwise now.
    pub fn note_campaign(&mut self, id: &str) -> Result<()> {
        if self.campaign()? == id {
            return Ok(());
        }
        self.write(|db| {
            db.execute("UPDATE campaign SET id = ?1, identity = ''", values![id])?;
            Ok(())
        })?;
        self.engine.rename(id);
        Ok(())
    }

    /// Notes that letters go from here.
    pub fn note_home(&mut self, home: &Home, who: &str, now: Timestamp) -> Result<()> {
        self.write(|db| {
            db.execute(
                "INSERT INTO home (host, path, at, who) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO NOTHING",
                values![home.host, home.path, now.as_millisecond(), who],
            )?;
            Ok(())
        })
    }
}

/// A place as it may stand in a message: the ledger may have come with the folder.
fn shown(home: &Home) -> Home {
    Home { host: one_line(&home.host).into_owned(), path: one_line(&home.path).into_owned() }
}
