//! Points in time as the API carries them.

use ciborium::tag::Required;
use serde::{Serialize, Serializer};

/// The number CBOR gives to a time in epoch seconds.
const CBOR_EPOCH_TAG: u64 = 1;

/// The name under which a [`Timestamp`] presents itself to a text format's serializer, so that Query/XML can write it
/// as a date while JSON passes the number through.
pub const TIMESTAMP_NEWTYPE: &str = "Timestamp";

/// A point in time in microseconds since the Unix epoch, written with millisecond resolution.
///
/// JSON carries epoch seconds with a fraction; CBOR the same under tag 1; XML an ISO 8601 date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    microseconds: i64,
}

impl Timestamp {
    /// The time `microseconds` after the Unix epoch.
    pub const fn from_microseconds(microseconds: i64) -> Self {
        Self { microseconds }
    }

    /// The time `seconds` after the Unix epoch; `None` where it does not fit.
    pub fn from_seconds(seconds: f64) -> Option<Self> {
        let microseconds = (seconds * 1e6).round();
        // Every whole number below 2^63 that an f64 can hold fits an i64.
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "checked by the range"
        )]
        (microseconds.abs() < i64::MAX as f64).then_some(Self {
            microseconds: microseconds as i64,
        })
    }

    /// Microseconds since the Unix epoch.
    pub const fn microseconds(self) -> i64 {
        self.microseconds
    }

    /// Milliseconds since the Unix epoch, rounded down.
    pub const fn milliseconds(self) -> i64 {
        self.microseconds.div_euclid(1_000)
    }
}

/// Epoch seconds: whole where they are whole, so that both formats write the shortest form.
struct Seconds(Timestamp);

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let milliseconds = self.0.milliseconds();
        if milliseconds % 1_000 == 0 {
            return serializer.serialize_i64(milliseconds / 1_000);
        }
        #[expect(clippy::cast_precision_loss, reason = "exact below 2^53 ms, the year 287,396")]
        serializer.serialize_f64(milliseconds as f64 / 1_000.0)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_newtype_struct(TIMESTAMP_NEWTYPE, &Seconds(*self))
        } else {
            Required::<_, CBOR_EPOCH_TAG>(Seconds(*self)).serialize(serializer)
        }
    }
}
