//! How far an import is: a bar on a terminal, a line now and then everywhere else.

use std::io::{IsTerminal as _, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How often a line says how far it is.
const LINE_EVERY: Duration = Duration::from_secs(1);

/// Progress on standard error.
pub(super) enum Bar {
    /// Drawn.
    Drawn(ProgressBar),
    /// Said, last at this time.
    Said(Instant),
}

impl Bar {
    /// Begins, with nothing done.
    pub(super) fn begin() -> Self {
        if !stderr().is_terminal() {
            return Self::Said(Instant::now());
        }
        let style = ProgressStyle::with_template("{msg} {bar:40} {human_pos}/{human_len}");
        let style = style.expect("the template is constant and right");
        Self::Drawn(ProgressBar::new(0).with_style(style).with_message("accounts"))
    }

    /// Shows that `done` accounts are written, `of` all; 0 while the file is being read.
    pub(super) fn reach(&mut self, done: usize, of: usize) {
        match self {
            Self::Drawn(bar) => {
                bar.set_length(of as u64);
                bar.set_position(done as u64);
            }
            Self::Said(last) if last.elapsed() >= LINE_EVERY => {
                *last = Instant::now();
                if of == 0 {
                    eprintln!("reading");
                } else {
                    eprintln!("{done} of {of} accounts");
                }
            }
            Self::Said(_) => {}
        }
    }

    /// Ends. How it ended is for others to say.
    pub(super) fn end(self) {
        if let Self::Drawn(bar) = self {
            bar.finish_and_clear();
        }
    }
}
