//! Durable work: what became of it here, and what of it is left in the store.

use metrics::{Counter, Gauge};
use store::{JobCount, JobKind, JobState};

use super::{Metric, SharedRecorder, label};

const RUNS: Metric = Metric {
    name: "chandlery_job_runs_total",
    help: "Times that this server took up a job, by how it let go of it.",
};
const UNFINISHED: Metric = Metric {
    name: "chandlery_jobs_unfinished",
    help: "Jobs in the store that are not done, by state, whichever server has them. NaN if the store does not answer.",
};

/// How a worker lets go of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobOutcome {
    /// It is done.
    Done,
    /// It waits for another one.
    Waiting,
    /// Another worker has taken it over.
    Lost,
    /// Its step failed; it is taken up again when its lease is over.
    Failed,
    /// The server stops.
    Stopped,
}

impl JobOutcome {
    const ALL: [Self; 5] = [Self::Done, Self::Waiting, Self::Lost, Self::Failed, Self::Stopped];

    /// Its name, for labels and logs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Waiting => "waiting",
            Self::Lost => "lost",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}

/// The meters of all jobs.
pub(crate) struct JobMeters {
    /// By [`JobKind`].
    kinds: [KindMeters; JobKind::ALL.len()],
}

struct KindMeters {
    /// By [`JobOutcome`].
    runs: [Counter; JobOutcome::ALL.len()],
    /// By [`JobState`].
    unfinished: [Gauge; JobState::ALL.len()],
}

impl JobMeters {
    pub(super) fn new(recorder: &SharedRecorder) -> Self {
        let kinds = JobKind::ALL.map(|kind| {
            let kind = label("kind", kind.name());
            let runs = JobOutcome::ALL
                .map(|it| RUNS.counter(recorder, vec![kind.clone(), label("outcome", it.name())]));
            let unfinished = JobState::ALL
                .map(|it| UNFINISHED.gauge(recorder, vec![kind.clone(), label("state", it.name())]));
            KindMeters { runs, unfinished }
        });
        Self { kinds }
    }

    /// Counts a run of a job of `kind`.
    pub(crate) fn ran(&self, kind: JobKind, outcome: JobOutcome) {
        self.kinds[kind as usize].runs[outcome as usize].increment(1);
    }

    /// Takes down how many jobs the store has; `None` if it does not answer.
    pub(crate) fn found(&self, counts: Option<&[JobCount]>) {
        for kind in JobKind::ALL {
            for state in JobState::ALL {
                let unfinished = counts.map_or(f64::NAN, |counts| {
                    let found = counts.iter().find(|it| it.kind == kind && it.state == state);
                    let count = found.map_or(0, |it| it.count);
                    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
                });
                self.kinds[kind as usize].unfinished[state as usize].set(unfinished);
            }
        }
    }
}
