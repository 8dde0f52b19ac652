//! Removes what has expired: the answers of requests that may be forgotten, sessions, and handshakes that nobody may read
//! any more.
//!
//! Invariant: nothing that an operation could still find is removed. It is no job: nobody asked for it, nobody waits
//! for it, and replicas that do it at the same time find less to do. Deliberately absent: share operations, whose
//! tokens stay readable as long as their portfolio.

use std::time::Duration;

use domain::{Fault, Time};
use store::WriteTx;

use crate::Engine;

#[cfg(test)]
mod tests;

/// How many rows of a table a transaction removes: few enough for requests not to notice.
const BATCH_ROWS: u32 = 1_000;
/// How long a session is remembered after its end. Ours: so long is whoever still uses it told that it has expired;
/// afterwards, that its key is unknown.
const EXPIRED_SESSION_KEPT: Duration = Duration::from_hours(24);

impl Engine {
    /// Removes a batch of what has expired. Says whether there may be more.
    pub(super) async fn remove_expired(&self) -> Result<bool, Fault> {
        let now = self.now();
        // As for leases: seeing what is committed by then, replicas that remove the same rows do not conflict.
        let forgotten = now.before(self.limits().handshake_retention);
        let removed = self
            .store()
            .claim(move |tx| remove_batch(tx, now, forgotten))
            .await??;
        Ok(removed)
    }
}

/// Removes what expired by `now`, and handshakes that ended by `forgotten`.
fn remove_batch(tx: &WriteTx<'_>, now: Time, forgotten: Time) -> Result<bool, Fault> {
    let answers = tx.remove_expired_requests(now.microseconds(), BATCH_ROWS)?;
    let sessions = tx.remove_expired_sessions(now.before(EXPIRED_SESSION_KEPT), BATCH_ROWS)?;
    let handshakes = tx.remove_ended_handshakes(forgotten, BATCH_ROWS)?;
    let batch = u64::from(BATCH_ROWS);
    Ok(answers == batch || sessions == batch || handshakes == batch)
}
