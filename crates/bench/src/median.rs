//! The median of several readings: one slow round of a shared machine does not move it.

/// The median of `readings`, of which there must be one.
pub(crate) fn median(mut readings: Vec<f64>) -> f64 {
    assert!(!readings.is_empty(), "a median is of something");
    readings.sort_by(f64::total_cmp);
    let middle = readings.len() / 2;
    if readings.len().is_multiple_of(2) {
        f64::midpoint(readings[middle - 1], readings[middle])
    } else {
        readings[middle]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "the readings are whole")]
    fn the_median_is_what_stands_in_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![9.0, 1.0, 2.0, 4.0]), 3.0);
    }
}
