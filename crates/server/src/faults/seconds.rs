//! Lengths of time on the command line.

use std::str::FromStr;

use jiff::SignedDuration;

/// A length of time: a number of seconds, or with units.
#[derive(Clone, Copy, Debug)]
pub struct Seconds(pub(super) f64);

impl FromStr for Seconds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.parse().ok();
        let seconds = number.or_else(|| in_units(text));
        match seconds {
            Some(seconds) if seconds >= 0.0 && seconds.is_finite() => Ok(Self(seconds)),
            _ => Err(format!(
                "'{text}' is not a length of time; `90`, `200ms` and `1h 30m` are"
            )),
        }
    }
}

/// Ours: a day is 24 hours, as the clock counts.
fn in_units(text: &str) -> Option<f64> {
    let span: jiff::Span = text.parse().ok()?;
    let duration: SignedDuration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()?;
    Some(duration.as_secs_f64())
}
