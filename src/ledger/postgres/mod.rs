//! Ledgers on a PostgreSQL server: how a session is opened, locked and written.
//!
//! Several workers may send the letters of a campaign at once; whoever changes anything else about them has
//! the ledger alone. Either way a process holds advisory locks of its session, and it writes over that same
//! session: whoever has lost the locks has lost the connection too, and can record nothing, so it begins
//! nothing. The server releases them when the connection ends, however that happens. Others may look, and
//! suppress addresses.

mod client;
#[cfg(test)]
pub(super) mod cluster;
mod connect;
mod crew;
mod reconnect;
mod steps;
mod writer;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use bytes::BytesMut;
use jiff::Timestamp;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type};
use tokio_postgres::{Row, Statement};

use super::HAVE_A_LETTER;
use super::database::{self, Db, Value, values};
use super::rollback_guard::{self, Guard, LOCK};
use super::{Location, Server, attempt, suppression};
use crate::delivery::WorkerName;
use crate::failure::{Doing, Failure, ServerFlaw};
use crate::files;
use crate::seal::SealRecord;
use crate::suppression::Suppressed;
use client::Client;
use connect::connect;
pub(super) use crew::claimed_by;
pub(super) use writer::Writer;

/// What `gonets ledger init` runs.
pub(super) const SCHEMA: &str = include_str!("schema.sql");
const VERSION: i64 = 3;

/// "gone" in ASCII: the lock of whoever writes letters is (this, the campaign's number). Workers share it.
const LETTERS: u32 = 0x676F_6E65;
/// The lock within a transaction that writes anything. Those that record attempts share it.
const CHANGES: u32 = LETTERS + 1;

/// How often, and after which pauses, the lock is tried: the server takes a moment to notice that a
/// process was killed.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);

/// How often a transaction waits for others that write, each time for `lock_timeout`.
const TURNS: u32 = 6;

/// Whether a lock keeps others out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Alone,
    /// Beside others that ask for the same.
    Together,
}

impl Access {
    /// How PostgreSQL's functions for it end.
    fn suffix(self) -> &'static str {
        match self {
            Self::Alone => "",
            Self::Together => "_shared",
        }
    }
}

/// An open session.
pub(super) struct Store {
    session: Arc<Session>,
    /// The last attempt that the pace knows, once it was asked for.
    tallied: Cell<i64>,
    /// Where it is noted what was committed, while this process may write letters.
    guard: Option<Arc<Guard>>,
    /// What the guard said when the ledger was opened.
    seen: u64,
    /// The campaign that the ledger is of.
    campaign: String,
    /// How it was opened, to be opened so again.
    at: Location,
    /// As whom it sends letters, and which.
    member: RefCell<Option<Member>>,
}

/// What others know of a worker.
#[derive(Clone)]
struct Member {
    seal: Option<SealRecord>,
    name: WorkerName,
    relay: String,
}

/// A session with a campaign. Its parts are used by one thread at a time.
struct Session {
    connection: Mutex<Connection>,
    server: String,
    /// The campaign's number on the server.
    number: i64,
    /// The worker's number; 0 as long as it is none.
    worker: AtomicI64,
}

/// A connection, for one statement after another.
pub(super) struct Connection(RefCell<Inner>);

struct Inner {
    client: Client,
    statements: HashMap<String, Statement>,
    /// The server's process for this session, and when it began, once a worker asked.
    process: Option<(i32, i64)>,
}

/// Creates the schema, or brings it up to date.
pub(super) fn init(server: &Server) -> Result<String> {
    let (mut client, name) = connect(server)?;
    let worded = |error: &database::Error| unreadable(&name, error);
    let version = version(&mut client).map_err(|error| worded(&error))?;
    if let Some(newer) = version.filter(|version| *version > VERSION) {
        return Err(flawed(&name, ServerFlaw::NewerSchema, &newer.to_string()).into());
    }
    let connection = Connection::new(client);
    upgrade(&connection, version).map_err(|error| failure(&name, error))?;
    Ok(name)
}

/// Runs the schema, in one transaction. If there is one of an older version, nobody may be sending letters: they
/// would go on with what is no longer there.
fn upgrade(connection: &Connection, from: Option<i64>) -> Result<()> {
    connection.batch("BEGIN")?;
    let db = Db::Postgres(connection);
    if from.is_some_and(|from| from < VERSION) {
        let ask = "SELECT campaign.number, campaign.id, coalesce(holder.who, '?')
             FROM gonets.campaign LEFT JOIN gonets.holder ON holder.campaign = campaign.number
             ORDER BY campaign.number";
        let campaigns: Vec<(i64, String, String)> =
            db.all(ask, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        for (number, id, who) in campaigns {
            let lock = format!("SELECT pg_try_advisory_xact_lock({LETTERS}, {number})");
            if !db.value::<bool>(&lock, &[])? {
                return Err(Failure::LedgerHeld { by: format!("{id}: {who}") }.into());
            }
            if from == Some(1) {
                // The letters' table may lack attempts of a run that was cut off.
                let enter = format!("SELECT set_config('gonets.campaign', '{number}', false)");
                connection.batch(&enter)?;
                attempt::fold(db)?;
            }
        }
    }
    connection.0.borrow_mut().client.long_batch(SCHEMA)?;
    Ok(connection.batch("COMMIT")?)
}

/// The version of the schema; `None` if there is none.
fn version(client: &mut Client) -> database::Result<Option<i64>> {
    match client.query_opt("SELECT version FROM gonets.version", &[]) {
        Ok(row) => Ok(row.map(|row| row.try_get(0)).transpose()?),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_missing(error: &database::Error) -> bool {
    let missing = [&SqlState::UNDEFINED_TABLE, &SqlState::INVALID_SCHEMA_NAME];
    error.code().is_some_and(|code| missing.contains(&code))
}

/// The suppression list of a ledger, also during a run. Empty if there is no ledger.
pub(super) fn suppressed(at: &Location, server: &Server) -> Result<Vec<Suppressed>> {
    // Whoever writes letters is told of another id.
    let at = Location { takes_other_id: true, ..at.clone() };
    match Store::find(&at, server)? {
        Some(store) => store.read(suppression::entries),
        None => Ok(Vec::new()),
    }
}

impl Store {
    /// Takes the lock; enters the campaign on the server if it is not there.
    pub(super) fn hold(
        at: &Location,
        server: &Server,
        access: Access,
        now: Timestamp,
    ) -> Result<Self> {
        let beside = at.folder.join(LOCK);
        let unusable = |error| Failure::file(Doing::Creating, &beside, &error);
        files::must_have_one_name(&beside).map_err(unusable)?;
        let mut store = if let Some(store) = Self::find(at, server)? {
            store
        } else {
            must_not_be_lost(at, server)?;
            Self::enter(at, server, now)?
        };
        store.session.must_be_durable()?;
        store.session.know_process()?;
        store.session.lock(access)?;
        let file = files::open_or_create(&beside).map_err(unusable)?;
        store.guard = Some(Arc::new(Guard::new(beside, file, &store.campaign)));
        Ok(store)
    }

    /// Like [`Store::hold`], for a ledger that comes from a file. Also returns whether it is new; one
    /// that is not may be what an interrupted move left.
    pub(super) fn hold_for_move(
        at: &Location,
        server: &Server,
        now: Timestamp,
    ) -> Result<(Self, bool)> {
        let (mut client, name) = connect(server)?;
        let set_aside = "UPDATE gonets.campaign SET id = id || ' (moved away, ' || number || ')'
             WHERE id = $1 AND moved IS NOT NULL";
        if version(&mut client).map_err(|error| unreadable(&name, &error))?.is_some() {
            client
                .execute(set_aside, &[&at.campaign])
                .map_err(|error| unreadable(&name, &error))?;
        }
        drop(client);
        let found = Self::find(at, server)?;
        let is_new = found.is_none();
        if is_new {
            Self::enter(at, server, now)?;
        }
        Ok((Self::hold(at, server, Access::Alone, now)?, is_new))
    }

    /// Gives the campaign's name back after a move that failed.
    pub(super) fn forget(&self) -> Result<()> {
        let number = self.session.number;
        self.session.transact(|db| {
            let aside = format!(
                "UPDATE gonets.campaign SET moved = '', id = id || ' (not moved, ' || number || ')'
                 WHERE number = {number}"
            );
            Ok(db.execute(&aside, &[]).map(drop)?)
        })
    }

    /// Opens the ledger to look at it, also during a run. Returns `None` if there is none.
    pub(super) fn look(at: &Location, server: &Server) -> Result<Option<Self>> {
        let Some(store) = Self::find(at, server)? else {
            must_not_be_lost(at, server)?;
            return Ok(None);
        };
        // What workers left that were cut off is settled before anybody looks.
        store.session.look_after_others(Timestamp::now())?;
        Ok(Some(store))
    }

    /// Opens the ledger beside the run that holds it, to change the suppression list and nothing else.
    pub(super) fn beside(at: &Location, server: &Server) -> Result<Self> {
        match Self::find(at, server)? {
            Some(store) => Ok(store),
            None => Err(Failure::LedgerHeld { by: "?".to_owned() }.into()),
        }
    }

    /// Connects to a server that has the campaign.
    fn find(at: &Location, server: &Server) -> Result<Option<Self>> {
        let (mut client, name) = connect(server)?;
        let worded = |error: &database::Error| unreadable(&name, error);
        match version(&mut client).map_err(|error| worded(&error))? {
            Some(VERSION) => {}
            None => return Err(flawed(&name, ServerFlaw::NoSchema, "").into()),
            Some(newer) if newer > VERSION => {
                return Err(flawed(&name, ServerFlaw::NewerSchema, &newer.to_string()).into());
            }
            Some(older) => {
                return Err(flawed(&name, ServerFlaw::OlderSchema, &older.to_string()).into());
            }
        }
        let ask = "SELECT number, moved FROM gonets.campaign WHERE id = $1";
        let found = client.query_opt(ask, &[&at.campaign]).map_err(|error| worded(&error))?;
        let mut campaign = at.campaign.clone();
        let row = if let Some(row) = found {
            row
        } else {
            // Somebody changed the id of the campaign.
            let Some(other) = rollback_guard::other_campaign(&at.folder.join(LOCK), &at.campaign)
            else {
                return Ok(None);
            };
            let found = client.query_opt(ask, &[&other]).map_err(|error| worded(&error))?;
            let Some(row) = found else { return Ok(None) };
            campaign = other;
            row
        };
        let (number, moved): (i64, Option<String>) = (row.get(0), row.get(1));
        if let Some(to) = moved {
            let from = format!("postgresql://{name}");
            return Err(Failure::LedgerMoved { from, to }.into());
        }
        let set = "SELECT set_config('gonets.campaign', $1, false)";
        client.execute(set, &[&number.to_string()]).map_err(|error| worded(&error))?;
        let connection = Mutex::new(Connection::new(client));
        let session =
            Arc::new(Session { connection, server: name, number, worker: AtomicI64::new(0) });
        let seen = rollback_guard::seen(&at.folder.join(LOCK), &campaign);
        let (tallied, member, at) = (Cell::new(0), RefCell::new(None), at.clone());
        let store = Self { session, tallied, guard: None, seen, campaign, at, member };
        if store.campaign != store.at.campaign && !store.at.takes_other_id {
            let letters = store.read(|db| db.value(HAVE_A_LETTER, &[]))?;
            let (folder, campaign) = (store.at.folder.clone(), store.campaign.clone());
            return Err(Failure::LedgerOfOther { folder, campaign, letters }.into());
        }
        Ok(Some(store))
    }

    fn enter(at: &Location, server: &Server, now: Timestamp) -> Result<Self> {
        let (mut client, name) = connect(server)?;
        let enter =
            "INSERT INTO gonets.campaign (id, created) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        client
            .execute(enter, &[&at.campaign, &now.as_millisecond()])
            .map_err(|error| unreadable(&name, &error))?;
        match Self::find(at, server)? {
            Some(store) => Ok(store),
            None => Err(flawed(&name, ServerFlaw::Other, "the campaign is gone again").into()),
        }
    }

    /// Whether this process may write letters.
    pub(super) fn is_ours(&self) -> bool {
        self.guard.is_some()
    }

    /// Who holds the ledger now, if anybody else does.
    pub(super) fn holder(&self) -> Option<String> {
        let held = format!(
            "SELECT who FROM holder WHERE EXISTS (
               SELECT FROM pg_locks
               WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
                 AND classid = {LETTERS}::oid AND objid = {}::oid AND objsubid = 2
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            self.session.number
        );
        self.read(|db| db.first(&held, &[], |row| row.get(0))).ok().flatten()
    }

    /// Fails if the ledger knows less than was recorded in it.
    pub(super) fn must_know_all(&self) -> Result<()> {
        let lost = self.seen.saturating_sub(self.read(rollback_guard::known)?);
        if lost == 0 {
            return Ok(());
        }
        Err(flawed(&self.session.server, ServerFlaw::Lost, &lost.to_string()).into())
    }

    /// Makes a change as a whole or not at all. Durable when this returns.
    pub(super) fn write<T>(&mut self, change: impl FnOnce(Db) -> Result<T>) -> Result<T> {
        let number = self.session.number;
        let (done, count) = self.session.transact(|db| {
            let done = change(db)?;
            // A run that goes on reads the suppression list again.
            crew::note_change(db, number)?;
            // Beside a run, which does the counting.
            let count = self.guard.as_ref().map(|_| rollback_guard::count(db)).transpose()?;
            Ok((done, count))
        })?;
        if let (Some(guard), Some(count)) = (&self.guard, count) {
            guard.note(count);
        }
        Ok(done)
    }

    /// Like [`Store::write`], not counted.
    pub(super) fn transact<T>(&mut self, change: impl FnOnce(Db) -> Result<T>) -> Result<T> {
        self.session.transact(change)
    }

    /// Takes down who works now, and settles what was left by workers that were cut off. Returns how many
    /// letters are unknown for that.
    pub(super) fn recover(&self, who: &str, now: Timestamp) -> Result<u64> {
        self.session.transact(|db| {
            db.execute("DELETE FROM holder", &[])?;
            db.execute("INSERT INTO holder (\"only\", who) VALUES (1, ?1)", values![who])?;
            let last = "UPDATE campaign SET folded = (SELECT coalesce(max(id), 0) FROM attempt)";
            let unknown = crew::recover(db, self.session.number, now)?;
            // A ledger in a file counts from there, if this one is moved.
            db.execute(last, &[])?;
            Ok(unknown)
        })
    }

    /// The domains of the letters that are being sent now. The others that have begun are known to whoever
    /// asks for the attempts afterwards.
    pub(super) fn underway(&self) -> Result<Vec<String>> {
        let (last, domains) = self.session.transact(|db| {
            let last = db.value("SELECT coalesce(max(id), 0) FROM attempt", &[])?;
            let ask = "SELECT address FROM letter WHERE worker IS NOT NULL AND state = 'sending'";
            Ok((last, db.all(ask, &[], |row| Ok(writer::domain(row.text(0)?)))?))
        })?;
        self.tallied.set(last);
        Ok(domains)
    }

    pub(super) fn read<T>(&self, ask: impl FnOnce(Db) -> database::Result<T>) -> Result<T> {
        let connection = self.session.connection();
        ask(Db::Postgres(&connection))
            .map_err(|error| unreadable(&self.session.server, &error).into())
    }

    /// From the next change on, the ledger is of another campaign.
    pub(super) fn rename(&mut self, campaign: &str) {
        campaign.clone_into(&mut self.campaign);
        self.guard.iter().for_each(|guard| guard.rename(campaign));
    }

    /// Notes that the ledger went elsewhere, and closes it.
    pub(super) fn close(&self, to: &str) -> Result<()> {
        let number = self.session.number;
        self.session.transact(|db| {
            let moved = format!("UPDATE gonets.campaign SET moved = ?1 WHERE number = {number}");
            Ok(db.execute(&moved, &[Value::Text(to)]).map(drop)?)
        })
    }

    /// The server, for messages.
    pub(super) fn name(&self) -> String {
        format!("postgresql://{}", self.session.server)
    }
}

impl Drop for Store {
    /// The next process need not wait until the server notices.
    fn drop(&mut self) {
        self.leave(Timestamp::now());
        if self.guard.is_some() {
            self.session.unlock();
        }
    }
}

impl Session {
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the lock of whoever writes letters, or reports who has it.
    fn lock(&self, access: Access) -> Result<()> {
        for turn in 0..=TRIES {
            if self.try_lock(access)? {
                return Ok(());
            }
            if turn < TRIES {
                std::thread::sleep(PAUSE);
            }
        }
        let ask = "SELECT who FROM holder";
        let last =
            || Db::Postgres(&self.connection()).first(ask, &[], |row| row.get(0)).ok().flatten();
        let by = self.at_work().or_else(last);
        Err(Failure::LedgerHeld { by: by.unwrap_or_else(|| "?".to_owned()) }.into())
    }

    fn try_lock(&self, access: Access) -> Result<bool> {
        let (suffix, number) = (access.suffix(), self.number);
        let lock = format!("SELECT pg_try_advisory_lock{suffix}({LETTERS}, {number})");
        let locked = self.connection().0.borrow_mut().client.query_one(&lock, &[]);
        let locked = locked.and_then(|row| Ok(row.try_get(0)?));
        locked.map_err(|error| unreadable(&self.server, &error).into())
    }

    fn unlock(&self) {
        // The end of the connection does the same.
        let _ = self
            .connection()
            .0
            .borrow_mut()
            .client
            .batch_execute("SELECT pg_advisory_unlock_all()");
    }

    /// Refuses a server on which a commit may be lost.
    fn must_be_durable(&self) -> Result<()> {
        for setting in ["fsync", "full_page_writes"] {
            let ask = format!("SHOW {setting}");
            let row = self.connection().0.borrow_mut().client.query_one(&ask, &[]);
            let value: database::Result<String> = row.and_then(|row| Ok(row.try_get(0)?));
            let value = value.map_err(|error| unreadable(&self.server, &error))?;
            if value != "on" {
                let detail = format!("{setting} = {value}");
                return Err(flawed(&self.server, ServerFlaw::NotDurable, &detail).into());
            }
        }
        Ok(())
    }

    /// One change after another, each as a whole or not at all.
    fn transact<T>(&self, change: impl FnOnce(Db) -> Result<T>) -> Result<T> {
        self.transact_with(Access::Alone, change)
    }

    fn transact_with<T>(&self, access: Access, change: impl FnOnce(Db) -> Result<T>) -> Result<T> {
        let connection = self.connection();
        let (suffix, number) = (access.suffix(), self.number);
        let begin = format!("BEGIN; SELECT pg_advisory_xact_lock{suffix}({CHANGES}, {number})");
        let mut turns = TURNS;
        let begun = loop {
            match connection.batch(&begin) {
                // Somebody may enrol a million letters.
                Err(error) if is_busy(&error) && turns > 1 => {
                    connection.batch("ROLLBACK").map_err(|it| unreadable(&self.server, &it))?;
                    turns -= 1;
                }
                begun => break begun,
            }
        };
        let done = begun.map_err(anyhow::Error::from).and_then(|()| {
            let done = change(Db::Postgres(&connection))?;
            connection.batch("COMMIT")?;
            Ok(done)
        });
        done.map_err(|error| {
            // Where this fails, the connection is gone and the server undoes it.
            let _ = connection.batch("ROLLBACK");
            failure(&self.server, error).into()
        })
    }
}

impl Connection {
    fn new(client: Client) -> Self {
        Self(RefCell::new(Inner { client, statements: HashMap::new(), process: None }))
    }

    pub(super) fn execute(&self, sql: &str, values: &[Value]) -> database::Result<u64> {
        let inner = &mut *self.0.borrow_mut();
        let statement = inner.prepared(sql)?;
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|it| it as _).collect();
        inner.client.execute(&statement, &values)
    }

    pub(super) fn insert(&self, sql: &str, values: &[Value]) -> database::Result<Option<i64>> {
        let mut id = None;
        self.each(&format!("{sql} RETURNING id"), values, |row| {
            id = Some(row.try_get(0)?);
            Ok(true)
        })?;
        Ok(id)
    }

    /// With COPY: a statement a row would be a round trip each.
    pub(super) fn fill(
        &self,
        table: &str,
        columns: &[&str],
        rows: database::Rows,
    ) -> database::Result<()> {
        let client = &mut self.0.borrow_mut().client;
        // A view takes no COPY; the number of the campaign is the table's default.
        let copy = format!("COPY gonets.{table} ({}) FROM STDIN", columns.join(", "));
        client.copy_in(&copy, |put| {
            let mut line = String::new();
            rows(&mut |values| {
                line.clear();
                for (column, value) in values.iter().enumerate() {
                    if column > 0 {
                        line.push('\t');
                    }
                    push_as_text(&mut line, value);
                }
                line.push('\n');
                put(&line)
            })
        })
    }

    pub(super) fn each(
        &self,
        sql: &str,
        values: &[Value],
        take: impl FnMut(&Row) -> database::Result<bool>,
    ) -> database::Result<()> {
        let inner = &mut *self.0.borrow_mut();
        let statement = inner.prepared(sql)?;
        inner.client.each(&statement, values, take)
    }

    /// Statements without parameters, in one message.
    fn batch(&self, sql: &str) -> database::Result<()> {
        self.0.borrow_mut().client.batch_execute(sql)
    }
}

impl Inner {
    /// The statement with PostgreSQL's way of writing parameters, prepared once.
    fn prepared(&mut self, sql: &str) -> database::Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&sql.replace('?', "$"))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

/// A value as in the text format of COPY.
fn push_as_text(line: &mut String, value: &Value) {
    match value {
        Value::Null => line.push_str("\\N"),
        Value::Integer(number) => line.push_str(&number.to_string()),
        Value::Text(text) => {
            for character in text.chars() {
                match character {
                    '\\' => line.push_str("\\\\"),
                    '\t' => line.push_str("\\t"),
                    '\n' => line.push_str("\\n"),
                    '\r' => line.push_str("\\r"),
                    '\0' => line.push('\u{fffd}'),
                    other => line.push(other),
                }
            }
        }
        Value::Blob(blob) => {
            line.push_str("\\\\x");
            blob.iter().for_each(|byte| line.push_str(&format!("{byte:02x}")));
        }
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match *self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(number) if *kind == Type::INT4 => {
                i32::try_from(number)?.to_sql(kind, out)
            }
            Self::Integer(number) => number.to_sql(&Type::INT8, out),
            // The one character that a text of PostgreSQL cannot have.
            Self::Text(text) if text.contains('\0') => {
                text.replace('\0', "\u{fffd}").to_sql(kind, out)
            }
            Self::Text(text) => text.to_sql(kind, out),
            Self::Blob(blob) => blob.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        let fits = match self {
            Self::Null => true,
            Self::Integer(_) => [Type::INT4, Type::INT8].contains(kind),
            Self::Text(_) => *kind == Type::TEXT,
            Self::Blob(_) => *kind == Type::BYTEA,
        };
        if !fits {
            return Err(format!("{self:?} where {kind} is wanted").into());
        }
        self.to_sql(kind, out)
    }
}

impl<'a> FromSql<'a> for Value<'a> {
    fn from_sql(
        kind: &Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match *kind {
            Type::INT8 => Self::Integer(i64::from_sql(kind, raw)?),
            Type::INT4 => Self::Integer(i64::from(i32::from_sql(kind, raw)?)),
            Type::BOOL => Self::Integer(i64::from(bool::from_sql(kind, raw)?)),
            Type::BYTEA => Self::Blob(raw),
            _ => Self::Text(<&str>::from_sql(kind, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::BOOL, Type::BYTEA, Type::TEXT].contains(kind)
    }
}

/// Whether the server gave up waiting for a lock.
fn is_busy(error: &database::Error) -> bool {
    error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE)
}

/// Rows to come get higher numbers than those that were brought along. Nobody's numbers are set back.
pub(super) fn pass_numbers_over(db: Db) -> database::Result<()> {
    for table in ["home", "attempt", "decision", "approval", "run", "answer"] {
        let pass = format!(
            "SELECT count(nextval('gonets.{table}_id_seq')) FROM generate_series(
               0, (SELECT coalesce(max(id), 0) FROM {table}) - (SELECT last_value FROM gonets.{table}_id_seq))"
        );
        db.each(&pass, &[], |_| Ok(()))?;
    }
    Ok(())
}

/// Refuses to enter a campaign where one was lost.
fn must_not_be_lost(at: &Location, server: &Server) -> Result<()> {
    match rollback_guard::seen(&at.folder.join(LOCK), &at.campaign) {
        0 => Ok(()),
        lost => {
            let (_, name) = connect(server)?;
            Err(flawed(&name, ServerFlaw::Lost, &lost.to_string()).into())
        }
    }
}

fn flawed(server: &str, flaw: ServerFlaw, detail: &str) -> Failure {
    Failure::LedgerServer { server: server.to_owned(), flaw, detail: detail.to_owned() }
}

/// Any error of the ledger as a [`Failure`].
fn failure(server: &str, error: anyhow::Error) -> Failure {
    match error.downcast::<Failure>() {
        Ok(failure) => failure,
        Err(error) => match error.downcast_ref::<database::Error>() {
            Some(cause) => unreadable(server, cause),
            None => flawed(server, ServerFlaw::Other, &error.to_string()),
        },
    }
}

fn unreadable(server: &str, error: &database::Error) -> Failure {
    match error {
        database::Error::Postgres(error) => failed(server, error),
        database::Error::System(error) => {
            flawed(server, ServerFlaw::Unreachable, &error.to_string())
        }
        database::Error::Silent => flawed(server, ServerFlaw::Silent, ""),
        database::Error::Stalled => flawed(server, ServerFlaw::Stalled, ""),
        error => flawed(server, ServerFlaw::Other, &error.to_string()),
    }
}

/// An error of the server, or of the way to it.
fn failed(server: &str, error: &tokio_postgres::Error) -> Failure {
    let Some(told) = error.as_db_error() else {
        // Its own words say only that something failed; the cause says what.
        let cause = std::error::Error::source(error);
        let detail = cause.map_or_else(|| error.to_string(), ToString::to_string);
        let flaw = if error.to_string().contains("TLS") {
            ServerFlaw::Tls
        } else {
            ServerFlaw::Unreachable
        };
        return flawed(server, flaw, &detail);
    };
    let flaw = match told.code() {
        code if *code == SqlState::INSUFFICIENT_PRIVILEGE => ServerFlaw::Forbidden,
        code if *code == SqlState::LOCK_NOT_AVAILABLE => ServerFlaw::Busy,
        code if *code == SqlState::DISK_FULL => ServerFlaw::DiskFull,
        code if *code == SqlState::READ_ONLY_SQL_TRANSACTION => ServerFlaw::ReadOnly,
        // Class 28: the login. Class 3D: no such database.
        code if code.code().starts_with("28") || code.code().starts_with("3D") => ServerFlaw::Login,
        // Class 08: the connection. Class 57P: the server is shut down or starting. Class 53: too many
        // connections.
        code if ["08", "57P", "53"].iter().any(|class| code.code().starts_with(class)) => {
            ServerFlaw::Unreachable
        }
        _ => ServerFlaw::Other,
    };
    flawed(server, flaw, told.message())
}
