//! Fault rules and the clock of a running server: asked and changed over HTTP and by commands.
//!
//! Both ways say the same things, which one function carries out. Invariant: a server that was not started with `--faults`
//! answers that it was not, and changes nothing. Deliberately absent: what rules do, which is the engine's.

mod clock;
mod command;
pub(crate) mod http;
mod seconds;
mod table;

use engine::{
    ClockChange, ClockReading, Engine, FaultRule, InvalidClockChange, InvalidRule, KeptRule, UnknownRule,
};
use serde::{Deserialize, Serialize};

pub use clock::{ClockCommand, clock};
pub use command::{FaultCommand, fault};

/// What can be asked.
#[derive(Debug, Serialize, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Request {
    /// Add a rule.
    Add(Box<FaultRule>),
    /// Tell every rule.
    List {},
    /// Tell one rule.
    Find {
        /// Its id.
        id: String,
    },
    /// Take these rules away, or all.
    Clear {
        /// Their ids.
        ids: Vec<String>,
    },
    /// Let go of the share operations that these rules hold, or any.
    Release {
        /// Their ids.
        ids: Vec<String>,
    },
    /// Tell the time.
    Clock {},
    /// Change the clock.
    SetClock(ClockChange),
}

/// What is answered.
#[derive(Debug, Serialize, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    /// One rule.
    Rule(Box<KeptRule>),
    /// Rules: all, or those that were taken away.
    Rules(Vec<KeptRule>),
    /// Share operations that were let go of, by token.
    Released(Vec<String>),
    /// What the clock shows.
    Clock(ClockReading),
}

/// Why something was not done.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// The server was not started with `--faults`.
    #[error("this server provokes no faults; start it with --faults")]
    Off,
    /// There is no such rule.
    #[error(transparent)]
    Unknown(#[from] UnknownRule),
    /// What was asked makes no sense.
    #[error(transparent)]
    Rule(#[from] InvalidRule),
    /// The clock cannot be set to that.
    #[error(transparent)]
    Clock(#[from] InvalidClockChange),
}

/// Does what `request` asks.
pub(crate) fn answer(engine: &Engine, request: Request) -> Result<Reply, Refusal> {
    let faults = engine.faults().ok_or(Refusal::Off)?;
    Ok(match request {
        Request::Add(rule) => Reply::Rule(faults.add(*rule)?.into()),
        Request::List {} => Reply::Rules(faults.list()),
        Request::Find { id } => match faults.find(&id) {
            Some(rule) => Reply::Rule(rule.into()),
            None => return Err(UnknownRule(id).into()),
        },
        Request::Clear { ids } => {
            let cleared = faults.clear(&ids)?;
            engine.wake_jobs();
            Reply::Rules(cleared)
        }
        Request::Release { ids } => {
            let released = faults.release(&ids)?;
            engine.wake_jobs();
            Reply::Released(released)
        }
        Request::Clock {} => Reply::Clock(engine.clock().ok_or(Refusal::Off)?),
        Request::SetClock(change) => Reply::Clock(engine.change_clock(&change).ok_or(Refusal::Off)??),
    })
}
