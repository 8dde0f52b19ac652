//! Whoever watches the store at work: they hear of every commit, and of every transaction that is run again.
//!
//! Invariant: without an observer nothing is timed, and with one a commit costs two looks at the clock and one call.
//! A trait of our own, so that this crate knows no library of metrics; given once, after opening, because the engine that
//! watches is made over the open store. Deliberately absent: what is counted and where it is kept.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Told of what the store does, on the store's own threads: it must not wait.
pub trait Observer: Send + Sync {
    /// One COMMIT was made durable in `took`. So many transactions that wrote something shared it: at least one, because
    /// a COMMIT of nothing, which a worker that finds no job makes twice a second, is not told.
    fn committed(&self, transactions: usize, took: Duration);

    /// A transaction is run again, because of `cause`.
    fn retried(&self, cause: RetryCause);
}

/// Why a transaction is run again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryCause {
    /// PostgreSQL could not run it as if it were alone.
    Serialization,
    /// PostgreSQL found it and another one waiting for each other.
    Deadlock,
    /// A rule of the schema was broken, which on PostgreSQL may be a conflict in disguise.
    Constraint,
    /// The connection to PostgreSQL was lost before COMMIT.
    ConnectionLost,
    /// COMMIT was sent to PostgreSQL, and no answer came.
    CommitUnanswered,
    /// SQLite was locked, by a process other than the server.
    Busy,
}

impl RetryCause {
    /// Every cause.
    pub const ALL: [Self; 6] = [
        Self::Serialization,
        Self::Deadlock,
        Self::Constraint,
        Self::ConnectionLost,
        Self::CommitUnanswered,
        Self::Busy,
    ];

    /// Its name, for labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Serialization => "serialization",
            Self::Deadlock => "deadlock",
            Self::Constraint => "constraint",
            Self::ConnectionLost => "connection_lost",
            Self::CommitUnanswered => "commit_unanswered",
            Self::Busy => "busy",
        }
    }
}

/// The store's observer, if it has one by now. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Observed(Arc<OnceLock<Arc<dyn Observer>>>);

impl Observed {
    /// Tells `observer` from now on, unless there is one.
    pub(crate) fn by(&self, observer: Arc<dyn Observer>) {
        // A second engine over one store, which only tests make, watches nothing.
        let _ = self.0.set(observer);
    }

    /// When what comes now begins, if anybody wants to know.
    pub(crate) fn begin(&self) -> Option<Instant> {
        self.0.get().map(|_| Instant::now())
    }

    /// So many transactions that wrote something were committed by what began at `begun`.
    pub(crate) fn committed(&self, transactions: usize, begun: Option<Instant>) {
        if let (Some(observer), Some(begun)) = (self.0.get(), begun) {
            observer.committed(transactions, begun.elapsed());
        }
    }

    /// A transaction is run again.
    pub(crate) fn retried(&self, cause: RetryCause) {
        if let Some(observer) = self.0.get() {
            observer.retried(cause);
        }
    }
}
