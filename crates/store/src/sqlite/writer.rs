//! The writing thread: group commit.
//!
//! Each transaction is a savepoint; all that queued while the previous COMMIT ran share the next one. A batch never
//! waits to fill. Every answer leaves after COMMIT, refusals too: they may have seen a neighbour's uncommitted change.
//! Invariant: when COMMIT fails, nobody of the batch is told that anything happened.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;

use super::connection::{SqliteTx, control};
use crate::faults::Faults;
use crate::observer::{Observed, RetryCause};
use crate::queue::Queue;
use crate::work::{Ending, Work, attempt};
use crate::{StoreError, WriteTx};

/// How many transactions share a COMMIT at most, which bounds how long the first of them waits.
const BATCH_MAX: usize = 512;

/// How often a transaction is run again after a conflict. Here only a test's injected fault conflicts.
const TRIES_MAX: u32 = 12;

pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) queue: Arc<Queue<Box<dyn Work>>>,
    pub(super) commits: Arc<AtomicU64>,
    pub(super) observed: Observed,
    pub(super) faults: Arc<Faults>,
}

/// One transaction of a batch, waiting for the batch's COMMIT.
struct Ran {
    work: Box<dyn Work>,
    outcome: Result<Wrote, StoreError>,
}

/// Whether a transaction wrote something that is to be committed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrote {
    Something,
    Nothing,
}

impl Writer {
    /// Carries out what is queued until the queue is closed and empty.
    pub(super) fn run(self) {
        while let Some(first) = self.queue.pop() {
            if let Err(error) = control(&self.connection, "BEGIN IMMEDIATE") {
                first.answer(Err(error));
                continue;
            }
            let batch = self.run_batch(first);
            let wrote = batch
                .iter()
                .filter(|it| matches!(it.outcome, Ok(Wrote::Something)));
            let committed = self.commit(wrote.count());
            for ran in batch {
                ran.work.answer(committed.clone().and(ran.outcome.map(drop)));
            }
        }
    }

    /// Runs `first` and what has queued behind it.
    fn run_batch(&self, first: Box<dyn Work>) -> Vec<Ran> {
        let mut batch = Vec::new();
        let mut next = Some(first);
        while let Some(mut work) = next {
            let outcome = self.run_one(&mut *work);
            batch.push(Ran { work, outcome });
            // A full disk makes SQLite give up the whole transaction: nothing more can join it.
            next = if batch.len() < BATCH_MAX && self.is_open() {
                self.queue.try_pop()
            } else {
                None
            };
        }
        batch
    }

    /// Runs one transaction inside its savepoint, again after a conflict.
    fn run_one(&self, work: &mut dyn Work) -> Result<Wrote, StoreError> {
        let mut tries = 1;
        loop {
            control(&self.connection, "SAVEPOINT request")?;
            let outcome = self.attempt(work);
            self.end_savepoint(&outcome)?;
            match outcome {
                Err(StoreError::Contended { .. }) if tries < TRIES_MAX && self.is_open() => {
                    tries += 1;
                    self.observed.retried(RetryCause::Busy);
                }
                other => return other.map(|it| it.1),
            }
        }
    }

    /// Keeps or undoes what the savepoint holds. Where that fails, the whole batch is given up: nobody could tell any
    /// more what belongs to whom.
    fn end_savepoint(&self, outcome: &Result<(Ending, Wrote), StoreError>) -> Result<(), StoreError> {
        if !self.is_open() {
            // SQLite has undone everything already, savepoints and all.
            return Ok(());
        }
        let undone = match outcome {
            Ok((Ending::Keep, _)) => Ok(()),
            Ok((Ending::Undo, _)) | Err(_) => control(&self.connection, "ROLLBACK TO request"),
        };
        let ended = undone.and_then(|()| control(&self.connection, "RELEASE request"));
        if ended.is_err() {
            self.roll_back();
        }
        ended
    }

    fn attempt(&self, work: &mut dyn Work) -> Result<(Ending, Wrote), StoreError> {
        let engine = SqliteTx {
            connection: &self.connection,
        };
        let tx = WriteTx::new(&engine, &self.faults);
        let ending = attempt(work, &tx)?;
        if let (Ending::Keep, Some(last)) = (ending, work.last()) {
            tx.execute(last.sql, &last.values)?;
        }
        let wrote = if ending == Ending::Keep && tx.has_written() {
            Wrote::Something
        } else {
            Wrote::Nothing
        };
        Ok((ending, wrote))
    }

    /// Makes a batch durable, or undoes all of it. So many transactions of it `wrote` something.
    fn commit(&self, wrote: usize) -> Result<(), StoreError> {
        if !self.is_open() {
            return Err(StoreError::Unavailable {
                what: "the transaction was given up",
                source: None,
            });
        }
        let begun = self.observed.begin();
        if wrote > 0 {
            // From now on, some may see it.
            self.commits.fetch_add(1, Ordering::AcqRel);
        }
        let committed = control(&self.connection, "COMMIT");
        if wrote > 0 {
            // And before anybody hears of it, all do: views of before are not read any more.
            self.commits.fetch_add(1, Ordering::Release);
        }
        let Err(error) = committed else {
            if wrote > 0 {
                self.observed.committed(wrote, begun);
            }
            return Ok(());
        };
        tracing::error!(error = &error as &dyn std::error::Error, "a commit failed");
        self.roll_back();
        Err(StoreError::unavailable("the commit failed", error))
    }

    fn roll_back(&self) {
        if self.is_open()
            && let Err(error) = control(&self.connection, "ROLLBACK")
        {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a batch could not be undone"
            );
        }
    }

    /// Whether the batch's transaction is still there.
    fn is_open(&self) -> bool {
        !self.connection.is_autocommit()
    }
}
