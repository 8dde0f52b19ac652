//! The server of one test and what it stands on, from the first start to the last check.
//!
//! Invariant: a test that passes leaves no work that cannot be finished, and has seen no answer against the contract.
//! Closing runs on a thread of its own, because a test ends by dropping things, and dropping cannot wait.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{Arc, PoisonError},
    time::Duration,
};

use engine::{Engine, EngineOptions, Limits, NewAccount};
use store::Store;
use tokio::{
    sync::watch,
    time::{interval, timeout},
};

use crate::{
    Failure, TestClock,
    breaking::{take_due_steps, take_steps, take_steps_twice},
    listener::{Running, free_socket},
    place::Place,
    transport::Violations,
};

/// How long the work of a test may take to be done.
const SETTLED_WITHIN: Duration = Duration::from_mins(1);
/// How often to look.
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// Longer than any delay a test sets, so that every job is due.
const AFTERWARDS: Duration = Duration::from_hours(48);

/// A server, its store and its socket.
pub(crate) struct House {
    limits: Limits,
    socket: TcpListener,
    pub(crate) address: SocketAddr,
    pub(crate) clock: TestClock,
    pub(crate) violations: Violations,
    // Present but while it is restarted or closed.
    open: Option<Open>,
    place: Option<Place>,
}

struct Open {
    store: Store,
    engine: Engine,
    running: Running,
}

impl House {
    /// A server on a fresh store, and its management account.
    pub(crate) async fn new(limits: Limits) -> (Self, NewAccount) {
        let (socket, address) = free_socket();
        let place = Some(Place::new().await);
        let (clock, violations) = (TestClock::default(), Violations::default());
        let mut house = Self {
            limits,
            socket,
            address,
            clock,
            violations,
            open: None,
            place,
        };
        let management = house
            .start()
            .await
            .expect("the first start makes the management account");
        (house, management)
    }

    async fn start(&mut self) -> Option<NewAccount> {
        let place = self.place.as_ref().expect("a house that is open has its place");
        let options = EngineOptions {
            limits: self.limits.clone(),
            clock: Arc::new(self.clock.clone()),
            faults: Some(Arc::default()),
            ..EngineOptions::default()
        };
        let store = place.open().await;
        let opened = Engine::open(store.clone(), options)
            .await
            .expect("the engine opens");
        place.release_leases(&opened.engine).await;
        let running = Running::start(opened.engine.clone(), self.clock.clone(), &self.socket);
        self.open = Some(Open {
            store,
            engine: opened.engine,
            running,
        });
        opened.first_start
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.open().engine
    }

    /// Stops everything in order and opens the same store again.
    pub(crate) async fn restart(&mut self) {
        self.take_open().running.stop().await;
        self.start().await;
    }

    /// Takes the server away, where it was to fail if that was asked for, and opens the same store again.
    pub(crate) async fn crash(&mut self) {
        let open = self.take_open();
        timeout(SETTLED_WITHIN, open.running.script_ended())
            .await
            .expect("the server comes to where it is to crash");
        open.running.crash().await;
        drop((open.engine, open.store));
        self.start().await;
    }

    /// Makes something fail.
    pub(crate) async fn fail_at(&self, failure: Failure) {
        let (open, clock, lease) = (self.open(), self.clock.clone(), self.limits.job_lease);
        let engine = open.engine.clone();
        match failure {
            Failure::Step(steps) => open.running.work_by(take_steps(engine, steps)).await,
            Failure::EveryStep(steps) => {
                let script = take_steps_twice(engine, steps, clock, lease);
                open.running.work_by(script).await;
            }
            Failure::Statements { first, last } => open.store.faults().conflict_at_each(first, last),
        }
    }

    /// Withdraws the conflicts that were asked for. Says how many had happened.
    pub(crate) fn end_conflicts(&self) -> u64 {
        self.open().store.faults().withdraw()
    }

    /// Notes every statement from now on.
    pub(crate) fn note_statements(&self) {
        self.open().store.faults().note_statements();
    }

    /// The statements that were noted.
    pub(crate) fn noted_statements(&self) -> Vec<&'static str> {
        self.open().store.faults().noted_statements()
    }

    /// Lets nobody work on jobs but [`House::work`].
    pub(crate) async fn hold_jobs(&self) {
        self.open().running.hold_jobs().await;
    }

    /// Takes the jobs that are due all their steps.
    pub(crate) async fn work(&self) {
        take_due_steps(self.engine()).await;
    }

    /// Waits until all work that was recorded is done.
    pub(crate) async fn settle(&self) {
        let held = timeout(SETTLED_WITHIN, self.open().running.script_ended()).await;
        if held.expect("what the test lets fail comes about") {
            self.work().await;
        }
        settle(self.engine()).await;
    }

    fn open(&self) -> &Open {
        self.open.as_ref().expect("the house is open")
    }

    fn take_open(&mut self) -> Open {
        self.open.take().expect("the house is open")
    }
}

async fn settle(engine: &Engine) {
    let mut looking = interval(LOOK_EVERY);
    let settled = async {
        while !engine.is_settled().await.expect("the store answers") {
            looking.tick().await;
        }
    };
    timeout(SETTLED_WITHIN, settled)
        .await
        .expect("work is done in time");
}

impl Drop for House {
    fn drop(&mut self) {
        let (open, place, clock) = (self.open.take(), self.place.take(), self.clock.clone());
        let failed = std::thread::panicking();
        let closing = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime can be made").block_on(async {
                let Some(open) = open else { return };
                open.running.crash().await;
                if !failed {
                    finish_work(&open.engine, &clock).await;
                }
            });
            // Only now, when nothing is open on it any more and no transaction is under way.
            drop(place);
        });
        let closed = closing.join();
        if failed {
            return;
        }
        if let Err(panic) = closed {
            std::panic::resume_unwind(panic);
        }
        let violations = self.violations.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(
            violations.is_empty(),
            "answers violated the contract:\n{}",
            violations.join("\n")
        );
    }
}

/// Works on what the test left, once it is due.
async fn finish_work(engine: &Engine, clock: &TestClock) {
    clock.advance(AFTERWARDS);
    let (stop, stopped) = watch::channel(false);
    let settled = async {
        settle(engine).await;
        stop.send_replace(true);
    };
    tokio::join!(settled, engine.run_jobs(stopped));
}
