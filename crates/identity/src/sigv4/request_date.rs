//! The moment a request says it was signed at.
//!
//! The one invariant: the text and the moment are the same second. Only the ISO 8601 basic form is read,
//! `20150830T123600Z`, because that text itself is part of what is signed.

use jiff::{SignedDuration, Timestamp, civil, tz::Offset};

use super::Refusal;

/// A date in the form `20150830T123600Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RequestDate {
    text: [u8; 16],
    at: Timestamp,
}

impl RequestDate {
    /// Reads `text`.
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        Self::read(text).ok_or_else(|| {
            // Source: AWS's message.
            Refusal::IncompleteSignature(format!(
                "Date must be in ISO-8601 'basic format'. Got '{text}'. See http://en.wikipedia.org/wiki/ISO_8601"
            ))
        })
    }

    fn read(text: &str) -> Option<Self> {
        let text: [u8; 16] = text.as_bytes().try_into().ok()?;
        if text[8] != b'T' || text[15] != b'Z' {
            return None;
        }
        let year = i16::from(two(&text, 0)?) * 100 + i16::from(two(&text, 2)?);
        let date = civil::Date::new(year, two(&text, 4)?, two(&text, 6)?).ok()?;
        let time = civil::Time::new(two(&text, 9)?, two(&text, 11)?, two(&text, 13)?, 0).ok()?;
        Some(Self {
            text,
            at: Offset::UTC.to_timestamp(date.to_datetime(time)).ok()?,
        })
    }

    /// The second that `now` is in.
    pub(super) fn of(now: Timestamp) -> Self {
        let written = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        Self::read(&written).expect("the years 0 to 9999 are written in sixteen characters")
    }

    /// All of it, `20150830T123600Z`.
    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.text).expect("digits, T and Z were read from a str")
    }

    /// The day, `20150830`.
    pub(super) fn day(&self) -> &str {
        &self.text()[..8]
    }

    /// The moment itself.
    pub(super) fn at(&self) -> Timestamp {
        self.at
    }
}

/// `at` in the form that AWS's messages use.
pub(super) fn written(at: Timestamp) -> impl std::fmt::Display {
    at.strftime("%Y%m%dT%H%M%SZ")
}

/// `duration` in the form that AWS's messages use: `5 min`, and seconds if it is not whole minutes.
pub(super) fn written_duration(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    if seconds % 60 == 0 {
        format!("{} min", seconds / 60)
    } else {
        format!("{seconds} sec")
    }
}

/// The number that the two digits at `from` are.
fn two(text: &[u8; 16], from: usize) -> Option<i8> {
    let digit = |at: usize| text[at].is_ascii_digit().then(|| text[at] - b'0');
    i8::try_from(digit(from)? * 10 + digit(from + 1)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_basic_form_is_read_and_written() {
        let date = RequestDate::parse("20150830T123600Z").unwrap();
        assert_eq!(date.at().to_string(), "2015-08-30T12:36:00Z");
        assert_eq!(date.day(), "20150830");
        assert_eq!(RequestDate::of(date.at()), date);
    }

    #[test]
    fn a_moment_within_a_second_is_that_second() {
        let now: Timestamp = "2015-08-30T12:36:00.75Z".parse().unwrap();
        assert_eq!(RequestDate::of(now).text(), "20150830T123600Z");
    }

    #[test]
    fn every_other_form_is_refused() {
        for text in [
            "",
            "20150830",
            "20150830T123600",
            "2015-08-30T12:36:00Z",
            "20150830t123600z",
            "20150230T123600Z",
            "20150830T243600Z",
            "20150830T123660Z",
            "+1150830T123600Z",
            "Sun, 30 Aug 2015 12:36:00 GMT",
            "20150830T1236é0",
        ] {
            let refusal = RequestDate::parse(text).unwrap_err();
            assert_eq!(refusal.code(), "IncompleteSignatureException", "{text}");
        }
    }
}
