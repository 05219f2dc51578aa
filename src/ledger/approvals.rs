//! Who approved which seal, and under which seal letters went.

use anyhow::Result;

use super::database::values;
use super::{Ledger, moment};
use crate::problem::LeftOut;
use crate::seal::{Approval, SealRecord};

impl Ledger {
    /// Records that somebody approved the letters under a seal.
    pub fn approve(&mut self, approval: &Approval) -> Result<()> {
        self.write(|db| {
            db.execute(
                "INSERT INTO approval (at, seal, name, \"user\") VALUES (?1, ?2, ?3, ?4)",
                values![approval.at.as_millisecond(), approval.seal, approval.name, approval.user],
            )?;
            Ok(())
        })
    }

    /// All approvals, oldest first.
    pub fn approvals(&self) -> Result<Vec<Approval>> {
        self.read(|db| {
            db.all("SELECT name, \"user\", seal, at FROM approval ORDER BY id", &[], |row| {
                let at = moment(row.get(3)?);
                Ok(Approval { name: row.get(0)?, user: row.get(1)?, seal: row.get(2)?, at })
            })
        })
    }

    /// Records under which seal letters begin to go, and by which rule only some rows are meant.
    pub fn note_run(
        &mut self,
        record: &SealRecord,
        chosen: Option<LeftOut>,
        who: &str,
    ) -> Result<()> {
        self.write(|db| {
            db.execute(
                "INSERT INTO run (who, record, chosen) VALUES (?1, ?2, ?3)",
                values![who, record.to_json(), chosen.map(LeftOut::as_str)],
            )?;
            Ok(())
        })
    }

    /// The rule by which the last run meant only some rows.
    pub fn last_choice(&self) -> Result<Option<LeftOut>> {
        self.read(|db| {
            let ask = "SELECT chosen FROM run ORDER BY id DESC LIMIT 1";
            let last = db.first(ask, &[], |row| row.get::<Option<String>>(0))?;
            Ok(last.flatten().as_deref().and_then(LeftOut::parse))
        })
    }

    /// The seal under which letters went last.
    pub fn last_run(&self) -> Result<Option<SealRecord>> {
        self.read(|db| {
            let ask = "SELECT record FROM run ORDER BY id DESC LIMIT 1";
            let last = db.first(ask, &[], |row| row.get::<String>(0))?;
            Ok(last.and_then(|text| SealRecord::of_json(&text)))
        })
    }
}
