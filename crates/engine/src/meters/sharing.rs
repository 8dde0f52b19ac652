//! Share operations: those that were carried out to their end, and the accounts that they visited.
//!
//! Invariant: what a step did counts only once the step is committed, and once however often it ran. Deliberately absent:
//! operations that had nothing to do, which end in the request that asks for them.

use domain::{ShareAction, ShareStatus};
use metrics::Counter;

use super::{Metric, SharedRecorder, label};

const OPERATIONS: Metric = Metric {
    name: "chandlery_share_operations_total",
    help: "Share operations that this server carried out to their end, by action and final status.",
};
const ACCOUNTS: Metric = Metric {
    name: "chandlery_share_operation_accounts_total",
    help: "Accounts that share operations visited, by outcome: reached, or the error that clients are told.",
};

/// The statuses that an operation can end with.
const FINAL: [ShareStatus; 3] = [
    ShareStatus::Completed,
    ShareStatus::CompletedWithErrors,
    ShareStatus::Error,
];
/// What can be in the way of an account; another name counts as the last one.
const ERRORS: [&str; 3] = ["DuplicateResourceException", "InvalidStateException", "other"];

/// What one step of a share operation did, as far as it is counted.
#[derive(Debug, Default)]
pub(crate) struct ShareProgress {
    /// Accounts that were reached.
    pub(crate) reached: usize,
    /// Accounts that were not, by the name of the error.
    pub(crate) failed: Vec<(String, usize)>,
    /// How the operation ended, if it did.
    pub(crate) ended: Option<(ShareAction, ShareStatus)>,
}

/// The meters of all share operations.
pub(crate) struct ShareMeters {
    /// By action and [`FINAL`] status.
    ended: Vec<(ShareAction, ShareStatus, Counter)>,
    reached: Counter,
    /// By [`ERRORS`].
    failed: [Counter; ERRORS.len()],
}

impl ShareMeters {
    pub(super) fn new(recorder: &SharedRecorder) -> Self {
        let mut ended = Vec::new();
        for action in [ShareAction::Create, ShareAction::Update, ShareAction::Delete] {
            for status in FINAL {
                let labels = vec![label("action", action.name()), label("status", status.name())];
                ended.push((action, status, OPERATIONS.counter(recorder, labels)));
            }
        }
        let accounts = |outcome| ACCOUNTS.counter(recorder, vec![label("outcome", outcome)]);
        Self {
            ended,
            reached: accounts("reached"),
            failed: ERRORS.map(accounts),
        }
    }

    /// Counts a step that was committed.
    pub(crate) fn stepped(&self, progress: &ShareProgress) {
        self.reached.increment(progress.reached as u64);
        for (error, accounts) in &progress.failed {
            let known = ERRORS.iter().position(|it| it == error);
            self.failed[known.unwrap_or(ERRORS.len() - 1)].increment(*accounts as u64);
        }
        if let Some(how) = progress.ended {
            let found = self.ended.iter().find(|it| (it.0, it.1) == how);
            if let Some((_, _, count)) = found {
                count.increment(1);
            }
        }
    }
}
