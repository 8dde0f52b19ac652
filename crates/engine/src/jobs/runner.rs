//! The runner: when to look for work, and when to clean up.
//!
//! Invariant: requests go before jobs, and jobs before what has expired, which is removed a batch at a time while no job
//! is due. Deliberately absent: what is done to a job, and any state that a restart would miss: a runner that starts
//! cleans up at once.

use std::time::{Duration, Instant};

use domain::Fault;
use tokio::sync::watch;

use crate::Engine;

/// How often to look for work that nobody here announced: of other replicas, or due later.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// How often to look for what has expired. Ours: rows that are kept a minute longer than they must cost nothing.
const CLEAN_UP_EVERY: Duration = Duration::from_mins(1);

/// How much longer than a step the pause after it is, while requests are being served. Ours: a third of one thread is left
/// to jobs, whatever the load.
const PAUSE_FACTOR: u32 = 2;
/// The longest pause: a slow store slows jobs down by itself.
const PAUSE_MAX: Duration = Duration::from_millis(20);

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
        loop {
            let begun = Instant::now();
            let Some(more) = self.step_job(leased).await? else {
                return Ok(true);
            };
            if *stop.borrow() {
                self.give_back(more).await?;
                return Ok(true);
            }
            leased = more;
            match self.pause_after(begun.elapsed()) {
                Duration::ZERO => tokio::task::yield_now().await,
                pause => tokio::time::sleep(pause).await,
            }
        }
    }

    /// How long a job waits after a step that took so long, for requests that are being served.
    pub(super) fn pause_after(&self, step: Duration) -> Duration {
        if self.is_serving() {
            (step * PAUSE_FACTOR).min(PAUSE_MAX)
        } else {
            Duration::ZERO
        }
    }
}

/// Whether there may be more to do at once. A failure is logged, and what failed is tried again later.
fn logged(worked: Result<bool, Fault>) -> bool {
    worked.unwrap_or_else(|fault| {
        tracing::warn!(%fault, cause = ?std::error::Error::source(&fault), "work in the background failed");
        false
    })
}
