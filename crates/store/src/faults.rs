//! Faults that tests ask for, and the statements that were run, for tests that compare them.
//!
//! In a build without the feature `fault-injection` the type is empty and its checks vanish. What is absent: faults of
//! the network and of the disk, which tests make with a proxy and with real broken files.

#[cfg(any(test, feature = "fault-injection"))]
use parking_lot::Mutex;

use crate::StoreError;

/// The faults a store has been asked to suffer. Each happens once.
#[derive(Debug, Default)]
pub struct Faults {
    #[cfg(any(test, feature = "fault-injection"))]
    conflicts: Mutex<Conflicts>,
    /// What was run since a test asked to note it; `None` while nobody does.
    #[cfg(any(test, feature = "fault-injection"))]
    statements: Mutex<Option<Vec<&'static str>>>,
}

/// Conflicts to come, each at a statement later than the one before.
#[cfg(any(test, feature = "fault-injection"))]
#[derive(Debug, Default)]
struct Conflicts {
    /// Statements left until one conflicts; 0 when none will.
    left: u64,
    /// Where the next one is, counted from the conflict before it.
    nth: u64,
    /// Where the last one is.
    last: u64,
    happened: u64,
}

#[cfg(any(test, feature = "fault-injection"))]
impl Faults {
    /// Makes the `nth` statement from now (1 is the next one) fail as if another transaction had got in its way.
    pub fn conflict_at(&self, nth: u64) {
        self.conflict_at_each(nth, nth);
    }

    /// Makes the statement `first` fail so, when its transaction is run again the one after it, and so on to `last`.
    pub fn conflict_at_each(&self, first: u64, last: u64) {
        *self.conflicts.lock() = Conflicts {
            left: first,
            nth: first,
            last,
            happened: 0,
        };
    }

    /// Withdraws the conflicts that were asked for. Says how many had happened.
    pub fn withdraw(&self) -> u64 {
        std::mem::take(&mut *self.conflicts.lock()).happened
    }

    /// Notes every statement from now on, of all transactions.
    pub fn note_statements(&self) {
        *self.statements.lock() = Some(Vec::new());
    }

    /// The statements that were noted, in their order. From now on none is.
    pub fn noted_statements(&self) -> Vec<&'static str> {
        self.statements.lock().take().unwrap_or_default()
    }

    pub(crate) fn before_statement(&self, sql: &'static str) -> Result<(), StoreError> {
        if let Some(noted) = self.statements.lock().as_mut() {
            noted.push(sql);
        }
        let mut conflicts = self.conflicts.lock();
        match conflicts.left {
            0 => Ok(()),
            1 => {
                conflicts.happened += 1;
                conflicts.nth += 1;
                conflicts.left = if conflicts.nth > conflicts.last {
                    0
                } else {
                    conflicts.nth
                };
                Err(StoreError::Contended { source: None })
            }
            _ => {
                conflicts.left -= 1;
                Ok(())
            }
        }
    }
}

#[cfg(not(any(test, feature = "fault-injection")))]
impl Faults {
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "the shape of the one that does something"
    )]
    pub(crate) fn before_statement(&self, _: &'static str) -> Result<(), StoreError> {
        Ok(())
    }
}
