//! Opening the file: its modes, its schema, and errors a person can act on.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, params};

use super::connection::connect;
use crate::OpenError;
use crate::migrations::{Applied, Dialect, LIST_APPLIED, MIGRATIONS, Migration, RECORD, now_us, pending};

const DIALECT: Dialect = Dialect {
    text: "TEXT",
    bytes: "BLOB",
    boolean: "INTEGER",
};

/// Opens the writer's connection to `path`, creating the file where there is none.
pub(super) fn open(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut connection = connect(path, flags).map_err(|error| failed(path, error))?;
    set_modes(&connection).map_err(|error| failed(path, error))?;
    migrate(&mut connection, MIGRATIONS, path)?;
    Ok(connection)
}

fn set_modes(connection: &Connection) -> rusqlite::Result<()> {
    // The first statement that reads the file, and so the one that finds out what it is.
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        tracing::warn!(mode, "the file system does not support SQLite's write-ahead log");
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // The checkpointing thread's work.
    connection.query_row("PRAGMA wal_autocheckpoint = 0", [], |_| Ok(()))
}

/// Applies the steps of `known` that the store has not had, each in a transaction of its own.
pub(super) fn migrate(
    connection: &mut Connection,
    known: &[Migration],
    path: &Path,
) -> Result<(), OpenError> {
    connection
        .execute_batch(&DIALECT.ledger())
        .map_err(|error| failed(path, error))?;
    let applied = applied(connection).map_err(|error| failed(path, error))?;
    for migration in pending(known, &applied)? {
        apply(connection, migration).map_err(|error| migration.failed(error))?;
        tracing::info!(
            version = migration.version,
            name = migration.name,
            "migrated the store"
        );
    }
    Ok(())
}

/// The steps that the store at `path` has had, read without writing; `None` where it has no ledger.
pub(super) fn find_applied(path: &Path) -> Result<Option<Vec<Applied>>, OpenError> {
    let found = || {
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        if connection.table_exists(None, "schema_migration")? {
            applied(&connection).map(Some)
        } else {
            Ok(None)
        }
    };
    found().map_err(|error| failed(path, error))
}

fn applied(connection: &Connection) -> rusqlite::Result<Vec<Applied>> {
    let mut statement = connection.prepare(LIST_APPLIED)?;
    let rows = statement.query_map([], |row| {
        Ok(Applied {
            version: row.get(0)?,
            name: row.get(1)?,
            checksum: row.get(2)?,
        })
    })?;
    rows.collect()
}

fn apply(connection: &mut Connection, migration: &Migration) -> rusqlite::Result<()> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(&DIALECT.render(migration.text))?;
    let (version, name) = (migration.version, migration.name);
    tx.execute(RECORD, params![version, name, migration.checksum(), now_us()])?;
    tx.commit()
}

/// SQLite says "cannot open" for many things; the file system knows which.
pub(super) fn failed(path: &Path, error: rusqlite::Error) -> OpenError {
    let code = error.sqlite_error_code();
    let path = PathBuf::from(path);
    let source = Arc::new(error);
    match code {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            OpenError::NotADatabase { path, source }
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => OpenError::Forbidden { path, source },
        _ if is_forbidden(&path) => OpenError::Forbidden { path, source },
        _ => OpenError::Unusable { path, source },
    }
}

/// A replacement of the store that was decided could not be finished.
pub(super) fn out_of_place(path: &Path, error: std::io::Error) -> OpenError {
    let path = PathBuf::from(path);
    let is_forbidden = error.kind() == ErrorKind::PermissionDenied;
    let source = Arc::new(error);
    if is_forbidden {
        OpenError::Forbidden { path, source }
    } else {
        OpenError::Unusable { path, source }
    }
}

fn is_forbidden(path: &Path) -> bool {
    match std::fs::OpenOptions::new().read(true).write(true).open(path) {
        Ok(_) => false,
        Err(error) if error.kind() == ErrorKind::NotFound => path.parent().is_some_and(|folder| {
            std::fs::read_dir(folder).is_err_and(|it| it.kind() == ErrorKind::PermissionDenied)
        }),
        Err(error) => error.kind() == ErrorKind::PermissionDenied,
    }
}
