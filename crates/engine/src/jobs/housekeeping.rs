//! Removes what has expired: the answers of requests that may be forgotten, sessions, handshakes that nobody may read any
//! more, and what became of each account in share operations of long ago.
//!
//! Invariant: nothing that an operation could still find is removed. It is no job: nobody asked for it, nobody waits
//! for it, and replicas that do it at the same time find less to do. Deliberately absent: share operations of portfolios
//! that live, whose tokens stay readable; only what they say of each account is forgotten, where that is configured.

use std::sync::Arc;
use std::time::Duration;

use domain::{Fault, Time};
use store::WriteTx;

use crate::{Engine, Limits};

#[cfg(test)]
mod tests;

/// How many rows of a table a transaction removes: few enough for requests not to notice.
const BATCH_ROWS: u32 = 1_000;
/// How many share operations a transaction forgets: one may have a thousand rows.
const BATCH_OPERATIONS: u32 = 10;
/// How long a session is remembered after its end. Ours: so long is whoever still uses it told that it has expired;
/// afterwards, that its key is unknown.
const EXPIRED_SESSION_KEPT: Duration = Duration::from_hours(24);

impl Engine {
    /// Removes a batch of what has expired. Says whether there may be more.
    pub(super) async fn remove_expired(&self) -> Result<bool, Fault> {
        let now = self.now();
        // As for leases: seeing what is committed by then, replicas that remove the same rows do not conflict.
        let limits = Arc::clone(self.limits());
        let removed = self
            .store()
            .claim(move |tx| remove_batch(tx, &limits, now))
            .await??;
        Ok(removed)
    }
}

/// Removes what expired by `now`.
fn remove_batch(tx: &WriteTx<'_>, limits: &Limits, now: Time) -> Result<bool, Fault> {
    let answers = tx.remove_expired_requests(now.microseconds(), BATCH_ROWS)?;
    let sessions = tx.remove_expired_sessions(now.before(EXPIRED_SESSION_KEPT), BATCH_ROWS)?;
    let handshakes = tx.remove_ended_handshakes(now.before(limits.handshake_retention), BATCH_ROWS)?;
    let outcomes = match limits.share_outcome_retention {
        Some(retention) => tx.forget_share_outcomes(now.before(retention), BATCH_OPERATIONS)?,
        None => 0,
    };
    let batch = u64::from(BATCH_ROWS);
    let operations = u64::from(BATCH_OPERATIONS);
    Ok(answers == batch || sessions == batch || handshakes == batch || outcomes == operations)
}
