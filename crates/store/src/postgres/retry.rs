//! Whether a transaction is tried again, and after how long.
//!
//! Four things can happen to one: a conflict, after which it is tried again soon; a rule of the schema that it broke,
//! which may have been a conflict; a connection lost before COMMIT was sent, after which nothing has happened and another
//! connection may do better; and a COMMIT without an answer, after which it **must** be tried again, because only its own
//! request row can tell what happened.

use std::time::{Duration, Instant};

use rand::RngExt;

use super::errors::is_deadlock;
use crate::{RetryCause, StoreError};

/// How often a transaction may conflict before its caller is told.
/// Ours: with 64 clients adding to one row over sixteen connections, fewer than one command in a thousand gives up.
const CONFLICTS_MAX: u32 = 20;

/// How often a transaction may break a rule of the schema before it counts as broken by itself.
///
/// Source: PostgreSQL's manual, "Serialization Failure Handling": a key that another transaction took after this one
/// looked for it is reported as a duplicate, and not always as a conflict. Looking again finds it taken.
const COLLISIONS_MAX: u32 = 5;

/// How often the connection may be lost before COMMIT: one may have died while idle, and its successor too.
const LOSSES_MAX: u32 = 3;

/// How long a COMMIT without an answer is pursued: longer than a failover to a standby takes.
const PURSUIT_MAX: Duration = Duration::from_mins(1);

/// The pause after a first conflict, at most; it doubles with every one.
const PAUSE_FIRST: Duration = Duration::from_millis(2);

/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_millis(250);

/// What stopped an attempt.
#[derive(Debug)]
pub(super) enum Setback {
    /// Another transaction got in the way.
    Conflict(StoreError),
    /// A rule of the schema was broken, perhaps because another transaction got in the way.
    Collision(StoreError),
    /// The server was lost, or could not be reached, before COMMIT was sent.
    Lost(StoreError),
    /// COMMIT was sent, and no answer came.
    Unanswered(StoreError),
    /// Trying again would change nothing.
    Final(StoreError),
}

impl Setback {
    /// What a failure before COMMIT means.
    pub(super) fn before_commit(failure: StoreError) -> Self {
        match failure {
            StoreError::Contended { .. } => Self::Conflict(failure),
            StoreError::Constraint { .. } => Self::Collision(failure),
            StoreError::Unavailable { .. } => Self::Lost(failure),
            _ => Self::Final(failure),
        }
    }

    /// Why the transaction is run again, if it may be.
    pub(super) fn cause(&self) -> Option<RetryCause> {
        Some(match self {
            Self::Conflict(failure) if is_deadlock(failure) => RetryCause::Deadlock,
            Self::Conflict(_) => RetryCause::Serialization,
            Self::Collision(_) => RetryCause::Constraint,
            Self::Lost(_) => RetryCause::ConnectionLost,
            Self::Unanswered(_) => RetryCause::CommitUnanswered,
            Self::Final(_) => return None,
        })
    }

    /// What it means when nobody waits for the outcome any more: a server that is away is not waited for either.
    pub(super) fn unheard(self) -> Self {
        match self {
            Self::Lost(failure) | Self::Unanswered(failure) => Self::Final(failure),
            Self::Conflict(_) | Self::Collision(_) | Self::Final(_) => self,
        }
    }
}

/// How one transaction has fared so far.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    conflicts: u32,
    collisions: u32,
    losses: u32,
    unanswered_since: Option<Instant>,
}

impl Attempts {
    /// How long to wait before the next attempt, or what to tell the caller instead.
    pub(super) fn after(&mut self, setback: Setback, now: Instant) -> Result<Duration, StoreError> {
        match setback {
            Setback::Final(failure) => Err(failure),
            Setback::Conflict(failure) => {
                self.conflicts += 1;
                self.go_on(self.conflicts, self.conflicts < CONFLICTS_MAX, failure)
            }
            Setback::Collision(failure) => {
                self.collisions += 1;
                self.go_on(self.collisions, self.collisions < COLLISIONS_MAX, failure)
            }
            Setback::Unanswered(failure) => {
                let since = *self.unanswered_since.get_or_insert(now);
                self.losses += 1;
                self.go_on(self.losses, now - since < PURSUIT_MAX, failure)
            }
            Setback::Lost(failure) => {
                self.losses += 1;
                let may_go_on = match self.unanswered_since {
                    Some(since) => now - since < PURSUIT_MAX,
                    None => self.losses < LOSSES_MAX,
                };
                self.go_on(self.losses, may_go_on, failure)
            }
        }
    }

    fn go_on(&self, times: u32, may: bool, failure: StoreError) -> Result<Duration, StoreError> {
        if may {
            Ok(pause(times))
        } else if self.unanswered_since.is_some() {
            Err(StoreError::Unavailable {
                what: "a commit was left without an answer, and whether it happened could not be found out",
                source: Some(std::sync::Arc::new(failure)),
            })
        } else {
            Err(failure)
        }
    }
}

/// A random time up to a bound that doubles with each time, so that those who met do not meet again.
fn pause(times: u32) -> Duration {
    let bound = PAUSE_FIRST
        .saturating_mul(1 << times.saturating_sub(1).min(10))
        .min(PAUSE_MAX);
    bound.mul_f64(rand::rng().random_range(0.0..1.0))
}
