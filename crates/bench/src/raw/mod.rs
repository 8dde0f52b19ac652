//! The limits of durable writes: the same rows in the bare database, from as few statements as they take.
//!
//! Invariant: the tables and indexes are the server's own, because the server made the database. Deliberately absent:
//! reading before writing, savepoints, and conflicts to be retried, all of which a server needs and a limit does not.

mod postgres;
mod rows;
mod sqlite;

pub(crate) use postgres::RawPostgres;
pub(crate) use rows::Write;
pub(crate) use sqlite::RawSqlite;
