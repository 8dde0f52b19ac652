//! The schema on PostgreSQL. Replicas that start at once take turns: the ledger is locked for each step.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio_postgres::error::SqlState;

use super::columns::PostgresRow;
use super::connect::Server;
use super::session::{Session, Trip};
use crate::migrations::{Applied, Dialect, LIST_APPLIED, MIGRATIONS, Migration, RECORD, now_us, pending};
use crate::{OpenError, Row, StoreError, values};

/// Byte order, as SQLite has it, whatever language the database was created for: pages are cut by it.
const DIALECT: Dialect = Dialect {
    text: "TEXT COLLATE \"C\"",
    bytes: "BYTEA",
    boolean: "BOOLEAN",
};

/// How long a step of the schema may take. It may have to rewrite every row.
const STEP_LIMIT: Duration = Duration::from_hours(1);

/// How often the ledger is created, should another replica be creating it at this very moment.
const LEDGER_TRIES: u32 = 20;

/// What two replicas that create the ledger at once may be told.
const CREATED_MEANWHILE: [SqlState; 3] = [
    SqlState::UNIQUE_VIOLATION,
    SqlState::DUPLICATE_TABLE,
    SqlState::DUPLICATE_OBJECT,
];

/// Brings the schema up to date.
pub(super) fn migrate(server: &Server) -> Result<(), OpenError> {
    let session = Session::open(server, STEP_LIMIT).map_err(unreachable)?;
    create_ledger(&session)?;
    while let Some(done) = apply_next(&session)? {
        tracing::info!(version = done.version, name = done.name, "migrated the store");
    }
    Ok(())
}

/// The steps that the store has had, read without writing; `None` where it has no ledger.
pub(super) fn find_applied(server: &Server) -> Result<Option<Vec<Applied>>, OpenError> {
    const FIND_LEDGER: &str = "SELECT to_regclass('schema_migration') IS NOT NULL";
    let session = Session::open(server, server.options.round_trip_limit).map_err(unreachable)?;
    let found = session
        .wait(session.query(FIND_LEDGER, values![]))
        .map_err(|trip| unreachable(trip.sorted(FIND_LEDGER)))?;
    let has_ledger = found.first().is_some_and(|row| row.get(0));
    has_ledger
        .then(|| applied(&session).map_err(unreachable))
        .transpose()
}

fn create_ledger(session: &Session) -> Result<(), OpenError> {
    let sql = DIALECT.ledger();
    let mut tries = 1;
    loop {
        match session.wait(session.client.batch_execute(&sql)) {
            Ok(()) => return Ok(()),
            Err(Trip::Failed(error))
                if tries < LEDGER_TRIES && error.code().is_some_and(|it| CREATED_MEANWHILE.contains(it)) =>
            {
                tries += 1;
                thread::sleep(Duration::from_millis(20));
            }
            Err(trip) => return Err(ledger_failed(trip.sorted("(the ledger)"))),
        }
    }
}

/// Applies the next step, if there is one, in a transaction that holds the ledger.
fn apply_next(session: &Session) -> Result<Option<&'static Migration>, OpenError> {
    let begin = "BEGIN ISOLATION LEVEL READ COMMITTED; LOCK TABLE schema_migration IN ACCESS EXCLUSIVE MODE";
    session.control(begin).map_err(ledger_failed)?;
    let applied = applied(session).map_err(ledger_failed)?;
    let next = pending(MIGRATIONS, &applied)?.first();
    if let Some(migration) = next {
        apply(session, migration).map_err(|failure| migration.failed(failure))?;
    }
    session.control("COMMIT").map_err(ledger_failed)?;
    Ok(next)
}

fn applied(session: &Session) -> Result<Vec<Applied>, StoreError> {
    let rows = session
        .wait(session.query(LIST_APPLIED, values![]))
        .map_err(|trip| trip.sorted(LIST_APPLIED))?;
    let mut applied = Vec::with_capacity(rows.len());
    for row in &rows {
        let row = PostgresRow { row };
        applied.push(Applied {
            version: row.integer(0)?,
            name: row.text(1)?.to_owned(),
            checksum: row.text(2)?.to_owned(),
        });
    }
    Ok(applied)
}

fn apply(session: &Session, migration: &'static Migration) -> Result<(), StoreError> {
    let text = DIALECT.render(migration.text);
    session
        .wait(session.client.batch_execute(&text))
        .map_err(|trip| trip.sorted(migration.text))?;
    let (version, name, checksum) = (migration.version, migration.name, migration.checksum());
    session
        .wait(session.execute(RECORD, values![version, name, checksum, now_us()]))
        .map_err(|trip| trip.sorted(RECORD))?;
    Ok(())
}

fn unreachable(failure: StoreError) -> OpenError {
    OpenError::Unreachable {
        source: Arc::new(failure),
    }
}

fn ledger_failed(failure: StoreError) -> OpenError {
    OpenError::Migration {
        version: 0,
        name: "the ledger",
        source: Arc::new(failure),
    }
}
