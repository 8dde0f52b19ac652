//! The store: what its commits carry and take, what it ran again, and how large it is.

use std::time::Duration;

use metrics::{Counter, Gauge, Histogram};
use store::{Observer, RetryCause};

use super::{Metric, SharedRecorder, label};

const TRANSACTIONS: Metric = Metric {
    name: "chandlery_store_commit_batch_size",
    help: "Transactions that shared one COMMIT, of those that wrote something. On PostgreSQL, which groups by itself, always one.",
};
const SECONDS: Metric = Metric {
    name: "chandlery_store_commit_duration_seconds",
    help: "How long one COMMIT took until it was durable.",
};
const RETRIES: Metric = Metric {
    name: "chandlery_store_retries_total",
    help: "Times that a transaction was run again, by what was in its way.",
};
const SIZE: Metric = Metric {
    name: "chandlery_store_size_bytes",
    help: "The database with its log, or PostgreSQL's database. NaN if the store does not answer.",
};

/// The meters of the store.
#[derive(Clone)]
pub(crate) struct StoreMeters {
    transactions: Histogram,
    seconds: Histogram,
    /// By [`RetryCause`].
    retries: [Counter; RetryCause::ALL.len()],
    size: Gauge,
}

impl StoreMeters {
    pub(super) fn new(recorder: &SharedRecorder) -> Self {
        Self {
            transactions: TRANSACTIONS.count(recorder, vec![]),
            seconds: SECONDS.seconds(recorder, vec![]),
            retries: RetryCause::ALL.map(|it| RETRIES.counter(recorder, vec![label("cause", it.name())])),
            size: SIZE.gauge(recorder, vec![]),
        }
    }

    /// Takes down how many bytes the store takes; `None` if it does not answer.
    pub(crate) fn is_of_size(&self, bytes: Option<u64>) {
        // A gauge is a float, exact up to some petabytes.
        #[expect(
            clippy::cast_precision_loss,
            reason = "nobody reads the last byte of a petabyte"
        )]
        self.size.set(bytes.map_or(f64::NAN, |it| it as f64));
    }
}

impl Observer for StoreMeters {
    fn committed(&self, transactions: usize, took: Duration) {
        // A batch has some hundred at most.
        self.transactions
            .record(u32::try_from(transactions).unwrap_or(u32::MAX));
        self.seconds.record(took);
    }

    fn retried(&self, cause: RetryCause) {
        self.retries[cause as usize].increment(1);
    }
}
