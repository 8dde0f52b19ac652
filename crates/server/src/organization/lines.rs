//! Which line a text has been read to.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};

use engine::Line;

/// Reads through a buffer and counts the lines that were handed out. A reader that takes one byte at a time, as
/// `serde_json` does, is at most one byte ahead of what it has understood.
pub(super) struct CountingReader<'l, R> {
    inner: BufReader<R>,
    line: &'l Cell<Line>,
}

impl<'l, R: Read> CountingReader<'l, R> {
    /// Reads `inner`, telling `line`, which starts at 1.
    pub(super) fn new(inner: R, line: &'l Cell<Line>) -> Self {
        line.set(1);
        Self {
            inner: BufReader::new(inner),
            line,
        }
    }
}

impl<R: Read> Read for CountingReader<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.inner.fill_buf()?;
        let taken = available.len().min(into.len());
        let (bytes, into) = (&available[..taken], &mut into[..taken]);
        into.copy_from_slice(bytes);
        for _ in bytes.iter().filter(|it| **it == b'\n') {
            self.line.set(self.line.get().saturating_add(1));
        }
        self.inner.consume(taken);
        Ok(taken)
    }
}
