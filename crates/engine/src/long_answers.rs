//! How much memory answers take that are on their way, one piece after the other, to clients that may be slow.
//!
//! Invariant: together they take no more than a fixed amount, however many clients ask at once and however slowly they
//! read. One more is refused, and its client asks again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::Fault;

/// How much they may take. Ours: ten answers about a million accounts each.
const BYTES_MAX: usize = 128 * 1024 * 1024;

/// What long answers take.
#[derive(Default)]
pub(crate) struct LongAnswers(Arc<AtomicUsize>);

/// The part of one of them, until it is dropped.
pub(crate) struct Hold {
    all: Arc<AtomicUsize>,
    bytes: usize,
}

impl LongAnswers {
    /// Takes in an answer of so many bytes.
    ///
    /// # Errors
    ///
    /// `ServiceUnavailable` if it and the others would take too much. The first is always taken in.
    pub(crate) fn begin(&self, bytes: usize) -> Result<Hold, Fault> {
        let before = self.0.fetch_add(bytes, Ordering::Relaxed);
        // Dropped where it is refused.
        let hold = Hold {
            all: Arc::clone(&self.0),
            bytes,
        };
        if before > 0 && before.saturating_add(bytes) > BYTES_MAX {
            return Err(Fault::service_unavailable(
                "Too many long answers are being read. Try again.",
            ));
        }
        Ok(hold)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.all.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_taken_in_as_long_as_there_is_room_and_again_when_some_have_left() {
        let answers = LongAnswers::default();
        let first = answers.begin(BYTES_MAX - 1).unwrap();
        let second = answers.begin(1).unwrap();
        assert_eq!(
            answers.begin(1).err().map(|it| it.code()),
            Some("ServiceUnavailable")
        );
        drop(second);
        answers.begin(1).unwrap();
        drop(first);
        assert!(answers.begin(2 * BYTES_MAX).is_ok());
        assert_eq!(answers.0.load(Ordering::Relaxed), 0);
    }
}
