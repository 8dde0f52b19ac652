//! The reading connections: each query takes one for itself, on its caller's thread.
//!
//! Queries take microseconds, so they run inline instead of crossing to another thread. There are never more
//! connections than threads that read at one moment, so the pool needs no limit.

use std::path::PathBuf;

use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags};

use super::connection::{SqliteTx, connect, control, sorted};
use crate::faults::Faults;
use crate::work::guard;
use crate::{ReadTx, StoreError};

pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn of(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Runs `body` on one unchanging view of the store: what was committed when its first statement ran.
    pub(super) fn read<T>(
        &self,
        faults: &Faults,
        mut body: impl FnMut(&ReadTx<'_>) -> T,
    ) -> Result<T, StoreError> {
        let connection = self.take()?;
        control(&connection, "BEGIN")?;
        let (ran, failure) = {
            let engine = SqliteTx {
                connection: &connection,
            };
            let tx = ReadTx::new(&engine, faults);
            let ran = guard(|| body(&tx));
            (ran, tx.failure())
        };
        // A connection that cannot end its snapshot would hold the log for ever: it is closed, not kept.
        match control(&connection, "COMMIT") {
            Ok(()) => self.idle.lock().push(connection),
            Err(error) => tracing::warn!(%error, "a reading connection was given up"),
        }
        match failure {
            Some(failure) => Err(failure),
            None => ran,
        }
    }

    /// Closes the connections nobody uses.
    pub(super) fn close(&self) {
        self.idle.lock().clear();
    }

    fn take(&self) -> Result<Connection, StoreError> {
        let idle = self.idle.lock().pop();
        idle.map_or_else(
            || connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(|error| sorted("(open)", error)),
            Ok,
        )
    }
}
