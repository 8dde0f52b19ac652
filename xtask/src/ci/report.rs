//! What a run says about its steps: a line before each, a line after each, a table at the end.

use std::time::{Duration, Instant};

use anyhow::{Error, Result};

use super::steps::Outcome;

/// The width of the column of names.
pub(super) const NAME_WIDTH: usize = 24;

/// The steps so far.
pub(super) struct Report {
    total: usize,
    started: Instant,
    step_started: Instant,
    lines: Vec<Line>,
}

struct Line {
    name: &'static str,
    verdict: String,
    took: Duration,
}

impl Report {
    /// A report on `total` steps, beginning now.
    pub(super) fn new(total: usize) -> Self {
        Self {
            total,
            started: Instant::now(),
            step_started: Instant::now(),
            lines: Vec::new(),
        }
    }

    /// Announces a step.
    pub(super) fn begin(&mut self, name: &'static str, about: &str) {
        println!("==> [{}/{}] {name}: {about}", self.lines.len() + 1, self.total);
        self.step_started = Instant::now();
        self.lines.push(Line {
            name,
            verdict: "failed".to_owned(),
            took: Duration::ZERO,
        });
    }

    /// Records how the announced step ended; hands its failure back.
    pub(super) fn end(&mut self, outcome: Result<Outcome>) -> Result<(), Error> {
        let line = self.lines.last_mut().expect("a step ends after it began");
        line.took = self.step_started.elapsed();
        match outcome? {
            Outcome::Passed => "passed".clone_into(&mut line.verdict),
            Outcome::Skipped(reason) => line.verdict = format!("skipped: {reason}"),
        }
        println!("    {} in {}", line.verdict, seconds(line.took));
        Ok(())
    }

    /// Prints the table.
    pub(super) fn print(&self) {
        println!("\n{}", self.table(self.started.elapsed()));
    }

    fn table(&self, took: Duration) -> String {
        let mut rows: Vec<_> = self
            .lines
            .iter()
            .map(|line| {
                format!(
                    "{:<NAME_WIDTH$} {:>8}  {}",
                    line.name,
                    seconds(line.took),
                    line.verdict
                )
            })
            .collect();
        let ended = format!("{} of {} steps", self.lines.len(), self.total);
        rows.push(format!("{ended:<NAME_WIDTH$} {:>8}", seconds(took)));
        rows.join("\n")
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn the_table_tells_what_passed_what_was_skipped_and_what_failed() {
        let mut report = Report::new(4);
        let ends = [
            Ok(Outcome::Passed),
            Ok(Outcome::Skipped("absent".to_owned())),
            Err(anyhow!("no")),
        ];
        for (name, end) in ["fmt", "deny", "tests"].into_iter().zip(ends) {
            report.begin(name, "about");
            let _ = report.end(end);
        }
        let verdicts: Vec<_> = report.lines.iter().map(|line| line.verdict.as_str()).collect();
        assert_eq!(verdicts, ["passed", "skipped: absent", "failed"]);
        assert!(
            report
                .table(Duration::from_secs(90))
                .ends_with("3 of 4 steps               90.0 s")
        );
    }
}
