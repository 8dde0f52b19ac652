//! A rule and what it has done.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use domain::{AccountId, ShareToken};

use super::effect::{Effect, ShareEffect};
use super::requests::Bucket;
use super::rule::{FaultRule, FaultState, KeptRule, Rule};

/// A rule that somebody gave.
pub(super) struct Kept {
    pub(super) id: String,
    given: FaultRule,
    pub(super) rule: Rule,
    made: Instant,
    pub(super) fired: u64,
    /// Requests that it was about, whether it happened to them or not.
    pub(super) met: u64,
    /// What each account may still ask for, of a rule with a rate.
    pub(super) buckets: HashMap<AccountId, Bucket>,
    /// The share operations that it has happened to and that are not over.
    operations: HashSet<ShareToken>,
    /// Those of them that it holds no more.
    released: HashSet<ShareToken>,
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
            operations: HashSet::new(),
            released: HashSet::new(),
        }
    }

    pub(super) fn state(&self, now: Instant) -> FaultState {
        if self.rule.times.is_some_and(|it| self.fired >= it) {
            return FaultState::Spent;
        }
        match self.rule.lasts {
            Some(lasts) if now.duration_since(self.made) >= lasts => FaultState::Expired,
            _ => FaultState::Active,
        }
    }

    pub(super) fn shown(&self, now: Instant) -> KeptRule {
        KeptRule {
            id: self.id.clone(),
            rule: self.given.clone(),
            state: self.state(now),
            fired: self.fired,
            holding: self.holding().map(|it| it.as_str().to_owned()).collect(),
        }
    }

    /// Whether it happens to the operation `token`. One that it has begun to happen to counts once, and it goes on with it
    /// when it is spent, until its time is over.
    pub(super) fn takes_up(&mut self, token: &ShareToken, now: Instant) -> bool {
        let begun = self.operations.contains(token);
        match self.state(now) {
            FaultState::Active if !begun => {
                self.fired += 1;
                self.operations.insert(token.clone());
                true
            }
            FaultState::Active | FaultState::Spent => begun,
            FaultState::Expired => false,
        }
    }

    pub(super) fn is_released(&self, token: &ShareToken) -> bool {
        self.released.contains(token)
    }

    /// Holds nothing more of what it holds. Returns it.
    pub(super) fn release(&mut self) -> Vec<String> {
        let held: Vec<ShareToken> = self.holding().cloned().collect();
        self.released.extend(held.iter().cloned());
        held.into_iter().map(String::from).collect()
    }

    /// The operation `token` is over.
    pub(super) fn forget(&mut self, token: &ShareToken) {
        self.operations.remove(token);
        self.released.remove(token);
    }

    fn holding(&self) -> impl Iterator<Item = &ShareToken> {
        let holds = matches!(self.rule.effect, Effect::Share(ShareEffect::HoldAfter(_)));
        self.operations
            .iter()
            .filter(move |it| holds && !self.released.contains(*it))
    }
}
