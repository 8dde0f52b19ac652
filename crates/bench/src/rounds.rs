//! The same reading several times: its median, which one slow round of a shared machine does not move, and its spread.

use serde::{Deserialize, Serialize};

/// What several rounds of one reading found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rounds {
    /// What stands in the middle.
    pub(crate) median: f64,
    /// The lowest.
    pub(crate) low: f64,
    /// The highest.
    pub(crate) high: f64,
}

impl Rounds {
    /// Of `readings`, of which there must be one.
    pub(crate) fn of(readings: impl IntoIterator<Item = f64>) -> Self {
        let mut readings: Vec<f64> = readings.into_iter().collect();
        readings.sort_by(f64::total_cmp);
        let [low, .., high] = readings[..] else {
            return Self::once(*readings.first().expect("a median is of something"));
        };
        let middle = readings.len() / 2;
        let median = if readings.len().is_multiple_of(2) {
            f64::midpoint(readings[middle - 1], readings[middle])
        } else {
            readings[middle]
        };
        Self { median, low, high }
    }

    /// Of a reading that is taken once, because it would be the same again.
    pub(crate) fn once(reading: f64) -> Self {
        Self {
            median: reading,
            low: reading,
            high: reading,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "the readings are whole")]
    fn the_median_is_what_stands_in_the_middle() {
        assert_eq!(Rounds::of([9.0, 1.0, 2.0]).median, 2.0);
        assert_eq!(Rounds::of([9.0, 1.0, 2.0, 4.0]).median, 3.0);
    }

    #[test]
    fn one_round_is_its_own_spread() {
        assert_eq!(Rounds::of([4.0]), Rounds::once(4.0));
    }
}
