//! The server of one test and what it stands on, from the first start to the last check.
//!
//! Invariant: a test that passes leaves no work that cannot be finished, and has seen no answer against the contract.
//! Closing runs on a thread of its own, because a test ends by dropping things, and dropping cannot wait.

use std::{
    net::{SocketAddr, TcpListener},
    sync::PoisonError,
    time::Duration,
};

use engine::{Engine, EngineOptions, Limits, NewAccount};
use tokio::sync::watch;

use crate::{
    TestClock,
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
            clock: std::sync::Arc::new(self.clock.clone()),
            ..EngineOptions::default()
        };
        let opened = Engine::open(place.open().await, options)
            .await
            .expect("the engine opens");
        opened.engine.release_jobs().await.expect("the store answers");
        let running = Running::start(opened.engine.clone(), self.clock.clone(), &self.socket);
        self.open = Some(Open {
            engine: opened.engine,
            running,
        });
        opened.first_start
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.open.as_ref().expect("the house is open").engine
    }

    /// Stops everything and opens the same store again.
    pub(crate) async fn restart(&mut self) {
        let open = self.open.take().expect("the house is open");
        open.running.stop().await;
        drop(open.engine);
        self.start().await;
    }

    /// Waits until all work that was recorded is done.
    pub(crate) async fn settle(&self) {
        settle(self.engine()).await;
    }
}

async fn settle(engine: &Engine) {
    let mut looking = tokio::time::interval(LOOK_EVERY);
    let settled = async {
        while !engine.is_settled().await.expect("the store answers") {
            looking.tick().await;
        }
    };
    tokio::time::timeout(SETTLED_WITHIN, settled)
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
                let engine = open.map(|it| it.engine);
                if let Some(engine) = engine.filter(|_| !failed) {
                    finish_work(&engine, &clock).await;
                }
                if let Some(place) = place {
                    place.remove().await;
                }
            });
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
    // Held until the work is done: without its sender the worker stops.
    let (_stop, stopped) = watch::channel(false);
    tokio::select! {
        () = engine.run_jobs(stopped) => {}
        () = settle(engine) => {}
    }
}
