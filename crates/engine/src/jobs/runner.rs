//! The runner: when to look for work, and when to clean up.
//!
//! Invariant: jobs go first; what has expired is removed a batch at a time, while no job is due. Deliberately absent:
//! what is done to a job, and any state that a restart would miss: a runner that starts cleans up at once.

use std::time::Duration;

use domain::Fault;
use tokio::sync::watch;

use crate::Engine;

/// How often to look for work that nobody here announced: of other replicas, or due later.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// How often to look for what has expired. Ours: rows that are kept a minute longer than they must cost nothing.
const CLEAN_UP_EVERY: Duration = Duration::from_mins(1);

impl Engine {
    /// Works on jobs until `stop` becomes true or its sender is gone, and removes what has expired.
    pub async fn run_jobs(&self, mut stop: watch::Receiver<bool>) {
        let mut clean_up_at = self.now();
        while !*stop.borrow() {
            if logged(self.run_one_job(&stop).await) {
                continue;
            }
            if clean_up_at <= self.now() {
                if logged(self.remove_expired().await) {
                    continue;
                }
                clean_up_at = self.now().after(CLEAN_UP_EVERY);
            }
            tokio::select! {
                () = self.job_recorded().notified() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Leases a job and takes it as many steps as it needs, until `stop`. Says whether there was one.
    pub(super) async fn run_one_job(&self, stop: &watch::Receiver<bool>) -> Result<bool, Fault> {
        let Some(mut leased) = self.lease_job().await? else {
            return Ok(false);
        };
        while let Some(more) = self.step_job(leased).await? {
            if *stop.borrow() {
                self.give_back(more).await?;
                break;
            }
            leased = more;
            tokio::task::yield_now().await;
        }
        Ok(true)
    }
}

/// Whether there may be more to do at once. A failure is logged, and what failed is tried again later.
fn logged(worked: Result<bool, Fault>) -> bool {
    worked.unwrap_or_else(|fault| {
        tracing::warn!(%fault, cause = ?std::error::Error::source(&fault), "work in the background failed");
        false
    })
}
