//! One thread with one connection: takes transactions from the queue and carries each out, whatever it takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use super::connect::Server;
use super::lanes::{Drive, Lanes, Met};
use super::retry::Setback;
use super::session::Session;
use super::transaction::{CommitFailure, Transaction};
use super::{Mode, Run};
use crate::WriteTx;
use crate::faults::Faults;
use crate::observer::Observed;
use crate::queue::Queue;
use crate::work::{Ending, attempt};

/// What a worker has to do with the lane of the transaction that it carries out.
enum Lane<'a> {
    /// Nothing yet: what meets another goes there.
    Ahead,
    /// It drives it: what meets another is run again.
    Driven(Drive<'a>),
    /// Nothing any more: what meets another is run again.
    Behind,
}

pub(super) struct Worker {
    pub(super) server: Arc<Server>,
    pub(super) queue: Arc<Queue<Run>>,
    pub(super) lanes: Arc<Lanes>,
    pub(super) commits: Arc<AtomicU64>,
    pub(super) observed: Observed,
    pub(super) faults: Arc<Faults>,
}

impl Worker {
    /// Carries out what is queued until the queue is closed and empty. Connects when there is something to do.
    pub(super) fn run(self) {
        let mut session = None;
        while let Some(run) = self.queue.pop() {
            let Some(run) = self.lanes.follow(run) else {
                continue;
            };
            let Some(met) = self.carry_out(run, &mut session, &mut Lane::Ahead) else {
                continue;
            };
            match self.lanes.enter(met, &self.queue) {
                Met::Follows => {}
                Met::Drives(run, drive) => self.carry_out_lane(run, drive, &mut session),
                Met::Alone(run) => {
                    self.carry_out(run, &mut session, &mut Lane::Behind);
                }
            }
        }
    }

    /// Carries out `run` and those that follow it in the lane that it drives.
    fn carry_out_lane(&self, run: Run, drive: Drive<'_>, session: &mut Option<Session>) {
        let mut lane = Lane::Driven(drive);
        let mut next = Some(run);
        while let Some(run) = next {
            self.carry_out(run, session, &mut lane);
            next = match &lane {
                Lane::Driven(drive) => drive.next(),
                Lane::Ahead | Lane::Behind => None,
            };
        }
    }

    /// Carries out one transaction, whatever it takes. Gives it back where it met another, if it is to.
    fn carry_out(&self, mut run: Run, session: &mut Option<Session>, lane: &mut Lane<'_>) -> Option<Run> {
        loop {
            let Err(mut setback) = self.attempt(&mut run, session) else {
                run.work.answer(Ok(()));
                // The caller has its answer by now: what is left open has nothing to keep.
                tidy(session);
                return None;
            };
            // Callers hold the store open, so a store that is being closed has none.
            if self.queue.is_closed() {
                setback = setback.unheard();
            }
            tidy(session);
            tracing::debug!(?setback, "a transaction was set back");
            let cause = setback.cause();
            let gives_back = matches!((&lane, &setback), (Lane::Ahead, Setback::Conflict(_)));
            if matches!(setback, Setback::Lost(_) | Setback::Unanswered(_)) {
                // This may take long: nobody is to wait behind it.
                *lane = Lane::Behind;
            }
            match run.attempts.after(setback, Instant::now()) {
                Ok(pause) => {
                    if let Some(cause) = cause {
                        self.observed.retried(cause);
                    }
                    if gives_back && run.lane.is_some() {
                        return Some(run);
                    }
                    thread::sleep(pause);
                }
                Err(failure) => {
                    run.work.answer(Err(failure));
                    return None;
                }
            }
        }
    }

    /// Runs the transaction once. Queries and refusals are left open: their callers need not wait for the end.
    fn attempt(&self, run: &mut Run, session: &mut Option<Session>) -> Result<(), Setback> {
        let session = match session {
            Some(session) => session,
            None => session.insert(self.connect().map_err(Setback::Lost)?),
        };
        let engine = Transaction::new(session, run.mode);
        let tx = WriteTx::new(&engine, &self.faults);
        let ending = attempt(&mut *run.work, &tx).map_err(Setback::before_commit)?;
        if ending == Ending::Undo || run.mode == Mode::Read {
            return Ok(());
        }
        let last = run.work.last();
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
