//! What goes wrong in a store, sorted by what a caller can do about it.
//!
//! [`StoreError`] is for work on an open store, [`OpenError`] for opening one. Neither says anything about the
//! catalogue: "no such portfolio" is a value a table function returns, never an error of the store.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

/// The engine's own account of a failure. Shared, because one failed COMMIT is the answer to many requests.
pub type Cause = Arc<dyn Error + Send + Sync>;

/// Why a transaction did not happen.
///
/// Whatever the kind, nothing of the transaction is in the store; [`StoreError::Unavailable`] alone may say that this
/// is not known.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, lost the connection, or could not make the commit durable. Worth retrying.
    #[error("the store is unavailable: {what}")]
    Unavailable {
        /// What was being done.
        what: &'static str,
        /// What the engine said, if it said anything.
        source: Option<Cause>,
    },
    /// Other transactions got in the way, every time it was tried. Worth retrying.
    #[error("the store is busy with conflicting changes")]
    Contended {
        /// What the engine said.
        source: Option<Cause>,
    },
    /// More work is waiting than the store accepts. Worth retrying later.
    #[error("the store's queue is full")]
    Overloaded,
    /// A constraint of the schema was broken. Expected collisions are `ON CONFLICT`, so this is a bug of ours:
    /// on PostgreSQL once it has happened several times, because there it can be a conflict in disguise.
    #[error("a rule of the schema was broken")]
    Constraint {
        /// What the engine said.
        source: Cause,
    },
    /// The engine does not accept a statement: a bug of ours, or a schema changed behind our back.
    #[error("the store does not accept the statement `{sql}`")]
    Statement {
        /// The statement, without its values.
        sql: &'static str,
        /// What the engine said.
        source: Cause,
    },
    /// What was read is not what was once written: a damaged file, or a row edited by hand.
    #[error("the store holds something unreadable: {what}")]
    Corrupt {
        /// What was found, and what was expected.
        what: String,
    },
    /// The transaction's body panicked. Only its own caller sees this.
    #[error("the transaction panicked: {message}")]
    Panicked {
        /// The panic's message.
        message: String,
    },
}

impl StoreError {
    /// Whether the same call may succeed when it is made again.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { .. } | Self::Contended { .. } | Self::Overloaded
        )
    }

    /// A stored value that cannot be what was written: for table functions that turn columns into domain types.
    pub fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }

    pub(crate) fn unavailable(what: &'static str, source: impl Error + Send + Sync + 'static) -> Self {
        Self::Unavailable {
            what,
            source: Some(Arc::new(source)),
        }
    }

    /// The store is being closed, or its threads are gone.
    pub(crate) fn closed() -> Self {
        Self::Unavailable {
            what: "it is closed",
            source: None,
        }
    }
}

/// Why a store did not open. Every message is for the person who started the server, and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file in the store's place was not written by SQLite, or is damaged.
    #[error(
        "{} is not a SQLite database, or is damaged; restore it from a backup (chandlery restore), or move it away",
        path.display()
    )]
    NotADatabase {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: Cause,
    },
    /// The folder or file may not be read and written by this user.
    #[error("{} may not be read and written by this user; check its owner and mode", path.display())]
    Forbidden {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: Cause,
    },
    /// The folder or file could not be used for another reason, such as a full disk.
    #[error("{} could not be opened; check that the disk is there, works and is not full", path.display())]
    Unusable {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: Cause,
    },
    /// The database URL could not be read.
    #[error("the database URL is not one of PostgreSQL (postgres://user:password@host/database)")]
    Url {
        /// What is wrong with it.
        source: Cause,
    },
    /// A file of certificates could not be used.
    #[error("{} could not be read as a PEM file of certificates", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Cause,
    },
    /// The database server did not answer, or did not let us in.
    #[error("the database server could not be reached, or did not let us in; check the URL and that it runs")]
    Unreachable {
        /// What the last attempt said.
        source: Cause,
    },
    /// The schema is newer than this binary.
    #[error(
        "the store was written by a newer chandlery: it has schema {found}, this binary knows {known}; use the newer \
         binary"
    )]
    NewerSchema {
        /// The newest migration in the store.
        found: i64,
        /// The newest migration this binary has.
        known: i64,
    },
    /// A migration in the store is not the one this binary has under the same number.
    #[error(
        "migration {version} ({name}) of the store is not the one this binary knows; it was written by another build \
         of chandlery: use that one, or start with a fresh store"
    )]
    ChangedMigration {
        /// The migration's number.
        version: i64,
        /// The migration's name.
        name: String,
    },
    /// A migration failed; the store is as it was before it.
    #[error("migration {version} ({name}) failed; the store is unchanged")]
    Migration {
        /// The migration's number; 0 is the ledger itself.
        version: i64,
        /// The migration's name.
        name: &'static str,
        /// What the engine said.
        source: Cause,
    },
    /// The system gave us no thread.
    #[error("no thread could be started for the store")]
    Thread {
        /// What the system said.
        source: Cause,
    },
}
