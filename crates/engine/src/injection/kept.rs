//! A rule and what it has done.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use domain::{AccountId, ShareOperation, ShareStatus, ShareToken};

use super::requests::Bucket;
use super::rule::{FaultRule, FaultState, KeptRule, Rule};

/// A rule that somebody gave.
pub(super) struct Kept {
    pub(super) id: String,
    given: FaultRule,
    pub(super) rule: Rule,
    made: Instant,
    pub(super) fired: u64,
    /// Requests, or share operations, that it was about, whether it happened to them or not.
    met: u64,
    /// What each account may still ask for, of a rule with a rate.
    pub(super) buckets: HashMap<AccountId, Bucket>,
    /// The share operations that it happens to and that are not over.
    operations: HashMap<ShareToken, Hold>,
    /// Those that it let pass, and that are not over.
    passed: HashSet<ShareToken>,
}

/// Whether a rule holds an operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Hold {
    #[default]
    NotYet,
    Holds,
    Released,
}

impl Kept {
    pub(super) fn new(id: String, given: FaultRule, rule: Rule, made: Instant) -> Self {
        Self {
            id,
            given,
            rule,
            made,
            fired: 0,
            met: 0,
            buckets: HashMap::new(),
            operations: HashMap::new(),
            passed: HashSet::new(),
        }
    }

    pub(super) fn state(&self, now: Instant) -> FaultState {
        // Time first: what a spent rule goes on with, it goes on with until then.
        let is_over = |lasts| now.duration_since(self.made) >= lasts;
        if self.rule.lasts.is_some_and(is_over) {
            FaultState::Expired
        } else if self.rule.times.is_some_and(|it| self.fired >= it) {
            FaultState::Spent
        } else {
            FaultState::Active
        }
    }

    pub(super) fn shown(&self, now: Instant) -> KeptRule {
        KeptRule {
            id: self.id.clone(),
            rule: self.given.clone(),
            state: self.state(now),
            fired: self.fired,
            holding: self.holding(now).map(|it| it.as_str().to_owned()).collect(),
        }
    }

    /// Takes note of one more that it is about. Says whether it happens to it.
    pub(super) fn meets_one(&mut self) -> bool {
        self.met += 1;
        let after = self.met.saturating_sub(self.rule.skip);
        after > 0 && after.is_multiple_of(self.rule.every)
    }

    /// Whether it happens to `operation`. It begins to while the operation has not started, counts it once, and goes on
    /// with it when it is spent, until its time is over.
    pub(super) fn takes_up(&mut self, operation: &ShareOperation, now: Instant) -> bool {
        let token = &operation.token;
        let is_new = operation.status == ShareStatus::NotStarted
            && !self.operations.contains_key(token)
            && !self.passed.contains(token);
        match self.state(now) {
            FaultState::Active if is_new => {
                let happens = self.meets_one();
                if happens {
                    self.fired += 1;
                    self.operations.insert(token.clone(), Hold::default());
                } else {
                    self.passed.insert(token.clone());
                }
                happens
            }
            FaultState::Active | FaultState::Spent => self.operations.contains_key(token),
            FaultState::Expired => false,
        }
    }

    /// Whether it has let go of the operation `token`.
    pub(super) fn is_released(&self, token: &ShareToken) -> bool {
        self.operations.get(token) == Some(&Hold::Released)
    }

    /// The operation `token` waits to be released.
    pub(super) fn hold(&mut self, token: &ShareToken) {
        if let Some(hold @ Hold::NotYet) = self.operations.get_mut(token) {
            *hold = Hold::Holds;
        }
    }

    /// Lets go of what it holds.
    pub(super) fn release(&mut self) {
        for hold in self.operations.values_mut().filter(|it| **it == Hold::Holds) {
            *hold = Hold::Released;
        }
    }

    /// The operations that it holds.
    pub(super) fn holding(&self, now: Instant) -> impl Iterator<Item = &ShareToken> {
        let is_over = self.state(now) == FaultState::Expired;
        let held = self.operations.iter().filter(|(_, hold)| **hold == Hold::Holds);
        held.map(|(token, _)| token).filter(move |_| !is_over)
    }

    /// Whether it is over, and nothing is left that it happens to.
    pub(super) fn is_done(&self, now: Instant) -> bool {
        match self.state(now) {
            FaultState::Active => false,
            FaultState::Spent => self.operations.is_empty(),
            FaultState::Expired => true,
        }
    }

    /// The operation `token` is over.
    pub(super) fn forget(&mut self, token: &ShareToken) {
        self.operations.remove(token);
        self.passed.remove(token);
    }

    /// Every operation is over.
    pub(super) fn forget_all(&mut self) {
        self.operations.clear();
        self.passed.clear();
    }
}
