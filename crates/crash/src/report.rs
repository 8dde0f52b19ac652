//! What a run found, when it found nothing wrong.

use std::time::{Duration, Instant};

use crate::Options;
use crate::tally::Tally;

/// Counts and times of a run.
pub(crate) struct Report {
    pub(crate) tally: Tally,
    begun: Instant,
    starts: Vec<Duration>,
    visits: u64,
}

impl Report {
    /// Nothing yet.
    pub(crate) fn begin() -> Self {
        Self {
            tally: Tally::default(),
            begun: Instant::now(),
            starts: Vec::new(),
            visits: 0,
        }
    }

    /// A server was ready this long after it was started again.
    pub(crate) fn started(&mut self, within: Duration) {
        self.starts.push(within);
    }

    /// A command succeeded meanwhile, and what it did is there.
    pub(crate) fn visited(&mut self) {
        self.visits += 1;
    }

    /// Prints it.
    pub(crate) fn print(mut self, options: &Options) {
        let unanswered = self.tally.unanswered_of_all();
        println!(
            "{:<36} {:>12}  {:>9}  {:>9}",
            "", "acknowledged", "in flight:", "of them"
        );
        println!("{:<36} {:>12}  {:>9}  {:>9}", "", "", "done", "not done");
        for (operation, acknowledged, found) in self.tally.by_operation() {
            println!(
                "{operation:<36} {acknowledged:>12}  {:>9}  {:>9}",
                found.done, found.not_done
            );
        }
        println!(
            "{:<36} {:>12}  {:>9}  {:>9}",
            "all",
            self.tally.acknowledged_of_all(),
            unanswered.done,
            unanswered.not_done
        );
        self.starts.sort_unstable();
        let median = self
            .starts
            .get(self.starts.len() / 2)
            .copied()
            .unwrap_or_default();
        let longest = self.starts.last().copied().unwrap_or_default();
        println!(
            "\n{} kills on {} in {:.0} s, seed {}: nothing lost, nothing half done; {} tokens sent again, answered \
             the same; {} commands beside them; restarts took {:.0} ms, the longest {:.0} ms",
            options.kills,
            options.store.name(),
            self.begun.elapsed().as_secs_f64(),
            options.seed,
            self.tally.repeated_of_all(),
            self.visits,
            median.as_secs_f64() * 1e3,
            longest.as_secs_f64() * 1e3
        );
    }
}
