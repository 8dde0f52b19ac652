//! The runner: when to look for work, and when to clean up.
//!
//! Invariant: requests go before jobs, and jobs before what has expired, which is removed a batch at a time while no job
//! is due. Deliberately absent: what is done to a job, and any state that a restart would miss: a runner that starts
//! cleans up at once.

use std::time::{Duration, Instant};

use domain::{Fault, with_causes};
use tokio::sync::watch;

use super::Stepped;
use crate::{Engine, log};

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
        // When the next job that waits is to be taken up, if that is known.
        let mut next_at = None;
        while !*stop.borrow() {
            match logged(self.run_one_job(&stop).await, Ran::Nothing) {
                Ran::Nothing => {}
                Ran::Ended => continue,
                Ran::Waits(pause) => {
                    let at = Instant::now() + pause;
                    next_at = Some(next_at.map_or(at, |it: Instant| it.min(at)));
                    continue;
                }
            }
            if clean_up_at <= self.now() {
                if logged(self.remove_expired().await, false) {
                    continue;
                }
                clean_up_at = self.now().after(CLEAN_UP_EVERY);
            }
            let look_again = Instant::now() + LOOK_AGAIN;
            next_at = next_at.filter(|it| *it > Instant::now());
            let look_at = next_at.map_or(look_again, |it| it.min(look_again));
            tokio::select! {
                () = self.job_recorded().notified() => {}
                () = tokio::time::sleep_until(look_at.into()) => {}
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Leases a job and takes it as many steps as it needs, until `stop`. A step that fails is logged, and taken again when
    /// the lease is over.
    pub(super) async fn run_one_job(&self, stop: &watch::Receiver<bool>) -> Result<Ran, Fault> {
        let Some(mut leased) = self.lease_job().await? else {
            return Ok(Ran::Nothing);
        };
        loop {
            let (begun, job) = (Instant::now(), leased.job.clone());
            let more = match self.take_step(leased).await {
                Ok(Stepped::GoesOn(more)) => more,
                Ok(Stepped::Waits(pause)) => return Ok(Ran::Waits(pause)),
                Ok(Stepped::Over) => return Ok(Ran::Ended),
                Err(fault) => {
                    log::job_failed(&job, &fault);
                    return Ok(Ran::Nothing);
                }
            };
            if *stop.borrow() {
                self.give_back(more).await?;
                return Ok(Ran::Ended);
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

/// What there was to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ran {
    /// No job is due, or one failed: somebody else may do better, later.
    Nothing,
    /// A job, which is let go of. There may be others.
    Ended,
    /// A job that is to be taken up again when this is over. There may be others.
    Waits(Duration),
}

/// What was done; `otherwise` if it failed. A failure is logged, and what failed is tried again later.
fn logged<T>(worked: Result<T, Fault>, otherwise: T) -> T {
    worked.unwrap_or_else(|fault| {
        tracing::warn!(cause = with_causes(&fault), "work in the background failed");
        otherwise
    })
}
