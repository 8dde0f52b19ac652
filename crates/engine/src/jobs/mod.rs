//! Durable work: what a request left to be done, in small steps that may run twice.
//!
//! A worker leases the job that is due longest, runs one step in a transaction of its own, and records the progress
//! under the attempt of its lease: a step whose lease was lost changes nothing. Deliberately absent: state in memory.
//! A crash at any point leaves a job that the next worker goes on with. When to look for work is said in `runner.rs`.

mod account_creation;
mod housekeeping;
mod runner;
mod share_operation;
mod structure_sync;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use domain::{Fault, Time};
use store::{Job, JobKind, WriteTx};
use tokio::time::timeout;

use crate::{
    Engine, FaultRules, Fresh, Limits, log,
    meters::{JobOutcome, ShareProgress},
};

/// How long the meters wait for the store. Ours: whoever reads them should learn all the rest all the same.
const COUNT_LIMIT: Duration = Duration::from_secs(1);

/// What a step knows besides its job.
#[derive(Clone)]
pub(crate) struct JobCx {
    now: Time,
    machine_now: Time,
    fresh: Fresh,
    limits: Arc<Limits>,
    faults: Option<Arc<FaultRules>>,
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

    /// How many accounts a step visits: at least one, because a step that finds none is the last.
    pub(crate) fn step_accounts_max(&self) -> i64 {
        self.limits.step_accounts_max.max(1)
    }

    /// What goes wrong on purpose.
    pub(crate) fn faults(&self) -> Option<&FaultRules> {
        self.faults.as_deref()
    }

    /// Until when a lease that is taken now holds, by the machine's clock.
    fn leased_until(&self) -> Time {
        self.machine_now.after(self.limits.job_lease)
    }
}

/// A job that this process holds a lease of, and how far it has come.
#[derive(Clone, Debug)]
pub struct LeasedJob {
    job: Job,
}

/// How long a job waits for another one that it depends on.
const WAIT: Duration = Duration::from_millis(20);

/// What a worker does after a step.
enum Next {
    /// It goes on from `position`, after it has visited so many accounts.
    GoOn { position: String, visited: usize },
    /// It lets go of the job; nobody takes it up before `pause` is over.
    LetGo { outcome: JobOutcome, pause: Duration },
}

/// What became of a job that a worker had.
enum Stepped {
    /// There is more to do, under the lease that it has.
    GoesOn(LeasedJob),
    /// Nobody takes it up before this is over.
    Waits(Duration),
    /// It is done, or belongs to somebody else.
    Over,
}

/// How a step ends.
pub(crate) enum Step {
    /// Nothing can be done before another job is done.
    Wait,
    /// Nothing is to be done for a while.
    Pause(Duration),
    /// There is more to do, from `position` on.
    Continue {
        /// In the words of the job's kind.
        position: String,
        /// How many accounts were visited.
        visited: usize,
    },
    /// The job is done.
    Done,
}

impl Engine {
    /// Whether every job that was recorded is done.
    pub async fn is_settled(&self) -> Result<bool, Fault> {
        Ok(!self.store().read(|tx| tx.any_job_is_pending()).await??)
    }

    /// Counts the unfinished jobs of the store for the meters, and its bytes. A store that does not answer leaves them
    /// unknown.
    pub async fn measure_store(&self) {
        let (leases_now, now) = (self.machine_now(), self.now());
        let counted = timeout(
            COUNT_LIMIT,
            self.store().read(move |tx| tx.count_jobs(leases_now, now)),
        );
        let sized = timeout(COUNT_LIMIT, self.store().size_bytes());
        let (counted, sized) = tokio::join!(counted, sized);
        match counted {
            Ok(Ok(Ok(counts))) => self.meters().jobs.found(Some(&counts)),
            _ => self.meters().jobs.found(None),
        }
        self.meters().store.is_of_size(sized.ok().and_then(Result::ok));
    }

    /// Takes away the leases of workers that are gone: for the start of the only process on a store.
    pub async fn release_jobs(&self) -> Result<(), Fault> {
        Ok(self.store().step(|tx| tx.release_jobs()).await??)
    }

    /// Leases the job that is due longest, if any is due and nobody holds a lease of it.
    pub async fn lease_job(&self) -> Result<Option<LeasedJob>, Fault> {
        let (now, machine_now, lease) = (self.now(), self.machine_now(), self.limits().job_lease);
        let leased = self
            .store()
            .claim(move |tx| tx.claim_job(now, machine_now, lease))
            .await??;
        Ok(leased.map(|job| {
            log::job_taken_up(&job);
            LeasedJob { job }
        }))
    }

    /// Takes `leased` one step and renews its lease. Returns it while there is more to do; if not, it is done, waits
    /// for another job, or belongs to somebody else by now.
    ///
    /// Dropping what is returned leaves the job as a crash would: whoever leases it next goes on where it is.
    pub async fn step_job(&self, leased: LeasedJob) -> Result<Option<LeasedJob>, Fault> {
        Ok(match self.take_step(leased).await? {
            Stepped::GoesOn(leased) => Some(leased),
            Stepped::Waits(_) | Stepped::Over => None,
        })
    }

    async fn take_step(&self, leased: LeasedJob) -> Result<Stepped, Fault> {
        let (cx, job) = (self.job_cx(), leased.job.clone());
        let stepped = self.store().step(move |tx| run_step(&cx, tx, &job)).await;
        let next = stepped.map_err(Fault::from).flatten().map(|(next, progress)| {
            self.meters().shares.stepped(&progress);
            next
        });
        let outcome = match &next {
            Ok(Next::GoOn { visited, .. }) => {
                self.tell_faults(&leased.job, |faults, token| faults.visited(token, *visited));
                None
            }
            Ok(Next::LetGo { outcome, .. }) => Some(*outcome),
            Err(_) => Some(JobOutcome::Failed),
        };
        if let Some(outcome) = outcome {
            self.meters().jobs.ran(leased.job.kind, outcome);
            log::job_let_go(&leased.job, outcome);
        }
        Ok(match next? {
            Next::GoOn { position, .. } => Stepped::GoesOn(LeasedJob {
                job: Job {
                    position,
                    ..leased.job
                },
            }),
            Next::LetGo {
                outcome: JobOutcome::Waiting,
                pause,
            } => Stepped::Waits(pause),
            Next::LetGo { outcome, .. } => {
                if outcome == JobOutcome::Done {
                    self.tell_faults(&leased.job, FaultRules::ended);
                }
                Stepped::Over
            }
        })
    }

    /// Tells the fault rules what became of a share operation, by its token.
    fn tell_faults(&self, job: &Job, tell: impl FnOnce(&FaultRules, &str)) {
        if let (Some(faults), JobKind::ShareOperation) = (self.faults(), job.kind) {
            tell(faults, &job.subject);
        }
    }

    /// Gives a lease back, so that nobody has to wait for its end.
    async fn give_back(&self, leased: LeasedJob) -> Result<(), Fault> {
        self.meters().jobs.ran(leased.job.kind, JobOutcome::Stopped);
        log::job_let_go(&leased.job, JobOutcome::Stopped);
        let (now, job) = (self.machine_now(), leased.job);
        self.store()
            .step(move |tx| tx.put_job_position(&job, &job.position, now))
            .await??;
        Ok(())
    }

    fn job_cx(&self) -> JobCx {
        JobCx {
            now: self.now(),
            machine_now: self.machine_now(),
            fresh: self.fresh().clone(),
            limits: Arc::clone(self.limits()),
            faults: self.faults().cloned(),
        }
    }
}

/// Takes `job` one step. Returns what is next, and what is counted of the step once it is committed.
fn run_step(cx: &JobCx, tx: &WriteTx<'_>, job: &Job) -> Result<(Next, ShareProgress), Fault> {
    let mut progress = ShareProgress::default();
    // The lease first: the row it stands in decides between two workers before either does anything.
    if !tx.put_job_position(job, &job.position, cx.leased_until())? {
        return Ok((let_go(JobOutcome::Lost), progress));
    }
    let step = match job.kind {
        JobKind::ShareOperation => share_operation::step(cx, tx, job, &mut progress)?,
        JobKind::AccountCreation => account_creation::step(cx, tx, job)?,
        JobKind::StructureSync => structure_sync::step(cx, tx, job)?,
    };
    let next = match step {
        Step::Wait => pause(cx, tx, job, WAIT)?,
        Step::Pause(length) => pause(cx, tx, job, length)?,
        Step::Continue { position, visited } => {
            tx.put_job_position(job, &position, cx.leased_until())?;
            Next::GoOn { position, visited }
        }
        Step::Done => {
            tx.remove_job(job)?;
            let_go(JobOutcome::Done)
        }
    };
    Ok((next, progress))
}

fn pause(cx: &JobCx, tx: &WriteTx<'_>, job: &Job, pause: Duration) -> Result<Next, Fault> {
    tx.put_job_position(job, &job.position, cx.machine_now.after(pause))?;
    Ok(Next::LetGo {
        outcome: JobOutcome::Waiting,
        pause,
    })
}

fn let_go(outcome: JobOutcome) -> Next {
    let pause = Duration::ZERO;
    Next::LetGo { outcome, pause }
}
