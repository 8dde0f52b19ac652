//! What is in the way of a share operation.
//!
//! Rules are about operations that start after they were given. Invariant: a step that runs twice is told the same both
//! times: an operation counts once for a rule, and what a step has visited is taken down after its commit.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::{AccountError, AccountId, ShareOperation, ShareToken, Time, UnitId};
use sha2::{Digest as _, Sha256};

use super::effect::{Effect, ShareEffect};
use super::kept::Kept;
use super::{Book, FaultRules};

/// The longest an operation waits before somebody looks again whether it may go on. Ours: each look is a commit, and
/// whoever releases an operation hardly notices.
const LOOK_AGAIN_MAX: Duration = Duration::from_millis(100);

/// The same for each of many: a store that commits 1,000 times a second has most of its time for others.
const LOOK_AGAIN_EACH: Duration = Duration::from_millis(5);

/// The shortest: accounts that may be visited one shortly after the other are visited together.
const LOOK_AGAIN_MIN: Duration = Duration::from_millis(20);

/// Accounts that a share operation fails for.
pub(crate) struct ChosenAccounts {
    /// By id.
    pub(super) accounts: HashSet<AccountId>,
    /// By the units that they are below.
    pub(super) units: Vec<UnitId>,
    /// How many of them, 0 to 100.
    pub(super) percent: f64,
    pub(super) seed: u64,
    /// How many of those, the first by id.
    pub(super) accounts_max: Option<u64>,
    /// How it fails for them.
    pub(super) error: AccountError,
}

impl ChosenAccounts {
    /// The units, below which every account is chosen.
    pub(crate) fn units(&self) -> &[UnitId] {
        &self.units
    }

    /// How many of those that [`has`](Self::has) names, the first by id; all if absent.
    pub(crate) fn accounts_max(&self) -> Option<u64> {
        self.accounts_max
    }

    /// How it fails for them.
    pub(crate) fn error(&self) -> &AccountError {
        &self.error
    }

    /// Whether `account` is one of them. `is_below` says whether it is below one of the units.
    pub(crate) fn has(&self, account: &AccountId, is_below: impl FnOnce() -> bool) -> bool {
        let names_nobody = self.accounts.is_empty() && self.units.is_empty();
        let is_named = names_nobody || self.accounts.contains(account) || is_below();
        is_named && share_of(self.seed, account) < self.percent
    }
}

/// A number from 0 to 100, without 100, for `account`. The same in every release, for whoever relies on a seed.
fn share_of(seed: u64, account: &AccountId) -> f64 {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(account.as_str());
    let bytes = hash.finalize();
    let number = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    f64::from(number) / (f64::from(u32::MAX) + 1.0) * 100.0
}

/// What a step of a share operation is to do.
#[derive(Default)]
pub(crate) enum Orders {
    /// Nothing before some time has passed, in real time.
    Wait(Duration, Reason),
    /// End the operation with ERROR.
    Fail,
    /// Visit accounts.
    Visit {
        /// How many at most, at least one; as many as otherwise if absent.
        accounts_max: Option<u64>,
        /// The accounts that it fails for; the first says with what.
        failing: Vec<Arc<ChosenAccounts>>,
    },
    /// As if there were no rules.
    #[default]
    Undisturbed,
}

/// What an operation waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Its start.
    Start,
    /// The time of its next account, if there is one.
    NextAccount,
    /// That somebody releases it.
    Release,
}

/// How far operations have come that some rule happens to.
pub(super) type Paces = HashMap<ShareToken, Pace>;

/// How far an operation has come.
pub(super) struct Pace {
    started: Time,
    visited: u64,
}

impl FaultRules {
    /// What the next step of `operation` is to do, by the server's clock.
    pub(crate) fn orders(&self, operation: &ShareOperation, now: Time) -> Orders {
        match self.book() {
            Some(mut book) => book.orders(operation, now, Instant::now()),
            None => Orders::Undisturbed,
        }
    }

    /// A step of the operation `token` visited so many accounts more, and is committed.
    pub(crate) fn visited(&self, token: &str, accounts: usize) {
        let (Some(mut book), Ok(token)) = (self.book(), ShareToken::parse(token)) else {
            return;
        };
        if let Some(pace) = book.paces.get_mut(&token) {
            pace.visited += accounts as u64;
        }
    }

    /// The operation `token` is over.
    pub(crate) fn ended(&self, token: &str) {
        // Also without rules: the last one may have been cleared meanwhile.
        let mut book = self.book.lock();
        let Ok(token) = ShareToken::parse(token) else {
            return;
        };
        book.paces.remove(&token);
        for kept in &mut book.rules {
            kept.forget(&token);
        }
    }

    /// No operation is under way any more: the store was exchanged for another.
    pub fn forget_operations(&self) {
        let mut book = self.book.lock();
        book.paces.clear();
        for kept in &mut book.rules {
            kept.forget_all();
        }
    }
}

/// The sum of what rules do to an operation.
#[derive(Default)]
struct Sum {
    before: Duration,
    per_account: Duration,
    hold_after: Option<u64>,
    fails: bool,
    failing: Vec<Arc<ChosenAccounts>>,
}

impl Book {
    pub(super) fn orders(&mut self, operation: &ShareOperation, now: Time, real: Instant) -> Orders {
        let Some(sum) = self.sum(operation, real) else {
            return Orders::Undisturbed;
        };
        let waiting = self.paces.len();
        let starts = operation.created_at.after(sum.before);
        let pace = self.paces.entry(operation.token.clone()).or_insert(Pace {
            started: starts,
            visited: 0,
        });
        if now < starts {
            return Orders::Wait(pause_until(starts, now, waiting), Reason::Start);
        }
        if sum.fails {
            return Orders::Fail;
        }
        let visited = pace.visited;
        let mut accounts_max = None;
        if !sum.per_account.is_zero() {
            let due = pace.due(sum.per_account, now);
            if due <= visited {
                let pause = pause_until(pace.next_due(sum.per_account), now, waiting);
                return Orders::Wait(pause, Reason::NextAccount);
            }
            accounts_max = Some(due - visited);
        }
        if let Some(hold_after) = sum.hold_after {
            let left = hold_after.saturating_sub(visited);
            if left == 0 {
                self.hold(&operation.token, visited);
                return Orders::Wait(longest_pause(waiting), Reason::Release);
            }
            accounts_max = Some(accounts_max.map_or(left, |it: u64| it.min(left)));
        }
        Orders::Visit {
            accounts_max,
            failing: sum.failing,
        }
    }

    /// What all rules together do to `operation`; `None` if no rule is about it.
    fn sum(&mut self, operation: &ShareOperation, real: Instant) -> Option<Sum> {
        let mut sum = None;
        for kept in &mut self.rules {
            if kept.is_about(operation) && kept.takes_up(operation, real) {
                kept.add_to(sum.get_or_insert_default(), &operation.token);
            }
        }
        sum
    }

    /// Takes down which rules hold the operation `token`, which has visited so many accounts.
    fn hold(&mut self, token: &ShareToken, visited: u64) {
        for kept in &mut self.rules {
            let holds =
                matches!(kept.rule.effect, Effect::Share(ShareEffect::HoldAfter(after)) if after <= visited);
            if holds {
                kept.hold(token);
            }
        }
    }
}

impl Kept {
    fn is_about(&self, operation: &ShareOperation) -> bool {
        matches!(self.rule.effect, Effect::Share(_)) && self.rule.scope.has_share_operation(operation)
    }

    fn add_to(&self, sum: &mut Sum, token: &ShareToken) {
        let Effect::Share(effect) = &self.rule.effect else {
            return;
        };
        match effect {
            ShareEffect::Delay { before, per_account } => {
                sum.before = sum.before.saturating_add(*before);
                sum.per_account = sum.per_account.saturating_add(*per_account);
            }
            ShareEffect::FailAccounts(chosen) => sum.failing.push(Arc::clone(chosen)),
            ShareEffect::HoldAfter(accounts) if !self.is_released(token) => {
                let least = sum.hold_after.map_or(*accounts, |it| it.min(*accounts));
                sum.hold_after = Some(least);
            }
            ShareEffect::HoldAfter(_) => {}
            ShareEffect::Fail => sum.fails = true,
        }
    }
}

impl Pace {
    /// How many accounts should have been visited by `now`.
    fn due(&self, per_account: Duration, now: Time) -> u64 {
        let passed = now.microseconds().saturating_sub(self.started.microseconds());
        let each = i64::try_from(per_account.as_micros()).unwrap_or(i64::MAX).max(1);
        u64::try_from(passed / each).unwrap_or(0)
    }

    /// When the next account may be visited.
    fn next_due(&self, per_account: Duration) -> Time {
        let accounts = u32::try_from(self.visited + 1).unwrap_or(u32::MAX);
        self.started.after(per_account.saturating_mul(accounts))
    }
}

/// How long to wait for `then`, in real time, if the clock goes on as it does. It may be set at any moment.
fn pause_until(then: Time, now: Time, waiting: usize) -> Duration {
    let left = then.microseconds().saturating_sub(now.microseconds());
    let left = Duration::from_micros(u64::try_from(left).unwrap_or(0));
    left.clamp(LOOK_AGAIN_MIN, longest_pause(waiting))
}

/// The longest wait while so many operations are under some rule.
fn longest_pause(waiting: usize) -> Duration {
    let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
    LOOK_AGAIN_EACH.saturating_mul(waiting).max(LOOK_AGAIN_MAX)
}
