//! The distributed engine: any server that speaks PostgreSQL's protocol, shared by any number of replicas.
//!
//! A body is synchronous, so each connection has a plain thread of its own which runs bodies and waits for round trips.
//! Invariants: every wait for the server has a time limit; a connection that missed one is dropped and never used
//! again; a COMMIT without an answer is pursued by running the same transaction again, which finds its own request row.
//! Deliberately absent: group commit (the server groups its own), and advisory locks.

mod columns;
mod connect;
mod errors;
mod lanes;
mod open;
mod options;
mod retry;
mod session;
#[cfg(test)]
mod tests;
mod tls;
mod transaction;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

pub use self::options::PostgresOptions;

use self::connect::Server;
use self::lanes::Lanes;
use self::retry::Attempts;
use self::worker::Worker;
use crate::faults::Faults;
use crate::migrations::Applied;
use crate::observer::Observed;
use crate::queue::Queue;
use crate::threads::{join, start};
use crate::work::Work;
use crate::{OpenError, ReadTx, StoreError, values};

/// How many transactions may wait for a connection: four times what the server lets in.
const QUEUE_LENGTH_MAX: usize = 4_096;

/// How much the database takes, its indexes included. No other engine has this function.
const DATABASE_BYTES: &str = "SELECT pg_database_size(current_database())";

impl ReadTx<'_> {
    /// How many bytes the database takes.
    pub(crate) fn postgres_database_bytes(&self) -> Result<u64, StoreError> {
        let bytes = self.one(DATABASE_BYTES, values![], |row| row.integer(0))?;
        u64::try_from(bytes).map_err(|_| StoreError::corrupt(format!("a database of {bytes} bytes")))
    }
}

/// What a transaction is for, and so what it is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// One unchanging view; nothing is written.
    Read,
    /// As if it were alone, run again when that cannot be kept up. Its first statement claims its request row.
    Command,
    /// As if it were alone, run again when that cannot be kept up.
    Step,
    /// Each statement sees what is committed by then: for leases, which guard themselves.
    Claim,
}

/// A transaction on its way to a connection, and how it has fared.
struct Run {
    mode: Mode,
    /// What it goes in line with once it has conflicted.
    lane: Option<String>,
    work: Box<dyn Work>,
    attempts: Attempts,
}

/// An open store on PostgreSQL. Dropping it finishes what is queued.
pub(crate) struct Postgres {
    queue: Arc<Queue<Run>>,
    commits: Arc<AtomicU64>,
    observed: Observed,
    faults: Arc<Faults>,
    workers: Vec<JoinHandle<()>>,
}

impl Postgres {
    /// Connects, brings the schema up to date, and starts one thread per connection. Blocks.
    pub(crate) fn connect(url: &str, options: &PostgresOptions) -> Result<Self, OpenError> {
        let server = Arc::new(Server::of(url, options)?);
        open::migrate(&server)?;
        let mut postgres = Self {
            queue: Arc::new(Queue::new(QUEUE_LENGTH_MAX)),
            commits: Arc::default(),
            observed: Observed::default(),
            faults: Arc::default(),
            workers: Vec::new(),
        };
        let lanes = Arc::new(Lanes::default());
        for _ in 0..options.connections.max(1) {
            let worker = Worker {
                lanes: Arc::clone(&lanes),
                server: Arc::clone(&server),
                queue: Arc::clone(&postgres.queue),
                commits: Arc::clone(&postgres.commits),
                observed: postgres.observed.clone(),
                faults: Arc::clone(&postgres.faults),
            };
            postgres
                .workers
                .push(start("store-postgres", move || worker.run())?);
        }
        Ok(postgres)
    }

    /// The steps of the schema that the store has had; `None` where there is no store. Blocks.
    pub(crate) fn find_applied(
        url: &str,
        options: &PostgresOptions,
    ) -> Result<Option<Vec<Applied>>, OpenError> {
        open::find_applied(&Server::of(url, options)?)
    }

    /// Where the store is, without a password.
    pub(crate) fn place(url: &str) -> Result<String, OpenError> {
        Ok(Server::of(url, &PostgresOptions::default())?.place())
    }

    /// Hands `work` to the next connection that is free.
    pub(crate) fn submit(&self, mode: Mode, work: Box<dyn Work>) -> Result<(), StoreError> {
        self.queue.push(Run {
            mode,
            lane: None,
            work,
            attempts: Attempts::default(),
        })
    }

    /// Hands the command `work` to the next connection that is free. Those of one `lane` that conflict go one by one.
    pub(crate) fn submit_command(&self, lane: String, work: Box<dyn Work>) -> Result<(), StoreError> {
        self.queue.push(Run {
            mode: Mode::Command,
            lane: Some(lane),
            work,
            attempts: Attempts::default(),
        })
    }

    /// Who hears of what the connections do.
    pub(crate) fn observed(&self) -> &Observed {
        &self.observed
    }

    /// How many transactions wait for a connection.
    pub(crate) fn queued(&self) -> usize {
        self.queue.len()
    }

    /// How many transactions that wrote something have been committed.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    #[cfg(any(test, feature = "fault-injection"))]
    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.queue.close();
        for worker in self.workers.drain(..) {
            join(worker);
        }
    }
}
