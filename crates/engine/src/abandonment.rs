//! Requests that their client gives up, which leave no answer to count and to log.
//!
//! Invariant: a request that began is told of once: by its answer, or here. Deliberately absent: what became of what it
//! asked for, which may have been done.

use uuid::Uuid;

use crate::meters::RequestMeters;
use crate::{Refused, log};

/// A request without an answer so far. Dropped, it was given up.
pub(crate) struct Unanswered<'m> {
    meters: &'m RequestMeters,
    request_id: Uuid,
}

impl<'m> Unanswered<'m> {
    /// The request `request_id`, which begins.
    pub(crate) fn new(meters: &'m RequestMeters, request_id: Uuid) -> Self {
        Self { meters, request_id }
    }

    /// It has an answer.
    pub(crate) fn answered(self) {
        std::mem::forget(self);
    }
}

impl Drop for Unanswered<'_> {
    fn drop(&mut self) {
        self.meters.refused(Refused::Abandoned);
        log::abandoned(self.request_id);
    }
}
