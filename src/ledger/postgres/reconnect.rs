//! What a worker does that has lost its connection.
//!
//! The server may have noticed that or not, it may have committed what it was told last or not, and other
//! workers may have settled what this one left. So the session that was lost is ended first. Once its worker's
//! lock can be had, all that it did is decided: its last word in the table of workers says whether its last
//! transaction was committed ([`super::Writer`]), and nobody settles its letters any more.

use std::sync::atomic::Ordering;

use anyhow::Result;
use jiff::Timestamp;

use super::super::Location;
use super::super::database::{Db, values};
use super::crew::{self, WORKERS};
use super::{Access, PAUSE, Session, Store, TRIES, flawed, unreadable};
use crate::failure::ServerFlaw;

impl Store {
    /// Reconnects, once. The worker goes on as it was, or as a new one if another has settled what it
    /// left. Letters that were claimed and not begun are free again.
    ///
    /// # Errors
    /// When there still is no connection; [`crate::failure::Failure::OtherSeal`] if others send other letters by now. What
    /// became of letters can be recorded all the same, if the connection is there.
    pub(in crate::ledger) fn reconnect(&self, now: Timestamp) -> Result<()> {
        let server = &self.session.server;
        let gone = |detail: &str| flawed(server, ServerFlaw::Other, detail);
        let Some(settings) = &self.at.server else { return Err(gone("no server").into()) };
        let at =
            Location { campaign: self.campaign.clone(), takes_other_id: true, ..self.at.clone() };
        let fresh = Self::find(&at, settings)?;
        let fresh = fresh.filter(|fresh| fresh.session.number == self.session.number);
        let fresh = fresh.ok_or_else(|| gone("the campaign is gone"))?;
        fresh.session.must_be_durable()?;
        fresh.must_know_all()?;
        fresh.session.know_process()?;
        fresh.session.end_process(self.session.connection().process())?;
        fresh.session.lock(Access::Together)?;
        std::mem::swap(&mut *self.session.connection(), &mut *fresh.session.connection());
        let member = self.member.borrow().clone();
        let member = member.ok_or_else(|| gone("not a worker"))?;
        let me = self.session.worker();
        let id = self.session.transact(|db| {
            // While nobody settles what others left.
            take_lock(db, me, server)?;
            let freed = db.execute(
                "UPDATE letter SET worker = NULL WHERE worker = ?1 AND state = 'waiting'",
                values![me],
            )?;
            if freed > 0 {
                crew::note_change(db, self.session.number)?;
            }
            let is_settled = "SELECT count(*) = 0 FROM worker WHERE id = ?1 AND ended IS NULL";
            if db.value(is_settled, values![me])? {
                return crew::register(db, &member, now);
            }
            Ok(me)
        })?;
        self.session.worker.store(id, Ordering::SeqCst);
        Ok(())
    }

    /// The last attempt that the pace knows.
    pub(in crate::ledger) fn tallied(&self) -> i64 {
        self.tallied.get()
    }
}

impl Session {
    /// Asks which process of the server this session is.
    pub(super) fn know_process(&self) -> Result<()> {
        let ask = "SELECT pid, (extract(epoch FROM backend_start) * 1000000)::BIGINT
             FROM pg_stat_activity WHERE pid = pg_backend_pid()";
        let connection = self.connection();
        let inner = &mut *connection.0.borrow_mut();
        let known = inner.client.query_one(ask, &[]);
        let known = known.and_then(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
        inner.process = Some(known.map_err(|error| unreadable(&self.server, &error))?);
        Ok(())
    }

    /// Ends a session that was lost, if the server still has it.
    fn end_process(&self, process: Option<(i32, i64)>) -> Result<()> {
        let Some((process, began)) = process else { return Ok(()) };
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE pid = $1 AND (extract(epoch FROM backend_start) * 1000000)::BIGINT = $2";
        let ended = self.connection().0.borrow_mut().client.query(end, &[&process, &began]);
        ended.map(drop).map_err(|error| unreadable(&self.server, &error).into())
    }
}

/// Takes the lock of a worker, which nobody has once its session has ended.
fn take_lock(db: Db, worker: i64, server: &str) -> Result<()> {
    let lock = format!("SELECT pg_try_advisory_lock({WORKERS}, {worker})");
    for _ in 0..=TRIES {
        if db.value(&lock, &[])? {
            return Ok(());
        }
        std::thread::sleep(PAUSE);
    }
    Err(flawed(server, ServerFlaw::Busy, "the session that was lost").into())
}

impl super::Connection {
    fn process(&self) -> Option<(i32, i64)> {
        self.0.borrow().process
    }
}
