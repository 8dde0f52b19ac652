//! What can be made to go wrong, and the runners of jobs that do it.
//!
//! A runner here takes the same leases and the same steps as the engine's own, at moments of the test's choice.
//! Invariant: it fails the test where a worker that lost its lease still changes something. Deliberately absent:
//! failures that the network or a disk makes; those are tested where the store is.

use std::time::Duration;

use engine::{Engine, LeasedJob};

use crate::TestClock;

/// How often to look for a job.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// What fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server crashes after this many steps of the next job: see [`crash`](crate::TestOrg::crash). With 0, it has
    /// leased the job and done nothing.
    Step(usize),
    /// Each of the next job's steps, which are so many, is taken twice, as if no answer to the first time were heard;
    /// before and after, a worker whose lease is over tries to take it too.
    EveryStep(usize),
    /// A statement meets a conflicting change of somebody else; when its transaction is run again, the statement after
    /// it does, and so on.
    Statements {
        /// The first to do so, from now on; 1 is the next one.
        first: u64,
        /// The last.
        last: u64,
    },
}

/// Takes the next job `steps` steps, and keeps its lease.
pub(crate) async fn take_steps(engine: Engine, steps: usize) {
    let mut leased = next_job(&engine).await;
    for taken in 1..=steps {
        let Some(more) = step(&engine, leased).await else {
            assert_eq!(taken, steps, "the job has fewer steps than the test says");
            return;
        };
        leased = more;
    }
}

/// Takes the next job all its `steps`, as [`Failure::EveryStep`] says. Each takeover needs `lease` to be over.
pub(crate) async fn take_steps_twice(engine: Engine, steps: usize, clock: TestClock, lease: Duration) {
    let mut next = Some(next_job(&engine).await);
    let mut taken = 0;
    while let Some(lost) = next {
        clock.advance(lease);
        let held = engine.lease_job().await.expect("the store answers");
        let held = held.expect("a lease that is over can be taken");
        assert!(step(&engine, lost.clone()).await.is_none());
        let first = step(&engine, held.clone()).await;
        let second = step(&engine, held).await;
        assert_eq!(format!("{first:?}"), format!("{second:?}"));
        assert!(step(&engine, lost).await.is_none());
        next = second;
        taken += 1;
    }
    assert_eq!(
        taken, steps,
        "the job has another number of steps than the test says"
    );
}

/// Takes every step that is due.
pub(crate) async fn take_due_steps(engine: &Engine) {
    while let Some(leased) = engine.lease_job().await.expect("the store answers") {
        let mut leased = Some(leased);
        while let Some(more) = leased {
            leased = step(engine, more).await;
        }
    }
}

async fn next_job(engine: &Engine) -> LeasedJob {
    loop {
        match engine.lease_job().await.expect("the store answers") {
            Some(leased) => return leased,
            None => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
}

async fn step(engine: &Engine, leased: LeasedJob) -> Option<LeasedJob> {
    engine.step_job(leased).await.expect("a step succeeds")
}
