//! Faults that tests ask for.
//!
//! In a build without the feature `fault-injection` the type is empty and its checks vanish. What is absent: faults of
//! the network and of the disk, which tests make with a proxy and with real broken files.

#[cfg(any(test, feature = "fault-injection"))]
use std::sync::atomic::{AtomicU64, Ordering};

use crate::StoreError;

/// The faults a store has been asked to suffer. One-shot: each happens once.
#[derive(Debug, Default)]
pub struct Faults {
    /// Statements left until one conflicts; 0 when none will.
    #[cfg(any(test, feature = "fault-injection"))]
    conflict_in: AtomicU64,
}

#[cfg(any(test, feature = "fault-injection"))]
impl Faults {
    /// Makes the `nth` statement from now (1 is the next one) fail as if another transaction had got in its way.
    pub fn conflict_at(&self, nth: u64) {
        self.conflict_in.store(nth, Ordering::Relaxed);
    }

    pub(crate) fn before_statement(&self) -> Result<(), StoreError> {
        let step = |left: u64| left.checked_sub(1);
        match self
            .conflict_in
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, step)
        {
            Ok(1) => Err(StoreError::Contended { source: None }),
            _ => Ok(()),
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
    pub(crate) fn before_statement(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
