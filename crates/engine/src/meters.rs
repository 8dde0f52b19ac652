//! What the engine counts and times, for whoever watches it.
//!
//! Invariant: a label is a name of the contract or of this program, never something that a client sent, so that the
//! number of series is bounded and none tells who called. A meter is registered once and kept, so that a request costs
//! two looks at the clock and a few additions to numbers in memory. Deliberately absent: reading the meters, which is
//! up to the recorder that the engine was given, and any recorder of the whole process: engines in one process do not
//! see each other.

mod jobs;
mod requests;
mod sharing;
mod storage;

use std::sync::Arc;

use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Label, Level, Metadata, Recorder, SharedString, Unit,
};

pub(crate) use jobs::{JobMeters, JobOutcome};
pub use requests::Refused;
pub(crate) use requests::RequestMeters;
pub(crate) use sharing::{ShareMeters, ShareProgress};
pub(crate) use storage::StoreMeters;

/// Whatever keeps the meters.
pub type SharedRecorder = Arc<dyn Recorder + Send + Sync>;

/// No recorder here tells meters apart by these.
const METADATA: Metadata<'static> = Metadata::new("chandlery", Level::INFO, None);

/// Everything the engine measures.
pub(crate) struct Meters {
    /// Of requests.
    pub(crate) requests: RequestMeters,
    /// Of durable work.
    pub(crate) jobs: JobMeters,
    /// Of share operations.
    pub(crate) shares: ShareMeters,
    /// Of the store.
    pub(crate) store: StoreMeters,
}

impl Meters {
    pub(crate) fn new(recorder: &SharedRecorder) -> Self {
        Self {
            requests: RequestMeters::new(Arc::clone(recorder)),
            jobs: JobMeters::new(recorder),
            shares: ShareMeters::new(recorder),
            store: StoreMeters::new(recorder),
        }
    }
}

/// A metric: its name, and what it says. Prometheus' conventions: the unit in the name, `_total` for what only grows.
#[derive(Clone, Copy)]
struct Metric {
    name: &'static str,
    help: &'static str,
}

impl Metric {
    fn counter(self, recorder: &SharedRecorder, labels: Vec<Label>) -> Counter {
        recorder.describe_counter(self.key_name(), None, self.help());
        recorder.register_counter(&self.key(labels), &METADATA)
    }

    fn gauge(self, recorder: &SharedRecorder, labels: Vec<Label>) -> Gauge {
        recorder.describe_gauge(self.key_name(), None, self.help());
        recorder.register_gauge(&self.key(labels), &METADATA)
    }

    fn seconds(self, recorder: &SharedRecorder, labels: Vec<Label>) -> Histogram {
        recorder.describe_histogram(self.key_name(), Some(Unit::Seconds), self.help());
        recorder.register_histogram(&self.key(labels), &METADATA)
    }

    /// A histogram of plain numbers.
    fn count(self, recorder: &SharedRecorder, labels: Vec<Label>) -> Histogram {
        recorder.describe_histogram(self.key_name(), None, self.help());
        recorder.register_histogram(&self.key(labels), &METADATA)
    }

    fn key(self, labels: Vec<Label>) -> Key {
        Key::from_parts(self.name, labels)
    }

    fn key_name(self) -> KeyName {
        KeyName::from_const_str(self.name)
    }

    fn help(self) -> SharedString {
        SharedString::const_str(self.help)
    }
}

fn label(key: &'static str, value: &'static str) -> Label {
    Label::from_static_parts(key, value)
}

#[cfg(test)]
mod tests;
