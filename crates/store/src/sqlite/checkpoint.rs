//! The checkpointing thread: moves what the log holds into the database file, so that the writer never has to.
//!
//! It works beside readers and the writer (PASSIVE) and gets in their way only to cut a log that has grown large
//! (TRUNCATE), which happens where writes never pause, and never while somebody reads what is old. Dropping
//! [`Checkpoints`] empties the log a last time.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::connection::connect;
use super::readers::Readers;
use crate::OpenError;
use crate::threads::{join, start};

/// How often the log is looked at. Between two looks it grows by some tens of megabytes at most.
const INTERVAL: Duration = Duration::from_millis(500);

/// From this length on the log is cut, in pages: 64 MiB.
const LOG_PAGES_MAX: i64 = 16_384;

pub(super) struct Checkpoints {
    /// Dropped to end the thread.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    pub(super) fn start(
        path: &Path,
        commits: Arc<AtomicU64>,
        readers: Arc<Readers>,
    ) -> Result<Self, OpenError> {
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .map_err(|error| super::open::failed(path, error))?;
        let (stop, stopped) = channel();
        let thread = start("store-checkpoint", move || {
            run(&connection, &commits, &readers, &stopped);
        })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            join(thread);
        }
    }
}

fn run(connection: &Connection, commits: &AtomicU64, readers: &Readers, stopped: &Receiver<()>) {
    let mut commits_seen = 0;
    while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(INTERVAL) {
        let commits_now = commits.load(Ordering::Relaxed);
        if commits_now == commits_seen {
            continue;
        }
        commits_seen = commits_now;
        // The log is moved as far as the oldest view has come.
        readers.end_views();
        let log = checkpoint(connection, "PRAGMA wal_checkpoint(PASSIVE)");
        // The writer begins the log anew only if nobody has a view from before it was moved.
        readers.end_views();
        // While somebody reads an old snapshot, a backup for example, cutting would wait for them and hold up writers.
        if log.pages > LOG_PAGES_MAX && log.pages == log.moved {
            readers.without_views(|| checkpoint(connection, "PRAGMA wal_checkpoint(TRUNCATE)"));
        }
    }
    checkpoint(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
}

/// What a checkpoint found and did, in pages.
#[derive(Default)]
struct Log {
    /// How long the log was.
    pages: i64,
    /// How much of it is in the database file now.
    moved: i64,
}

/// Runs one checkpoint. One that fails counts as an empty log, as the next one tries again.
fn checkpoint(connection: &Connection, sql: &str) -> Log {
    let found = connection.query_row(sql, [], |row| {
        Ok(Log {
            pages: row.get(1)?,
            moved: row.get(2)?,
        })
    });
    found.unwrap_or_else(|error| {
        tracing::warn!(error = &error as &dyn std::error::Error, "a checkpoint failed");
        Log::default()
    })
}
