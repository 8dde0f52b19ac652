//! What reading a request body found wrong.

use std::fmt::{self, Write as _};

/// Ours: a message lists at most this many violations, so that a hostile body cannot blow up the answer.
const VIOLATIONS_SHOWN_MAX: usize = 50;
/// Ours: a value is shown up to this many characters.
const VALUE_SHOWN_CHARS_MAX: usize = 1_024;

/// Why a request body is not the input of its operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// A value has the wrong type: AWS's `SerializationException`. Holds the message.
    Malformed(String),
    /// Constraints are violated: AWS's `ValidationException`, in some services an error of their own.
    Invalid {
        /// What is wrong, all of it.
        message: String,
        /// How the first constraint is violated.
        first: Breach,
    },
}

/// How a constraint is violated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// A member that must be there is not.
    Missing,
    /// A text does not match its pattern.
    Pattern,
    /// A name is none of its set.
    Enumeration,
    /// A text or list is too short.
    TooShort,
    /// A text or list is too long.
    TooLong,
    /// A number is too small.
    TooSmall,
    /// A number is too large.
    TooLarge,
}

pub(super) enum Segment {
    Member(&'static str),
    /// Counted from one, as AWS does.
    Item(usize),
    Key(String),
}

#[derive(Default)]
pub(super) struct Findings {
    pub(super) path: Vec<Segment>,
    violations: Vec<String>,
    violation_count: usize,
    first: Option<Breach>,
    wrong_type: Option<String>,
}

impl Findings {
    pub(super) fn violation(&mut self, value: Option<&str>, breach: Breach, constraint: &str) {
        self.violation_count += 1;
        self.first.get_or_insert(breach);
        if self.violations.len() == VIOLATIONS_SHOWN_MAX {
            return;
        }
        let shown = match value {
            None => "null".to_owned(),
            Some(value) => format!(
                "'{}'",
                value.chars().take(VALUE_SHOWN_CHARS_MAX).collect::<String>()
            ),
        };
        let at = Path(&self.path);
        self.violations.push(format!(
            "Value {shown} at '{at}' failed to satisfy constraint: {constraint}"
        ));
    }

    /// Keeps the first.
    pub(super) fn wrong_type(&mut self, message: String) {
        self.wrong_type.get_or_insert(message);
    }

    pub(super) fn into_result(self) -> Result<(), Rejection> {
        if let Some(message) = self.wrong_type {
            return Err(Rejection::Malformed(message));
        }
        let Some(first) = self.first else {
            return Ok(());
        };
        let message = match self.violation_count {
            1 => format!("1 validation error detected: {}", self.violations[0]),
            count => format!(
                "{count} validation errors detected: {}",
                self.violations.join("; ")
            ),
        };
        Err(Rejection::Invalid { message, first })
    }
}

/// Observed: `organizationNode.value`, `attributeDefinitions.1.member.attributeType`.
struct Path<'a>(&'a [Segment]);

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_char('.')?;
            }
            match segment {
                Segment::Member(name) => {
                    let (first, rest) = name.split_at(1);
                    write!(f, "{}{rest}", first.to_ascii_lowercase())?;
                }
                Segment::Item(number) => write!(f, "{number}.member")?,
                Segment::Key(key) => write!(f, "{key}.member")?,
            }
        }
        Ok(())
    }
}
