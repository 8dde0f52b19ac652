//! The store: what Chandlery remembers, on SQLite or PostgreSQL, behind one narrow interface.
//!
//! [`Store`] opens transactions; [`ReadTx`] and [`WriteTx`] are what table functions (`tables/`) are methods of. Table
//! functions return domain types; no SQL is written outside this crate. Times are microseconds since the Unix epoch,
//! and come from the caller, like ids: the store reads no clock for anything it decides.

mod command;
mod error;
mod fault;
mod faults;
mod migrations;
mod observer;
mod postgres;
mod queue;
mod row;
mod schema;
mod sqlite;
mod store;
mod tables;
#[cfg(any(test, feature = "test-database"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod threads;
mod tx;
mod value;
mod work;

pub use command::{CommandOutcome, RequestKey};
pub use error::{Cause, OpenError, StoreError};
pub use faults::Faults;
pub use observer::{Observer, RetryCause};
pub use postgres::PostgresOptions;
pub use row::Row;
pub use schema::FoundSchema;
pub use sqlite::{Backup, BackupBreaker, BackupError, ReplaceError, Replacement};
pub use store::Store;
pub use tables::{
    AccessKey, CatalogCopy, Coverage, DefaultPolicyTarget, FailedAccounts, HandshakeFilter, Inserted,
    Installation, Job, JobCount, JobKind, JobState, KeyOwner, KeyUser, MetAccount, ReceivedShare, Role,
    Session, ShareOutcome, Singled, Totals, User, VisitedAccounts,
};
pub use tx::{ReadTx, WriteTx};
pub use value::{Kind, ToValue, Value};

pub(crate) use tx::statements;
pub(crate) use value::values;
