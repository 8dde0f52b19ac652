//! What is to happen to a request.

use std::time::{Duration, Instant};

use domain::{AccountId, PortfolioId};
use shapes::OperationDescription;

use super::effect::{Effect, Moment, RequestEffect, Response};
use super::kept::Kept;
use super::rule::FaultState;
use super::{Book, FaultRules};

/// In the extensions of an answer: that it is not to be sent, and its connection is to be cut in its place.
#[derive(Clone, Copy, Debug)]
pub struct CutConnection;

/// What is to happen to a request.
#[derive(Default)]
pub(super) struct Verdict {
    /// How long it waits first.
    pub(super) delay: Duration,
    /// How it fails, if it does.
    pub(super) failure: Option<Failure>,
}

/// How a request fails.
pub(super) enum Failure {
    Throttle,
    Respond(Response),
    Cut(Moment),
}

impl Failure {
    pub(super) fn moment(&self) -> Moment {
        match self {
            Self::Throttle => Moment::BeforeCommit,
            Self::Respond(response) => response.moment,
            Self::Cut(moment) => *moment,
        }
    }
}

/// What one account may still ask for: it fills with time, up to a second's worth, and each request takes one out.
pub(super) struct Bucket {
    requests: f64,
    filled: Instant,
}

impl FaultRules {
    /// Whether some rule needs to know which portfolio a request is about.
    pub(super) fn asks_for_portfolio(&self) -> bool {
        self.book()
            .is_some_and(|book| book.rules.iter().any(|it| it.rule.scope.names_portfolios()))
    }

    /// What is to happen to a request: the delays of all rules, and the failure of the first that has one.
    pub(super) fn judge(
        &self,
        account: &AccountId,
        operation: &OperationDescription,
        portfolio: Option<&PortfolioId>,
    ) -> Verdict {
        let now = Instant::now();
        match self.book() {
            Some(mut book) => book.judge((account, operation, portfolio), now),
            None => Verdict::default(),
        }
    }
}

impl Book {
    pub(super) fn judge(
        &mut self,
        (account, operation, portfolio): (&AccountId, &OperationDescription, Option<&PortfolioId>),
        now: Instant,
    ) -> Verdict {
        let mut verdict = Verdict::default();
        for kept in &mut self.rules {
            let is_about = kept.state(now) == FaultState::Active
                && kept.rule.scope.has_request(account, operation, portfolio);
            if is_about {
                kept.happen_to_request(account, now, &mut verdict);
            }
        }
        verdict
    }
}

impl Kept {
    /// Adds what this rule does to the `verdict` on a request of `account`.
    fn happen_to_request(&mut self, account: &AccountId, now: Instant, verdict: &mut Verdict) {
        if !matches!(self.rule.effect, Effect::Request(_)) || !self.meets_one() {
            return;
        }
        let Effect::Request(effect) = &self.rule.effect else {
            return;
        };
        let happens = match effect {
            RequestEffect::Delay(delay) => {
                verdict.delay = verdict.delay.saturating_add(*delay);
                true
            }
            RequestEffect::ThrottleBeyond { per_second } => {
                let new = || Bucket::full(*per_second, now);
                let bucket = self.buckets.entry(account.clone()).or_insert_with(new);
                !bucket.take(*per_second, now) && verdict.fails_with(Failure::Throttle)
            }
            RequestEffect::ThrottleAll => verdict.fails_with(Failure::Throttle),
            RequestEffect::Respond(response) => verdict.fails_with(Failure::Respond(response.clone())),
            RequestEffect::Cut(moment) => verdict.fails_with(Failure::Cut(*moment)),
        };
        if happens {
            self.fired += 1;
        }
    }
}

impl Verdict {
    /// Fails the request, unless an earlier rule did. Says whether this was the first.
    fn fails_with(&mut self, failure: Failure) -> bool {
        let is_first = self.failure.is_none();
        self.failure.get_or_insert(failure);
        is_first
    }
}

impl Bucket {
    fn full(per_second: f64, now: Instant) -> Self {
        Self {
            requests: per_second.max(1.0),
            filled: now,
        }
    }

    /// Takes a request out. Says whether there was one left.
    fn take(&mut self, per_second: f64, now: Instant) -> bool {
        let passed = now.duration_since(self.filled).as_secs_f64();
        self.requests = (self.requests + passed * per_second).min(per_second.max(1.0));
        self.filled = now;
        let is_left = self.requests >= 1.0;
        if is_left {
            self.requests -= 1.0;
        }
        is_left
    }
}
