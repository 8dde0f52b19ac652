//! A clock that a test moves forward.
//!
//! Invariant: it goes on by itself like any clock, so that signatures stay valid; it never goes back. The server and
//! every actor's SDK read the same one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use aws_smithy_async::time::TimeSource;
use domain::Time;
use engine::Clock;
use jiff::Timestamp;

/// The machine's time, and what a test added to it. Clones are the same clock.
#[derive(Clone, Debug, Default)]
pub struct TestClock {
    ahead_us: Arc<AtomicI64>,
}

impl TestClock {
    /// Moves the clock forward.
    pub fn advance(&self, duration: Duration) {
        let by = i64::try_from(duration.as_micros()).expect("tests stay within this age");
        self.ahead_us.fetch_add(by, Ordering::SeqCst);
    }

    /// The time now.
    pub fn timestamp(&self) -> Timestamp {
        let now = Timestamp::now().as_microsecond() + self.ahead_us.load(Ordering::SeqCst);
        Timestamp::from_microsecond(now).expect("tests stay within this age")
    }
}

impl Clock for TestClock {
    fn now(&self) -> Time {
        self.timestamp().into()
    }
}

impl TimeSource for TestClock {
    fn now(&self) -> SystemTime {
        self.timestamp().into()
    }
}
