//! `GET /metrics`: what the engine and the server measure, as Prometheus reads it.
//!
//! Invariant: every server has a recorder of its own, so that several in one process do not mix, and its memory is
//! bounded however seldom somebody reads. Deliberately absent: a listener of the exporter's own, and what is measured
//! of requests and jobs, which is the engine's.

use std::sync::Arc;
use std::time::Duration;

use engine::{Engine, SharedRecorder};
use metrics::{Gauge, Key, KeyName, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tokio::sync::watch;
use tokio::time::interval;

use crate::listener::stopped;
use crate::state::blocking;

/// The bounds of the buckets that durations are counted in, in seconds. Ours: a request takes 20 µs on an idle machine,
/// and one that waits for a disk or another replica takes milliseconds.
const BUCKETS_SECONDS: [f64; 16] = [
    0.000_02, 0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5,
    1.0, 5.0,
];

/// How often durations are put into their buckets; until then each one takes memory. Ours: some hundred thousand at most.
const UPKEEP_EVERY: Duration = Duration::from_secs(2);

/// Source: Prometheus' text format.
pub(crate) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// No recorder here tells meters apart by these.
const METADATA: Metadata<'static> = Metadata::new("chandlery", Level::INFO, None);

/// The meters of one server. Clones share everything.
#[derive(Clone)]
pub(crate) struct Metrics {
    recorder: SharedRecorder,
    handle: PrometheusHandle,
    in_flight: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let recorder = recorder().expect("there are buckets");
        let handle = recorder.handle();
        let in_flight = gauge(
            &recorder,
            "chandlery_requests_in_flight",
            "Requests that are worked on.",
            vec![],
        );
        let version = Label::from_static_parts("version", env!("CARGO_PKG_VERSION"));
        gauge(&recorder, "chandlery_build_info", "Always 1.", vec![version]).set(1);
        Self {
            recorder: Arc::new(recorder),
            handle,
            in_flight,
        }
    }

    /// Where the engine's numbers go.
    pub(crate) fn recorder(&self) -> SharedRecorder {
        Arc::clone(&self.recorder)
    }

    /// Everything, as text. `in_flight` requests are worked on now.
    pub(crate) async fn render(&self, engine: &Engine, in_flight: u32) -> String {
        self.in_flight.set(in_flight);
        engine.measure_jobs().await;
        let handle = self.handle.clone();
        blocking(move || handle.render()).await
    }

    /// Keeps the memory that unread durations take within bounds, until `stop` says so.
    pub(crate) async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut upkeep = interval(UPKEEP_EVERY);
        loop {
            tokio::select! {
                () = stopped(&mut stop) => return,
                _ = upkeep.tick() => {}
            }
            let handle = self.handle.clone();
            blocking(move || handle.run_upkeep()).await;
        }
    }
}

fn recorder() -> Result<metrics_exporter_prometheus::PrometheusRecorder, BuildError> {
    Ok(PrometheusBuilder::new()
        .set_buckets(&BUCKETS_SECONDS)?
        .build_recorder())
}

fn gauge(recorder: &impl Recorder, name: &'static str, help: &'static str, labels: Vec<Label>) -> Gauge {
    recorder.describe_gauge(KeyName::from_const_str(name), None, help.into());
    recorder.register_gauge(&Key::from_parts(name, labels), &METADATA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_servers_in_one_process_count_for_themselves() {
        let (one, other) = (Metrics::new(), Metrics::new());
        let key = Key::from_name("eaten_total");
        one.recorder().register_counter(&key, &METADATA).increment(1);
        assert!(one.handle.render().contains("eaten_total 1"));
        assert!(!other.handle.render().contains("eaten_total"));
    }

    #[test]
    fn a_duration_stays_in_its_bucket_after_upkeep() {
        let metrics = Metrics::new();
        let key = Key::from_name("eating_seconds");
        let eating = metrics.recorder().register_histogram(&key, &METADATA);
        eating.record(0.000_03);
        metrics.handle.run_upkeep();
        eating.record(30.0);
        let text = metrics.handle.render();
        for line in [
            "eating_seconds_bucket{le=\"0.00002\"} 0",
            "eating_seconds_bucket{le=\"0.00005\"} 1",
            "eating_seconds_bucket{le=\"5\"} 1",
            "eating_seconds_bucket{le=\"+Inf\"} 2",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
    }
}
