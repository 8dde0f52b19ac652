//! Bare SQLite: one connection that writes, with the server's settings, as many rows a commit as there would be clients.
//!
//! A second connection empties the log meanwhile, as the server's does. Without it the log grows, and a commit that has
//! to make its file longer takes several times as long (measured: 190 commits a second in place of 1,400).

use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use rusqlite::{Connection, params_from_iter};

use super::rows::{Statement, Write, foundation, rows};

/// How often the log is emptied: as often as the server does it.
const EMPTIED_EVERY: Duration = Duration::from_millis(500);

/// A database that a server made and left.
pub(crate) struct RawSqlite {
    path: PathBuf,
    connection: Connection,
    next: u64,
}

impl RawSqlite {
    /// Opens the database at `path`, whose server has ended.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path).with_context(|| format!("{}", path.display()))?;
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.query_row("PRAGMA wal_autocheckpoint = 0", [], |_| Ok(()))?;
        let path = path.to_owned();
        let raw = Self {
            path,
            connection,
            next: 1,
        };
        raw.run(foundation())?;
        Ok(raw)
    }

    /// Writes for as long as `time`, `batch` requests' rows in each commit, and returns how many requests' rows a second.
    pub(crate) fn per_second(&mut self, write: Write, batch: usize, time: Duration) -> Result<f64> {
        let emptying = Emptying::start(&self.path)?;
        let begun = Instant::now();
        let mut written = 0.0;
        while begun.elapsed() < time {
            self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            for _ in 0..batch {
                self.run(rows(write, self.next))?;
                self.next += 1;
                written += 1.0;
            }
            self.connection.prepare_cached("COMMIT")?.execute([])?;
        }
        let per_second = written / begun.elapsed().as_secs_f64();
        emptying.stop()?;
        Ok(per_second)
    }

    fn run(&self, statements: Vec<Statement>) -> Result<()> {
        for (sql, values) in statements {
            self.connection
                .prepare_cached(sql)?
                .execute(params_from_iter(values))?;
        }
        Ok(())
    }
}

/// The thread that empties the log.
struct Emptying {
    stop: Sender<()>,
    thread: JoinHandle<rusqlite::Result<()>>,
}

impl Emptying {
    fn start(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        let (stop, stopped) = channel();
        let thread = thread::spawn(move || {
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(EMPTIED_EVERY) {
                connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
            }
            Ok(())
        });
        Ok(Self { stop, thread })
    }

    fn stop(self) -> Result<()> {
        drop(self.stop);
        let ended = self.thread.join();
        Ok(ended.map_err(|_| anyhow!("the thread that empties the log panicked"))??)
    }
}
