//! How the story shows that something takes its time: a bar on a terminal, a line everywhere.
//!
//! Invariant: the line with the outcome is the same on a terminal and elsewhere, so that a script reads what a person
//! saw. Deliberately absent: anything between beginning and end in a pipe.

use indicatif::{ProgressBar, ProgressStyle};

use crate::serve::print;

/// Something that takes its time.
pub(super) struct Stage {
    label: String,
    bar: ProgressBar,
}

impl Stage {
    /// Begins, with `total` pieces to do. The bar is drawn on standard error, if that is a terminal.
    pub(super) fn begin(label: impl Into<String>, total: usize) -> Self {
        let label = label.into();
        let style = ProgressStyle::with_template("  {msg:<46} {bar:20} {pos}/{len}");
        let style = style.expect("the template is constant and right");
        let bar = ProgressBar::new(total as u64)
            .with_style(style)
            .with_message(label.clone());
        bar.tick();
        Self { label, bar }
    }

    /// Shows that `done` pieces are done.
    pub(super) fn reach(&self, done: usize) {
        self.bar.set_position(done as u64);
    }

    /// Ends with a line that says how.
    pub(super) fn end(self, outcome: &str) {
        self.bar.finish_and_clear();
        print(&format!("  {}: {outcome}\n", self.label));
    }
}
