//! Who approved which seal, and under which seal letters went.

use anyhow::Result;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::database::values;
use super::{Ledger, moment};
use crate::policy::{Ending, LastRun};
use crate::problem::LeftOut;
use crate::seal::{Approval, SealRecord};

const LAST_RECORD: &str = "SELECT record FROM run ORDER BY id DESC LIMIT 1";

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
    /// Returns the run's number.
    pub fn note_run(
        &mut self,
        record: &SealRecord,
        chosen: Option<LeftOut>,
        who: &str,
    ) -> Result<Option<i64>> {
        let mut record = record.to_json_value();
        // It is there as long as the run has not ended; builds that did not record that have none.
        record["end"] = Value::Null;
        self.write(|db| {
            let insert = "INSERT INTO run (who, record, chosen) VALUES (?1, ?2, ?3)";
            let chosen = chosen.map(LeftOut::as_str);
            Ok(db.insert(insert, values![who, record.to_string(), chosen])?)
        })
    }

    /// Records how a run ended, in its record.
    pub fn note_run_end(&mut self, run: i64, ending: &Ending, now: Timestamp) -> Result<()> {
        self.write(|db| {
            let ask = "SELECT record FROM run WHERE id = ?1";
            let record = db.first(ask, values![run], |row| row.get::<String>(0))?;
            if let Some(mut record) = record.as_deref().and_then(object) {
                record["end"] = json!({ "at": now.to_string(), "ending": ending.to_json() });
                let set = "UPDATE run SET record = ?2 WHERE id = ?1";
                db.execute(set, values![run, record.to_string()])?;
            }
            Ok(())
        })
    }

    /// When the last run began, and how it ended; `None` if there was none, or its record does not say.
    pub fn how_last_run_ended(&self) -> Result<Option<LastRun>> {
        let moment = |value: &Value| value.as_str()?.parse::<Timestamp>().ok();
        self.read(|db| {
            let last = db.first(LAST_RECORD, &[], |row| row.get::<String>(0))?;
            let Some(record) = last.as_deref().and_then(object) else { return Ok(None) };
            let Some(end) = record.get("end") else { return Ok(None) };
            let ended = moment(&end["at"]).zip(Ending::of_json(&end["ending"]));
            Ok(moment(&record["at"]).map(|began| LastRun { began, ended }))
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

    /// The seal of the last run, if letters went in any.
    pub fn last_run(&self) -> Result<Option<SealRecord>> {
        self.read(|db| {
            if db.first(A_LETTER_WENT, &[], |row| row.get::<i64>(0))?.is_none() {
                return Ok(None);
            }
            let last = db.first(LAST_RECORD, &[], |row| row.get::<String>(0))?;
            Ok(last.and_then(|text| SealRecord::of_json(&text)))
        })
    }
}

/// Whether somebody has a letter or may have one, or one was filed.
const A_LETTER_WENT: &str = "SELECT position FROM letter
     WHERE state IN ('accepted', 'filed', 'sending', 'unknown') LIMIT 1";

/// The record of a run, to be read or changed in part.
pub(super) fn object(record: &str) -> Option<Value> {
    serde_json::from_str(record).ok().filter(Value::is_object)
}
