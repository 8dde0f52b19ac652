//! The embedded engine: one SQLite file, one writing thread, readers on their callers' threads.
//!
//! Invariant: only the writing thread ever writes, so a write never waits for a lock and never conflicts. What commits
//! is durable (`synchronous=FULL`) before anyone hears of it. Deliberately absent: the lock that keeps a second server
//! off the folder; that is the server's.

mod backup;
mod checkpoint;
mod connection;
mod open;
mod readers;
mod replacement;
#[cfg(test)]
mod tests;
mod writer;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

pub use self::backup::{Backup, BackupBreaker, BackupError};
pub use self::replacement::{ReplaceError, Replacement};

use self::checkpoint::Checkpoints;
use self::readers::Readers;
use self::writer::Writer;
use crate::faults::Faults;
use crate::migrations::Applied;
use crate::observer::Observed;
use crate::queue::Queue;
use crate::threads::{join, start};
use crate::work::Work;
use crate::{OpenError, ReadTx, StoreError};

/// The name of the database in its folder.
const FILE_NAME: &str = "chandlery.db";

/// The name of its write-ahead log.
const LOG_NAME: &str = "chandlery.db-wal";

/// How many transactions may wait for the writer: four times what the server lets in.
const QUEUE_LENGTH_MAX: usize = 4_096;

/// An open SQLite store. Dropping it finishes what is queued and closes the file.
pub(crate) struct Sqlite {
    folder: PathBuf,
    queue: Arc<Queue<Box<dyn Work>>>,
    observed: Observed,
    readers: Arc<Readers>,
    commits: Arc<AtomicU64>,
    faults: Arc<Faults>,
    writer: Option<JoinHandle<()>>,
    /// Dropped after the writer has ended, so that the last checkpoint sees its last commit.
    checkpoints: Option<Checkpoints>,
}

impl Sqlite {
    /// Opens the store in `folder`, which exists, and brings its schema up to date.
    pub(crate) fn open(folder: &Path) -> Result<Self, OpenError> {
        let path = folder.join(FILE_NAME);
        replacement::finish(folder).map_err(|error| open::out_of_place(&path, error))?;
        let connection = open::open(&path)?;
        let queue = Arc::new(Queue::new(QUEUE_LENGTH_MAX));
        let commits = Arc::new(AtomicU64::new(0));
        let observed = Observed::default();
        let faults = Arc::new(Faults::default());
        let readers = Arc::new(Readers::of(path.clone(), Arc::clone(&commits)));
        let checkpoints = Checkpoints::start(&path, Arc::clone(&commits), Arc::clone(&readers))?;
        let writer = Writer {
            connection,
            queue: Arc::clone(&queue),
            commits: Arc::clone(&commits),
            observed: observed.clone(),
            faults: Arc::clone(&faults),
        };
        let writer = start("store-writer", move || writer.run())?;
        Ok(Self {
            folder: folder.to_owned(),
            queue,
            observed,
            readers,
            commits,
            faults,
            writer: Some(writer),
            checkpoints: Some(checkpoints),
        })
    }

    /// The steps of the schema that the store in `folder` has had; `None` where there is no store.
    pub(crate) fn find_applied(folder: &Path) -> Result<Option<Vec<Applied>>, OpenError> {
        let path = folder.join(FILE_NAME);
        if path.exists() {
            open::find_applied(&path)
        } else {
            Ok(None)
        }
    }

    /// Runs `body` on a snapshot, on this thread.
    pub(crate) fn read<T>(&self, body: impl FnMut(&ReadTx<'_>) -> T) -> Result<T, StoreError> {
        self.readers.read(&self.faults, body)
    }

    /// Hands `work` to the writer.
    pub(crate) fn write(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        self.queue.push(work)
    }

    /// Who hears of what the writer does.
    pub(crate) fn observed(&self) -> &Observed {
        &self.observed
    }

    /// How many bytes the database and its log take.
    pub(crate) fn size_bytes(&self) -> Result<u64, StoreError> {
        let mut bytes = 0;
        for name in [FILE_NAME, LOG_NAME] {
            match self.folder.join(name).metadata() {
                Ok(file) => bytes += file.len(),
                Err(error) if name == LOG_NAME && error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(StoreError::unavailable("its file cannot be looked at", error)),
            }
        }
        Ok(bytes)
    }

    /// How many transactions wait for the writer.
    pub(crate) fn queued(&self) -> usize {
        self.queue.len()
    }

    /// How many times the writer has committed something.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed) / 2
    }

    #[cfg(any(test, feature = "fault-injection"))]
    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.queue.close();
        if let Some(writer) = self.writer.take() {
            join(writer);
        }
        self.readers.close();
        drop(self.checkpoints.take());
    }
}
