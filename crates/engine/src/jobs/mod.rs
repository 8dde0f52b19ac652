//! Durable work: what a request left to be done, in small steps that may run twice.
//!
//! A worker leases the job that is due longest, runs one step in a transaction of its own, and records the progress
//! under the attempt of its lease: a step whose lease was lost changes nothing. Deliberately absent: state in memory.
//! A crash at any point leaves a job that the next worker goes on with.

mod account_creation;
mod share_operation;
mod structure_sync;

use std::time::Duration;

use domain::{Fault, Time};
use store::{Job, JobKind, WriteTx};
use tokio::{sync::watch, time::timeout};

use crate::{Engine, Fresh, meters::JobOutcome};

/// How long a worker may take for a step before another takes over.
const LEASE: Duration = Duration::from_secs(30);
/// How often to look for work that nobody here announced: of other replicas, or due later.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How long the meters wait for the store. Ours: whoever reads them should learn all the rest all the same.
const COUNT_LIMIT: Duration = Duration::from_secs(1);

/// What a step knows besides its job.
#[derive(Clone)]
pub(crate) struct JobCx {
    now: Time,
    fresh: Fresh,
}

impl JobCx {
    /// When the step began.
    pub(crate) fn now(&self) -> Time {
        self.now
    }

    /// Makes new ids and secrets.
    pub(crate) fn fresh(&self) -> &Fresh {
        &self.fresh
    }
}

/// How long a job waits for another one that it depends on.
const WAIT: Duration = Duration::from_millis(20);

/// What a worker does after a step.
enum Next {
    /// It goes on from this position.
    GoOn(String),
    /// It lets go of the job.
    LetGo(JobOutcome),
}

/// How a step ends.
pub(crate) enum Step {
    /// Nothing can be done before another job is done.
    Wait,
    /// There is more to do, from `position` on.
    Continue {
        /// In the words of the job's kind.
        position: String,
    },
    /// The job is done.
    Done,
}

impl Engine {
    /// Works on jobs until `stop` becomes true or its sender is gone.
    pub async fn run_jobs(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.run_one_job(&stop).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(fault) => {
                    tracing::warn!(%fault, cause = ?std::error::Error::source(&fault), "a job's step failed");
                }
            }
            tokio::select! {
                () = self.job_recorded().notified() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Whether every job that was recorded is done.
    pub async fn is_settled(&self) -> Result<bool, Fault> {
        Ok(!self.store().read(|tx| tx.any_job_is_pending()).await??)
    }

    /// Counts the unfinished jobs of the store for the meters. A store that does not answer leaves them unknown.
    pub async fn measure_jobs(&self) {
        let counted = timeout(COUNT_LIMIT, self.store().read(|tx| tx.count_jobs())).await;
        match counted {
            Ok(Ok(Ok(counts))) => self.meters().jobs.found(Some(&counts)),
            _ => self.meters().jobs.found(None),
        }
    }

    /// Takes away the leases of workers that are gone: for the start of the only process on a store.
    pub async fn release_jobs(&self) -> Result<(), Fault> {
        Ok(self.store().step(|tx| tx.release_jobs()).await??)
    }

    /// Leases a job and takes it as many steps as it needs, until `stop`. Says whether there was one.
    async fn run_one_job(&self, stop: &watch::Receiver<bool>) -> Result<bool, Fault> {
        let now = self.now();
        let Some(job) = self.store().claim(move |tx| tx.claim_job(now, LEASE)).await?? else {
            return Ok(false);
        };
        let mut position = job.position.clone();
        loop {
            let (cx, job) = (
                self.job_cx(),
                Job {
                    position: position.clone(),
                    ..job.clone()
                },
            );
            let kind = job.kind;
            let stepped = self.store().step(move |tx| run_step(&cx, tx, &job)).await;
            let outcome = match stepped.map_err(Fault::from).flatten() {
                Ok(Next::GoOn(next)) if !*stop.borrow() => {
                    position = next;
                    tokio::task::yield_now().await;
                    continue;
                }
                Ok(Next::GoOn(_)) => JobOutcome::Stopped,
                Ok(Next::LetGo(outcome)) => outcome,
                Err(fault) => {
                    self.meters().jobs.ran(kind, JobOutcome::Failed);
                    return Err(fault);
                }
            };
            self.meters().jobs.ran(kind, outcome);
            return Ok(true);
        }
    }

    fn job_cx(&self) -> JobCx {
        JobCx {
            now: self.now(),
            fresh: self.fresh().clone(),
        }
    }
}

/// Takes `job` one step.
fn run_step(cx: &JobCx, tx: &WriteTx<'_>, job: &Job) -> Result<Next, Fault> {
    // The lease first: the row it stands in decides between two workers before either does anything.
    if !tx.put_job_position(job, &job.position, cx.now().after(LEASE))? {
        return Ok(Next::LetGo(JobOutcome::Lost));
    }
    let step = match job.kind {
        JobKind::ShareOperation => share_operation::step(cx, tx, job)?,
        JobKind::AccountCreation => account_creation::step(cx, tx, job)?,
        JobKind::StructureSync => structure_sync::step(tx, job)?,
    };
    match step {
        Step::Wait => {
            tx.put_job_position(job, &job.position, cx.now().after(WAIT))?;
            Ok(Next::LetGo(JobOutcome::Waiting))
        }
        Step::Continue { position } => {
            tx.put_job_position(job, &position, cx.now().after(LEASE))?;
            Ok(Next::GoOn(position))
        }
        Step::Done => {
            tx.remove_job(job)?;
            Ok(Next::LetGo(JobOutcome::Done))
        }
    }
}
