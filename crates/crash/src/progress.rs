//! How a run shows how far it is: a bar on a terminal, a line every tenth of it elsewhere. Both on standard error.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressStyle};

/// A run under way.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    label: String,
    total: u64,
}

impl Progress {
    /// Begins, with `total` kills to come.
    pub(crate) fn begin(total: u64, store: &str) -> Self {
        let label = format!("kills on {store}");
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("  {msg} {bar:40} {pos}/{len}, {eta} left");
            ProgressBar::new(total)
                .with_style(style.expect("the template is constant and right"))
                .with_message(label.clone())
        });
        Self { bar, label, total }
    }

    /// Shows that `done` kills are over.
    pub(crate) fn reach(&self, done: u64) {
        match &self.bar {
            Some(bar) => bar.set_position(done),
            None if done.is_multiple_of((self.total / 10).max(1)) => {
                eprintln!("  {}: {done} of {}", self.label, self.total);
            }
            None => {}
        }
    }

    /// Ends.
    pub(crate) fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
