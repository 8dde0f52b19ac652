//! The file of an organization: a tree in JSON, in the words of AWS's own answers.
//!
//! Described for people in `docs/organization-file.md`. It is read in one pass, without a tree in memory, and checked
//! on the way. Invariant: a plan that was read breaks no rule that can be known without the store, and whatever is wrong
//! is told with its line. Deliberately absent: what is on the server.

mod entry;
mod tree;

use std::cell::{Cell, RefCell};
use std::io::Read;

use engine::{Line, OrganizationPlan};
use serde::de::DeserializeSeed as _;

use super::lines::CountingReader;
use tree::{Reading, Tree};

/// How long a reason may be.
const REASON_CHARS_MAX: usize = 300;

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub(super) struct FileError {
    /// Where, counted from 1.
    pub(super) line: Line,
    /// What, for the person who wrote it.
    pub(super) reason: String,
}

/// Reads a file.
pub(super) fn read(text: impl Read) -> Result<OrganizationPlan, FileError> {
    let line = Cell::new(1);
    let reading = RefCell::new(Reading::default());
    let mut json = serde_json::Deserializer::from_reader(CountingReader::new(text, &line));
    let tree = Tree {
        line: &line,
        reading: &reading,
    };
    let done = tree.deserialize(&mut json).and_then(|()| json.end());
    let Reading { plan, refusal, .. } = reading.into_inner();
    match done {
        Ok(()) => Ok(plan),
        Err(error) => Err(refusal.unwrap_or_else(|| in_our_words(&error, line.get()))),
    }
}

/// What the parser says, without the position at its end.
fn in_our_words(error: &serde_json::Error, read_to: Line) -> FileError {
    let message = error.to_string();
    let reason = message.split(" at line ").next().unwrap_or(&message);
    // Errors of reading have no line.
    let line = Line::try_from(error.line()).ok().filter(|it| *it > 0);
    FileError {
        line: line.unwrap_or(read_to),
        reason: shortened(reason),
    }
}

/// `reason`, which may repeat a value of any length, at a length that people read.
fn shortened(reason: &str) -> String {
    if reason.chars().nth(REASON_CHARS_MAX).is_none() {
        return reason.to_owned();
    }
    let begin: String = reason.chars().take(REASON_CHARS_MAX).collect();
    format!("{begin}…")
}

#[cfg(test)]
mod tests;
