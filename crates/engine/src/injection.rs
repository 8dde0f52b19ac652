//! Fault injection: what goes wrong on purpose, so that a team can see what its automation does then.
//!
//! [`FaultRules`] holds the rules that somebody gave, and answers two questions: what is to happen to this request, and
//! what is in the way of this share operation. Invariant: without rules everything is as it is without this module; and
//! what a rule leads to is nothing that could not have happened by itself. Rules are the process's: they end with it, and
//! another replica has its own. Deliberately absent: how rules are given, which is the server's.

mod clock;
mod effect;
mod kept;
mod requests;
mod rule;
mod scope;
mod serving;
mod share_operations;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use domain::ShareToken;
use parking_lot::Mutex;

pub(crate) use clock::SetClock;
pub use clock::{ClockChange, ClockReading, InvalidClockChange};
pub use effect::FaultEffect;
pub use requests::CutConnection;
pub use rule::{FaultRule, FaultState, InvalidRule, KeptRule, UnknownRule};
pub(crate) use share_operations::{ChosenAccounts, Orders, Reason};

use kept::Kept;
use rule::Rule;
use share_operations::Paces;

/// How many rules there may be. Ours: more than anybody reads; each request looks through all of them.
const RULES_MAX: usize = 1_000;

/// The rules of one process, and its clock.
#[derive(Default)]
pub struct FaultRules {
    book: Mutex<Book>,
    /// Whether there is any rule, so that a request of a server without any takes no lock.
    any: AtomicBool,
    clock: SetClock,
}

#[derive(Default)]
struct Book {
    /// In the order in which they were given.
    rules: Vec<Kept>,
    last_number: u64,
    paces: Paces,
}

impl FaultRules {
    /// Adds a rule, which holds from now on.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the rule, or that there are too many.
    pub fn add(&self, rule: FaultRule) -> Result<KeptRule, InvalidRule> {
        let checked = Rule::of(&rule)?;
        let now = Instant::now();
        let mut book = self.book.lock();
        if book.rules.len() >= RULES_MAX {
            let over = book.rules.iter().position(|it| it.is_done(now));
            let over = over.ok_or_else(|| {
                InvalidRule::new(format!("there are {RULES_MAX} rules; clear some of them first"))
            })?;
            book.rules.remove(over);
        }
        book.last_number += 1;
        let kept = Kept::new(format!("fault-{}", book.last_number), rule, checked, now);
        let shown = kept.shown(now);
        book.rules.push(kept);
        self.any.store(true, Ordering::Release);
        Ok(shown)
    }

    /// Every rule, those too that are over, in the order in which they were given.
    pub fn list(&self) -> Vec<KeptRule> {
        let now = Instant::now();
        self.book.lock().rules.iter().map(|it| it.shown(now)).collect()
    }

    /// The rule `id`.
    pub fn find(&self, id: &str) -> Option<KeptRule> {
        let now = Instant::now();
        let book = self.book.lock();
        let kept = book.rules.iter().find(|it| it.id == id);
        kept.map(|it| it.shown(now))
    }

    /// Takes the rules `ids` away, or every rule if none are named, and lets go of what they hold. Returns those it took
    /// away.
    ///
    /// # Errors
    ///
    /// Names an id that no rule has, and takes nothing away.
    pub fn clear(&self, ids: &[String]) -> Result<Vec<KeptRule>, UnknownRule> {
        let now = Instant::now();
        let mut book = self.book.lock();
        book.check_ids(ids)?;
        let (cleared, left) = std::mem::take(&mut book.rules)
            .into_iter()
            .partition(|it: &Kept| ids.is_empty() || ids.contains(&it.id));
        book.rules = left;
        self.any.store(!book.rules.is_empty(), Ordering::Release);
        Ok(cleared.iter().map(|it| it.shown(now)).collect())
    }

    /// Lets go of the share operations that the rules `ids` hold, or any rule if none are named. The rules stay, for the
    /// next operation. Returns the tokens of those that were held and that no rule holds any more.
    ///
    /// # Errors
    ///
    /// Names an id that no rule has, and lets go of nothing.
    pub fn release(&self, ids: &[String]) -> Result<Vec<String>, UnknownRule> {
        let now = Instant::now();
        let mut book = self.book.lock();
        book.check_ids(ids)?;
        let before = book.held(now);
        for kept in &mut book.rules {
            if ids.is_empty() || ids.contains(&kept.id) {
                kept.release();
            }
        }
        let still = book.held(now);
        Ok(before
            .difference(&still)
            .map(|it| it.as_str().to_owned())
            .collect())
    }

    /// The clock that can be set.
    pub(crate) fn clock(&self) -> &SetClock {
        &self.clock
    }

    /// The rules, if there are any.
    fn book(&self) -> Option<parking_lot::MutexGuard<'_, Book>> {
        self.any.load(Ordering::Acquire).then(|| self.book.lock())
    }
}

impl Book {
    fn check_ids(&self, ids: &[String]) -> Result<(), UnknownRule> {
        match ids.iter().find(|id| !self.rules.iter().any(|it| it.id == **id)) {
            Some(unknown) => Err(UnknownRule(unknown.clone())),
            None => Ok(()),
        }
    }

    /// The share operations that some rule holds.
    fn held(&self, now: Instant) -> BTreeSet<ShareToken> {
        self.rules
            .iter()
            .flat_map(|it| it.holding(now))
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests;
