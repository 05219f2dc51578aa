//! One connection to the server, on which nothing is waited for without end.
//!
//! A server that was stopped, or a network that swallows packets, says neither yes nor no. Keepalives and
//! `tcp_user_timeout` find only the network (the kernel answers for a stopped server), and a timeout on the
//! server needs a server that runs. So every wait for a reply is bounded here. A connection that let one pass
//! is closed at once, and every later statement fails: nobody can tell what it still did.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, TryStreamExt as _};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Config, Row, Socket, Statement, ToStatement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::super::database::{Error, Result, Value};

/// How long a reply may take, or the next row of an answer. Longer than `lock_timeout` in `connect`.
pub(super) const DEADLINE: Duration = Duration::from_secs(30);

/// How long the end of a batch of many rows may take, which the server writes into its indexes then.
const BULK_DEADLINE: Duration = Duration::from_mins(2);

/// How long it may take to bring a large database up to date.
const LONG_DEADLINE: Duration = Duration::from_mins(30);

/// How long the farewell may take: others need not wait until the server notices.
const FAREWELL: Duration = Duration::from_secs(1);

/// A part of what is copied. More than one is on its way at once.
const PART: usize = 1 << 16;

/// How many octets of rows are copied by one statement.
const BATCH: usize = 4 << 20;

/// `None` once a reply did not come in time.
pub(super) struct Client(Option<Open>);

struct Open {
    client: tokio_postgres::Client,
    runtime: Runtime,
    /// Carries what the client asks; ends with the connection. Taken once it was asked why.
    carrier: Option<JoinHandle<Result<(), tokio_postgres::Error>>>,
}

impl Client {
    /// Connects within a time.
    pub(super) fn open(
        config: &Config,
        tls: Option<MakeRustlsConnect>,
        time: Duration,
    ) -> Result<Self> {
        match tls {
            Some(tls) => Self::open_with(config, tls, time),
            None => Self::open_with(config, tokio_postgres::NoTls, time),
        }
    }

    fn open_with<T>(config: &Config, tls: T, time: Duration) -> Result<Self>
    where
        T: MakeTlsConnect<Socket>,
        T::Stream: Send + 'static,
    {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(Error::System)?;
        // `connect_timeout` of the configuration is for each address and for TCP alone.
        let connected = runtime.block_on(async { timeout(time, config.connect(tls)).await });
        let Ok(connected) = connected else {
            // A name that is still being looked up must not be waited for.
            runtime.shutdown_background();
            return Err(Error::Silent);
        };
        let (client, connection) = connected?;
        let carrier = Some(runtime.spawn(connection));
        Ok(Self(Some(Open { client, runtime, carrier })))
    }

    pub(super) fn execute<T: ?Sized + ToStatement>(
        &mut self,
        statement: &T,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<u64> {
        self.wait(DEADLINE, async |client| client.execute(statement, values).await)
    }

    pub(super) fn query<T: ?Sized + ToStatement>(
        &mut self,
        statement: &T,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>> {
        self.wait(DEADLINE, async |client| client.query(statement, values).await)
    }

    pub(super) fn query_one<T: ?Sized + ToStatement>(
        &mut self,
        statement: &T,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Row> {
        self.wait(DEADLINE, async |client| client.query_one(statement, values).await)
    }

    pub(super) fn query_opt<T: ?Sized + ToStatement>(
        &mut self,
        statement: &T,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Option<Row>> {
        self.wait(DEADLINE, async |client| client.query_opt(statement, values).await)
    }

    pub(super) fn prepare(&mut self, sql: &str) -> Result<Statement> {
        self.wait(DEADLINE, async |client| client.prepare(sql).await)
    }

    /// Statements without parameters, in one message.
    pub(super) fn batch_execute(&mut self, sql: &str) -> Result<()> {
        self.wait(DEADLINE, async |client| client.batch_execute(sql).await)
    }

    /// The same for what builds indexes.
    pub(super) fn long_batch(&mut self, sql: &str) -> Result<()> {
        self.wait(LONG_DEADLINE, async |client| client.batch_execute(sql).await)
    }

    /// Calls `take` with each row as long as it returns true.
    pub(super) fn each(
        &mut self,
        statement: &Statement,
        values: &[Value],
        mut take: impl FnMut(&Row) -> Result<bool>,
    ) -> Result<()> {
        let rows = self.wait(DEADLINE, async |client| client.query_raw(statement, values).await)?;
        let mut rows = pin!(rows);
        while let Some(row) = self.wait(DEADLINE, async |_| rows.try_next().await)? {
            if !take(&row)? {
                break;
            }
        }
        Ok(())
    }

    /// Copies rows to the server: `rows` calls what it gets with each, as a line of COPY's text format.
    pub(super) fn copy_in(
        &mut self,
        copy: &str,
        rows: impl FnOnce(&mut dyn FnMut(&str) -> Result<()>) -> Result<()>,
    ) -> Result<()> {
        let mut part = String::with_capacity(PART + 1024);
        let mut batch = Vec::new();
        let mut size = 0;
        rows(&mut |line| {
            part.push_str(line);
            if part.len() < PART {
                return Ok(());
            }
            size += part.len();
            batch.push(Bytes::from(std::mem::take(&mut part)));
            if size >= BATCH {
                size = 0;
                self.copy_batch(copy, std::mem::take(&mut batch))?;
            }
            Ok(())
        })?;
        batch.push(Bytes::from(part));
        self.copy_batch(copy, batch)
    }

    fn copy_batch(&mut self, copy: &str, parts: Vec<Bytes>) -> Result<()> {
        let sink = self.wait(DEADLINE, async |client| client.copy_in(copy).await)?;
        let mut sink = pin!(sink);
        for part in parts {
            self.wait(DEADLINE, async |_| sink.as_mut().send(part).await)?;
        }
        self.wait(BULK_DEADLINE, async |_| sink.as_mut().finish().await).map(drop)
    }

    /// Waits for a reply, but no longer than that.
    fn wait<T>(
        &mut self,
        time: Duration,
        act: impl AsyncFnOnce(&tokio_postgres::Client) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T> {
        let Some(Open { client, runtime, carrier }) = &mut self.0 else {
            return Err(Error::Stalled);
        };
        match runtime.block_on(async { timeout(time, act(client)).await }) {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => {
                // The carrier knows why there is no connection any more.
                let ended = carrier.take_if(|it| error.is_closed() && it.is_finished());
                let why = ended.and_then(|it| runtime.block_on(it).ok()?.err());
                Err(why.unwrap_or(error).into())
            }
            Err(_) => {
                self.0.take().into_iter().for_each(|it| it.runtime.shutdown_background());
                Err(Error::Stalled)
            }
        }
    }
}

impl Drop for Client {
    /// Takes leave.
    fn drop(&mut self) {
        let Some(Open { client, runtime, carrier }) = self.0.take() else { return };
        drop(client);
        if let Some(carrier) = carrier {
            let _ = runtime.block_on(async { timeout(FAREWELL, carrier).await });
        }
        runtime.shutdown_background();
    }
}
