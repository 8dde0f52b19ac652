//! The reading connections: each query takes one for itself, on its caller's thread.
//!
//! Queries take microseconds, so they run inline instead of crossing to another thread. There are never more
//! connections than threads that read at one moment, so the pool needs no limit.
//!
//! A connection keeps its view of the store for the next query as long as nothing is committed, because to open and to
//! end one costs as much as two lookups, and asks the system for a lock twice. Invariants: a query never runs on a view
//! from before the last commit, nor on one that is older than what any query before it saw; whoever works on the log can
//! have all views ended that nobody reads, and those that somebody does with their query.

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
    /// How often all views were ended. One that was in use then ends with its query.
    ends: u64,
}

struct Reader {
    connection: Connection,
    /// The view that is open still.
    view: Option<View>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct View {
    /// How far the writer had counted when it was opened.
    commits: u64,
    /// How often all views had been ended by then.
    ends: u64,
}

impl Readers {
    /// Readers of the file at `path`, whose writer counts in `commits` when it begins to commit, and again when it has and
    /// nobody was told yet: while the number is odd, some may see what others do not.
    pub(super) fn of(path: PathBuf, commits: Arc<AtomicU64>) -> Self {
        let idle = Idle {
            readers: Vec::new(),
            views_are_kept: true,
            ends: 0,
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
        let reader = self.take()?;
        let (ran, failure) = {
            let engine = SqliteTx {
                connection: &reader.connection,
            };
            let tx = ReadTx::new(&engine, faults);
            let ran = guard(|| body(&tx));
            (ran, tx.failure())
        };
        // After a failure nobody knows what became of the view: it goes with its connection.
        if failure.is_none() && ran.is_ok() {
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
        idle.ends += 1;
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

    /// A connection with a view of all that is committed.
    fn take(&self) -> Result<Reader, StoreError> {
        let (idle, ends) = {
            let mut idle = self.idle.lock();
            (idle.readers.pop(), idle.ends)
        };
        let view = View {
            commits: self.commits.load(Ordering::Acquire),
            ends,
        };
        if let Some(mut reader) = idle
            && reader.renew_view(view).inspect_err(give_up).is_ok()
        {
            return Ok(reader);
        }
        let opened = connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY);
        let mut reader = Reader {
            connection: opened.map_err(|error| sorted("(open)", error))?,
            view: None,
        };
        reader.renew_view(view)?;
        Ok(reader)
    }

    fn give_back(&self, mut reader: Reader) {
        let mut idle = self.idle.lock();
        let is_kept = idle.views_are_kept && reader.view.is_some_and(|it| it.ends == idle.ends);
        // A connection that cannot end its view would hold the log for ever: it is closed, not kept.
        if is_kept || reader.end_view().inspect_err(give_up).is_ok() {
            idle.readers.push(reader);
        }
    }
}

impl Reader {
    /// Opens `view`, unless it is open, and nothing is being committed.
    fn renew_view(&mut self, view: View) -> Result<(), StoreError> {
        if self.view == Some(view) && view.commits.is_multiple_of(2) {
            return Ok(());
        }
        self.end_view()?;
        control(&self.connection, "BEGIN")?;
        self.view = Some(view);
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
