//! SQL on an open ledger, whichever engine it stands on: the statements of this room are written once,
//! with parameters `?1`, `?2` and so on.
//!
//! An integer is an `i64`; a truth is 0 or 1. The engines themselves (how a ledger is opened, locked
//! and made durable) are in `sqlite` and `postgres`.

use std::fmt;

use rusqlite::types::{ToSqlOutput, ValueRef};

#[cfg(feature = "postgres")]
use super::postgres;

/// What is called with the values of each row, and what calls it.
pub(super) type Put<'a> = &'a mut dyn FnMut(&[Value]) -> Result<()>;
pub(super) type Rows<'a> = &'a mut dyn FnMut(Put) -> Result<()>;

/// A connection, or a transaction on it.
#[derive(Clone, Copy)]
pub(super) enum Db<'a> {
    Sqlite(&'a rusqlite::Connection),
    #[cfg(feature = "postgres")]
    Postgres(&'a postgres::Connection),
}

/// A value in a cell or for a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// Values for the parameters of a statement.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        &[$($crate::ledger::database::AsValue::as_value(&$value)),*]
    };
}
pub(super) use values;

/// Why a statement failed.
#[derive(Debug)]
pub(super) enum Error {
    Sqlite(rusqlite::Error),
    #[cfg(feature = "postgres")]
    Postgres(tokio_postgres::Error),
    /// A cell of a row holds something else than it has to.
    Cell {
        column: usize,
    },
    /// A row that has to be there is not.
    NoRow,
    /// This system opens no connection.
    #[cfg(feature = "postgres")]
    System(std::io::Error),
    /// The server lets connections in and says nothing.
    #[cfg(feature = "postgres")]
    Silent,
    /// It does not answer any more.
    #[cfg(feature = "postgres")]
    Stalled,
}

pub(super) type Result<T, E = Error> = std::result::Result<T, E>;

impl Db<'_> {
    /// Returns how many rows it changed.
    pub(super) fn execute(self, sql: &str, values: &[Value]) -> Result<u64> {
        match self {
            Self::Sqlite(db) => {
                let values = rusqlite::params_from_iter(values);
                Ok(db.prepare_cached(sql)?.execute(values)? as u64)
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => connection.execute(sql, values),
        }
    }

    /// Inserts at most one row into a table with a numeric `id`, and returns that, if there is one.
    pub(super) fn insert(self, sql: &str, values: &[Value]) -> Result<Option<i64>> {
        match self {
            Self::Sqlite(db) => {
                let values = rusqlite::params_from_iter(values);
                let inserted = db.prepare_cached(sql)?.execute(values)?;
                Ok((inserted == 1).then(|| db.last_insert_rowid()))
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => connection.insert(sql, values),
        }
    }

    /// Puts many rows into a table: `rows` calls what it gets with the values of each, in the order of
    /// the columns.
    pub(super) fn fill(self, table: &str, columns: &[&str], rows: Rows) -> Result<()> {
        match self {
            Self::Sqlite(_) => {
                let places: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
                let (columns, places) = (columns.join(", "), places.join(", "));
                let insert = format!("INSERT INTO {table} ({columns}) VALUES ({places})");
                rows(&mut |values| self.execute(&insert, values).map(drop))
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => connection.fill(table, columns, rows),
        }
    }

    /// Calls `take` with each row until it breaks off with an error.
    pub(super) fn each(
        self,
        sql: &str,
        values: &[Value],
        mut take: impl FnMut(Row) -> Result<()>,
    ) -> Result<()> {
        self.each_until(sql, values, |row| take(row).map(|()| true))
    }

    /// Calls `take` with each row as long as it returns true. It must not ask this connection anything.
    pub(super) fn each_until(
        self,
        sql: &str,
        values: &[Value],
        mut take: impl FnMut(Row) -> Result<bool>,
    ) -> Result<()> {
        match self {
            Self::Sqlite(db) => {
                let mut statement = db.prepare_cached(sql)?;
                let mut rows = statement.query(rusqlite::params_from_iter(values))?;
                while let Some(row) = rows.next()? {
                    if !take(Row::Sqlite(row))? {
                        break;
                    }
                }
                Ok(())
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => {
                connection.each(sql, values, |row| take(Row::Postgres(row)))
            }
        }
    }

    /// All rows.
    pub(super) fn all<T, C: FromIterator<T>>(
        self,
        sql: &str,
        values: &[Value],
        mut read: impl FnMut(Row) -> Result<T>,
    ) -> Result<C> {
        let mut found = Vec::new();
        self.each(sql, values, |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found.into_iter().collect())
    }

    /// The first row, if there is one.
    pub(super) fn first<T>(
        self,
        sql: &str,
        values: &[Value],
        read: impl Fn(Row) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut found = None;
        self.each_until(sql, values, |row| {
            found = Some(read(row)?);
            Ok(false)
        })?;
        Ok(found)
    }

    /// The first cell of a row that is always there.
    pub(super) fn value<T: Cell>(self, sql: &str, values: &[Value]) -> Result<T> {
        self.first(sql, values, |row| row.get(0))?.ok_or(Error::NoRow)
    }
}

/// A row of an answer.
#[derive(Clone, Copy)]
pub(super) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    #[cfg(feature = "postgres")]
    Postgres(&'a tokio_postgres::Row),
}

impl<'a> Row<'a> {
    /// A column's value, from 0.
    pub(super) fn get<T: Cell>(self, column: usize) -> Result<T> {
        T::of(self.at(column)?).ok_or(Error::Cell { column })
    }

    /// The text of a column that is never empty, not copied.
    pub(super) fn text(self, column: usize) -> Result<&'a str> {
        match self.at(column)? {
            Value::Text(text) => Ok(text),
            Value::Null | Value::Integer(_) | Value::Blob(_) => Err(Error::Cell { column }),
        }
    }

    pub(super) fn at(self, column: usize) -> Result<Value<'a>> {
        match self {
            Self::Sqlite(row) => match row.get_ref(column)? {
                ValueRef::Null => Ok(Value::Null),
                ValueRef::Integer(number) => Ok(Value::Integer(number)),
                ValueRef::Text(text) => {
                    std::str::from_utf8(text).map(Value::Text).map_err(|_| Error::Cell { column })
                }
                ValueRef::Blob(blob) => Ok(Value::Blob(blob)),
                ValueRef::Real(_) => Err(Error::Cell { column }),
            },
            #[cfg(feature = "postgres")]
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }
}

/// What a cell is read as.
pub(super) trait Cell: Sized {
    fn of(value: Value) -> Option<Self>;
}

impl Cell for i64 {
    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Integer(number) => Some(number),
            Value::Null | Value::Text(_) | Value::Blob(_) => None,
        }
    }
}

macro_rules! integer_cells {
    ($($integer:ty),*) => {
        $(impl Cell for $integer {
            fn of(value: Value) -> Option<Self> {
                i64::of(value)?.try_into().ok()
            }
        })*
    };
}
integer_cells!(u16, u32, u64);

impl Cell for bool {
    fn of(value: Value) -> Option<Self> {
        Some(i64::of(value)? != 0)
    }
}

impl Cell for String {
    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.to_owned()),
            Value::Null | Value::Integer(_) | Value::Blob(_) => None,
        }
    }
}

impl Cell for Vec<u8> {
    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Blob(blob) => Some(blob.to_vec()),
            Value::Null | Value::Integer(_) | Value::Text(_) => None,
        }
    }
}

impl<const N: usize> Cell for [u8; N] {
    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Blob(blob) => blob.try_into().ok(),
            Value::Null | Value::Integer(_) | Value::Text(_) => None,
        }
    }
}

impl<T: Cell> Cell for Option<T> {
    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            Value::Integer(_) | Value::Text(_) | Value::Blob(_) => T::of(value).map(Some),
        }
    }
}

/// What can be the value of a parameter.
pub(super) trait AsValue {
    fn as_value(&self) -> Value<'_>;
}

impl AsValue for Value<'_> {
    fn as_value(&self) -> Value<'_> {
        *self
    }
}

impl AsValue for i64 {
    fn as_value(&self) -> Value<'_> {
        Value::Integer(*self)
    }
}

impl AsValue for u64 {
    fn as_value(&self) -> Value<'_> {
        // No row, position or count comes near the largest.
        Value::Integer(i64::try_from(*self).unwrap_or(i64::MAX))
    }
}

impl AsValue for u32 {
    fn as_value(&self) -> Value<'_> {
        Value::Integer(i64::from(*self))
    }
}

impl AsValue for u16 {
    fn as_value(&self) -> Value<'_> {
        Value::Integer(i64::from(*self))
    }
}

impl AsValue for bool {
    fn as_value(&self) -> Value<'_> {
        Value::Integer(i64::from(*self))
    }
}

impl AsValue for str {
    fn as_value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl AsValue for String {
    fn as_value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl AsValue for std::borrow::Cow<'_, str> {
    fn as_value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl AsValue for Vec<u8> {
    fn as_value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl<const N: usize> AsValue for [u8; N] {
    fn as_value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl<T: AsValue> AsValue for Option<T> {
    fn as_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, AsValue::as_value)
    }
}

impl<T: AsValue + ?Sized> AsValue for &T {
    fn as_value(&self) -> Value<'_> {
        (**self).as_value()
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(blob) => ValueRef::Blob(blob),
        }))
    }
}

#[cfg(feature = "postgres")]
impl Error {
    /// The server's word for it.
    pub(super) fn code(&self) -> Option<&tokio_postgres::error::SqlState> {
        match self {
            Self::Postgres(error) => error.code(),
            Self::Sqlite(_)
            | Self::Cell { .. }
            | Self::NoRow
            | Self::System(_)
            | Self::Silent
            | Self::Stalled => None,
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

#[cfg(feature = "postgres")]
impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(error) => error.fmt(f),
            #[cfg(feature = "postgres")]
            Self::Postgres(error) => error.fmt(f),
            Self::Cell { column } => {
                write!(f, "a value of column {column} is not what it has to be")
            }
            Self::NoRow => f.write_str("a row is missing"),
            #[cfg(feature = "postgres")]
            Self::System(error) => error.fmt(f),
            #[cfg(feature = "postgres")]
            Self::Silent | Self::Stalled => f.write_str("the server does not answer"),
        }
    }
}

impl std::error::Error for Error {}
