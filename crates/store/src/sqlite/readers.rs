//! The reading connections: each query takes one for itself, on its caller's thread.
//!
//! Queries take microseconds, so they run inline instead of crossing to another thread. There are never more
//! connections than threads that read at one moment, so the pool needs no limit.
//!
//! A connection keeps its view of the store for the next query as long as nothing is committed, because to open and to
//! end one costs as much as two lookups, and asks the system for a lock twice. Invariants: a query never runs on a view
//! from before the last commit; whoever works on the log can have all views ended that nobody reads.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};

use super::connection::{SqliteTx, connect, control, sorted};
use crate::faults::Faults;
use crate::work::guard;
use crate::{ReadTx, StoreError};

pub(super) struct Readers {
    path: PathBuf,
    commits: Arc<AtomicU64>,
    idle: Mutex<Idle>,
}

/// The connections that nobody reads with.
struct Idle {
    readers: Vec<Reader>,
    /// Whether they may keep their views.
    views_are_kept: bool,
}

struct Reader {
    connection: Connection,
    /// How many commits there had been, at least, when the view was opened that is open still.
    view: Option<u64>,
}

impl Readers {
    /// Readers of the file at `path`, whose writer counts its `commits` before it tells anybody of them.
    pub(super) fn of(path: PathBuf, commits: Arc<AtomicU64>) -> Self {
        let idle = Idle {
            readers: Vec::new(),
            views_are_kept: true,
        };
        Self {
            path,
            commits,
            idle: Mutex::new(idle),
        }
    }

    /// Runs `body` on one unchanging view of the store: all that was committed when this began, or more.
    pub(super) fn read<T>(
        &self,
        faults: &Faults,
        mut body: impl FnMut(&ReadTx<'_>) -> T,
    ) -> Result<T, StoreError> {
        let mut reader = self.take()?;
        reader.renew_view(self.commits.load(Ordering::Acquire))?;
        let (ran, failure) = {
            let engine = SqliteTx {
                connection: &reader.connection,
            };
            let tx = ReadTx::new(&engine, faults);
            let ran = guard(|| body(&tx));
            (ran, tx.failure())
        };
        if failure.is_some() || ran.is_err() {
            // Nobody knows what became of the view.
            reader.end_view().inspect_err(give_up).ok();
        } else {
            self.give_back(reader);
        }
        match failure {
            Some(failure) => Err(failure),
            None => ran,
        }
    }

    /// Ends the views that nobody reads, so that the log can be moved.
    pub(super) fn end_views(&self) {
        let mut idle = self.idle.lock();
        idle.readers
            .retain_mut(|reader| reader.end_view().inspect_err(give_up).is_ok());
    }

    /// Runs `work` while no view outlives its query.
    pub(super) fn without_views<T>(&self, work: impl FnOnce() -> T) -> T {
        self.idle.lock().views_are_kept = false;
        self.end_views();
        let done = work();
        self.idle.lock().views_are_kept = true;
        done
    }

    /// Closes the connections nobody uses.
    pub(super) fn close(&self) {
        self.idle.lock().readers.clear();
    }

    fn take(&self) -> Result<Reader, StoreError> {
        let idle = self.idle.lock().readers.pop();
        idle.map_or_else(
            || {
                let opened = connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY);
                let connection = opened.map_err(|error| sorted("(open)", error))?;
                Ok(Reader {
                    connection,
                    view: None,
                })
            },
            Ok,
        )
    }

    fn give_back(&self, mut reader: Reader) {
        let mut idle = self.idle.lock();
        // A connection that cannot end its view would hold the log for ever: it is closed, not kept.
        if idle.views_are_kept || reader.end_view().inspect_err(give_up).is_ok() {
            idle.readers.push(reader);
        }
    }
}

impl Reader {
    /// Opens a view, unless the open one was opened after so many `commits`.
    fn renew_view(&mut self, commits: u64) -> Result<(), StoreError> {
        if self.view == Some(commits) {
            return Ok(());
        }
        self.end_view()?;
        control(&self.connection, "BEGIN")?;
        self.view = Some(commits);
        Ok(())
    }

    fn end_view(&mut self) -> Result<(), StoreError> {
        match self.view.take() {
            Some(_) => control(&self.connection, "COMMIT"),
            None => Ok(()),
        }
    }
}

fn give_up(error: &StoreError) {
    tracing::warn!(%error, "a reading connection was given up");
}
