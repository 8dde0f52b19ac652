//! One thread with one connection: takes transactions from the queue and carries each out, whatever it takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use super::connect::Server;
use super::lanes::{Lanes, Run};
use super::retry::{Attempts, Setback};
use super::session::Session;
use super::transaction::{CommitFailure, Transaction};
use super::{Job, Mode};
use crate::WriteTx;
use crate::faults::Faults;
use crate::observer::Observed;
use crate::queue::Queue;
use crate::work::{Ending, attempt};

pub(super) struct Worker {
    pub(super) server: Arc<Server>,
    pub(super) queue: Arc<Queue<Job>>,
    pub(super) lanes: Arc<Lanes>,
    pub(super) commits: Arc<AtomicU64>,
    pub(super) observed: Observed,
    pub(super) faults: Arc<Faults>,
}

impl Worker {
    /// Carries out what is queued until the queue is closed and empty. Connects when there is something to do.
    pub(super) fn run(self) {
        let mut session = None;
        while let Some(job) = self.queue.pop() {
            let attempts = Attempts::default();
            if let Some(run) = self.lanes.follow(Run { job, attempts }) {
                self.carry_out_with_lane(run, &mut session);
            }
        }
    }

    /// Carries out `run`, and what follows it in its lane, should it open one.
    fn carry_out_with_lane(&self, run: Run, session: &mut Option<Session>) {
        let mut lane = None;
        let mut next = Some(run);
        while let Some(run) = next {
            let met = self.carry_out(run, session, lane.is_some());
            // The caller has its answer by now: what is left open has nothing to keep.
            tidy(session);
            next = match (met, &lane) {
                (Some(met), _) => {
                    let entered = self.lanes.enter(met);
                    lane = entered.as_ref().and_then(|it| it.job.lane.clone());
                    entered
                }
                (None, Some(lane)) => self.lanes.next(lane),
                (None, None) => None,
            };
        }
    }

    /// Carries out one transaction, whatever it takes. Gives back one that met another, unless this worker `drives` its
    /// lane already: there, it is run again.
    fn carry_out(&self, mut run: Run, session: &mut Option<Session>, drives: bool) -> Option<Run> {
        loop {
            let Err(mut setback) = self.attempt(&mut run.job, session) else {
                run.job.work.answer(Ok(()));
                return None;
            };
            // Callers hold the store open, so a store that is being closed has none.
            if self.queue.is_closed() {
                setback = setback.unheard();
            }
            tidy(session);
            tracing::debug!(?setback, "a transaction was set back");
            let cause = setback.cause();
            let has_met = matches!(setback, Setback::Conflict(_)) && run.job.lane.is_some();
            match run.attempts.after(setback, Instant::now()) {
                Ok(pause) => {
                    if let Some(cause) = cause {
                        self.observed.retried(cause);
                    }
                    if has_met && !drives {
                        return Some(run);
                    }
                    thread::sleep(pause);
                }
                Err(failure) => {
                    run.job.work.answer(Err(failure));
                    return None;
                }
            }
        }
    }

    /// Runs the transaction once. Queries and refusals are left open: their callers need not wait for the end.
    fn attempt(&self, job: &mut Job, session: &mut Option<Session>) -> Result<(), Setback> {
        let session = match session {
            Some(session) => session,
            None => session.insert(self.connect().map_err(Setback::Lost)?),
        };
        let engine = Transaction::new(session, job.mode);
        let tx = WriteTx::new(&engine, &self.faults);
        let ending = attempt(&mut *job.work, &tx).map_err(Setback::before_commit)?;
        if ending == Ending::Undo || job.mode == Mode::Read {
            return Ok(());
        }
        let last = job.work.last();
        let has_written = last.is_some() || tx.has_written();
        let begun = self.observed.begin();
        match engine.commit(last) {
            Ok(()) => {
                if has_written {
                    self.commits.fetch_add(1, Ordering::Relaxed);
                    self.observed.committed(1, begun);
                }
                Ok(())
            }
            Err(CommitFailure::RolledBack(failure)) => Err(Setback::before_commit(failure)),
            Err(CommitFailure::Unknown(failure)) => Err(Setback::Unanswered(failure)),
        }
    }

    fn connect(&self) -> Result<Session, crate::StoreError> {
        Session::open(&self.server, self.server.options.round_trip_limit)
    }
}

/// Ends what is open on the session, and drops a session that cannot be trusted.
fn tidy(session: &mut Option<Session>) {
    if let Some(open) = session {
        open.roll_back();
        if open.is_lost() {
            *session = None;
        }
    }
}
