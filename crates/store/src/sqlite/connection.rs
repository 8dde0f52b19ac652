//! One SQLite connection as a [`Tx`]: values in, rows out, errors sorted.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql};

use crate::tx::{EachRow, Tx};
use crate::{Row, StoreError, Value};

/// How long a connection waits for another one's lock. Only a person with a shell of their own holds one that long.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// How many prepared statements a connection keeps: all we have, with room.
const STATEMENTS_KEPT: usize = 1_024;

/// Opens a connection to `path` with what every connection has in common.
pub(super) fn connect(path: &std::path::Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    // A connection is used by one thread at a time, so SQLite need not lock it.
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // Otherwise a statement is planned anew whenever a value is bound that a plan might depend on, which `LIMIT $n` is
    // enough for. Measured: half as many pages of 20 shares a second.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// Runs one of the engine's own statements: begin, commit and the like.
pub(super) fn control(connection: &Connection, sql: &'static str) -> Result<(), StoreError> {
    let ran = connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.raw_execute());
    ran.map(drop).map_err(|error| sorted(sql, error))
}

/// The open transaction of a connection.
pub(super) struct SqliteTx<'c> {
    pub(super) connection: &'c Connection,
}

impl Tx for SqliteTx<'_> {
    fn query(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut EachRow<'_>,
    ) -> Result<(), StoreError> {
        let mut statement = self.prepared(sql, values)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(|error| sorted(sql, error))? {
            each(&SqliteRow { row })?;
        }
        Ok(())
    }

    fn execute(&self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let rows = self.prepared(sql, values)?.raw_execute();
        // A usize is no wider than a u64 on any machine SQLite runs on.
        rows.map(|rows| rows as u64).map_err(|error| sorted(sql, error))
    }

    fn execute_each(&self, sql: &'static str, rows: &[Vec<Value<'_>>]) -> Result<Vec<u64>, StoreError> {
        rows.iter().map(|values| self.execute(sql, values)).collect()
    }
}

impl<'c> SqliteTx<'c> {
    fn prepared(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<rusqlite::CachedStatement<'c>, StoreError> {
        let bind = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            let wanted = statement.parameter_count();
            if values.len() != wanted {
                return Err(rusqlite::Error::InvalidParameterCount(values.len(), wanted));
            }
            for (index, value) in values.iter().enumerate() {
                statement.raw_bind_parameter(index + 1, value)?;
            }
            Ok(statement)
        };
        bind().map_err(|error| sorted(sql, error))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Integer(integer) => ValueRef::Integer(integer),
            Value::Boolean(boolean) => ValueRef::Integer(i64::from(boolean)),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Null(_) => ValueRef::Null,
        }))
    }
}

struct SqliteRow<'r, 's> {
    row: &'r rusqlite::Row<'s>,
}

impl SqliteRow<'_, '_> {
    fn column(&self, index: usize) -> Result<ValueRef<'_>, StoreError> {
        self.row
            .get_ref(index)
            .map_err(|error| StoreError::corrupt(format!("column {index}: {error}")))
    }
}

impl Row for SqliteRow<'_, '_> {
    fn maybe_text(&self, index: usize) -> Result<Option<&str>, StoreError> {
        match self.column(index)? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(text) => match str::from_utf8(text) {
                Ok(text) => Ok(Some(text)),
                Err(_) => Err(StoreError::corrupt(format!("column {index} is not UTF-8"))),
            },
            other => Err(wrong_kind(index, other, "text")),
        }
    }

    fn maybe_integer(&self, index: usize) -> Result<Option<i64>, StoreError> {
        match self.column(index)? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(integer) => Ok(Some(integer)),
            other => Err(wrong_kind(index, other, "a whole number")),
        }
    }

    fn maybe_boolean(&self, index: usize) -> Result<Option<bool>, StoreError> {
        match self.column(index)? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(0) => Ok(Some(false)),
            ValueRef::Integer(1) => Ok(Some(true)),
            other => Err(wrong_kind(index, other, "a boolean")),
        }
    }

    fn maybe_bytes(&self, index: usize) -> Result<Option<&[u8]>, StoreError> {
        match self.column(index)? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => Ok(Some(bytes)),
            other => Err(wrong_kind(index, other, "bytes")),
        }
    }
}

fn wrong_kind(index: usize, found: ValueRef<'_>, wanted: &str) -> StoreError {
    StoreError::corrupt(format!(
        "column {index} holds {}, not {wanted}",
        found.data_type()
    ))
}

/// An error of SQLite's, by what can be done about it.
pub(super) fn sorted(sql: &'static str, error: rusqlite::Error) -> StoreError {
    let code = error.sqlite_error_code();
    let source = Arc::new(error);
    match code {
        Some(ErrorCode::ConstraintViolation) => StoreError::Constraint { source },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Contended { source: Some(source) }
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::corrupt(source.to_string()),
        Some(
            ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::OutOfMemory
            | ErrorCode::PermissionDenied
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::OperationInterrupted
            | ErrorCode::OperationAborted,
        ) => StoreError::Unavailable {
            what: "its file cannot be read or written",
            source: Some(source),
        },
        _ => StoreError::Statement { sql, source },
    }
}
