//! `GET /metrics`: what the engine and the server measure, as Prometheus reads it.
//!
//! Invariant: every server has a recorder of its own, so that several in one process do not mix (what the system says of
//! the process they share), and its memory is bounded however seldom somebody reads. Deliberately absent: a listener of
//! the exporter's own, and what is measured of requests and jobs, which is the engine's.

use std::sync::Arc;
use std::time::Duration;

use engine::{Engine, SharedRecorder};
use metrics::{Gauge, Key, KeyName, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;
use tokio::sync::watch;
use tokio::time::interval;

use crate::listener::stopped;
use crate::state::blocking;
use crate::status::Requests;

/// The bounds of the buckets that durations are counted in, in seconds. Ours: a request takes 20 µs on an idle machine,
/// and one that waits for a disk or another replica takes milliseconds.
const BUCKETS_SECONDS: [f64; 16] = [
    0.000_02, 0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5,
    1.0, 5.0,
];

/// The same for the transactions that share a COMMIT: one where nobody waits, some hundred at most.
const BUCKETS_TRANSACTIONS: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];
/// What these are counted in.
const BATCH_SIZE: &str = "chandlery_store_commit_batch_size";

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
    connections: Gauge,
    /// What the system says of the process, under Prometheus' own names.
    process: Collector,
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
        let connections = gauge(
            &recorder,
            "chandlery_connections_open",
            "Connections of clients, idle ones included.",
            vec![],
        );
        let process = Collector::default();
        metrics::with_local_recorder(&recorder, || process.describe());
        let version = Label::from_static_parts("version", env!("CARGO_PKG_VERSION"));
        gauge(&recorder, "chandlery_build_info", "Always 1.", vec![version]).set(1);
        Self {
            recorder: Arc::new(recorder),
            handle,
            in_flight,
            connections,
            process,
        }
    }

    /// Where the engine's numbers go.
    pub(crate) fn recorder(&self) -> SharedRecorder {
        Arc::clone(&self.recorder)
    }

    /// Counts one more connection as open, as long as what is returned lives.
    pub(crate) fn connection(&self) -> OpenConnection {
        self.connections.increment(1);
        OpenConnection(self.connections.clone())
    }

    /// Everything, as text. `in_flight` requests are worked on now.
    pub(crate) async fn render(&self, engine: &Engine, in_flight: u32) -> String {
        self.in_flight.set(in_flight);
        engine.measure_store().await;
        let metrics = self.clone();
        blocking(move || {
            metrics::with_local_recorder(&metrics.recorder, || metrics.process.collect());
            metrics.handle.render()
        })
        .await
    }

    /// Requests since the start, read off what Prometheus is told; none is in flight here.
    pub(crate) async fn requests(&self) -> Requests {
        let handle = self.handle.clone();
        let text = blocking(move || handle.render()).await;
        let mut requests = Requests::default();
        for line in text.lines() {
            let Some((series, count)) = line.rsplit_once(' ') else {
                continue;
            };
            let of = match series {
                r#"chandlery_responses_total{status="2xx"}"# => &mut requests.succeeded,
                r#"chandlery_responses_total{status="4xx"}"# => &mut requests.client_errors,
                r#"chandlery_responses_total{status="5xx"}"# => &mut requests.server_errors,
                other if other.starts_with("chandlery_requests_refused_total{") => &mut requests.refused,
                _ => continue,
            };
            *of += count.parse::<u64>().unwrap_or_default();
        }
        requests
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

/// An open connection.
pub(crate) struct OpenConnection(Gauge);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

fn recorder() -> Result<metrics_exporter_prometheus::PrometheusRecorder, BuildError> {
    Ok(PrometheusBuilder::new()
        .set_buckets(&BUCKETS_SECONDS)?
        .set_buckets_for_metric(Matcher::Full(BATCH_SIZE.to_owned()), &BUCKETS_TRANSACTIONS)?
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
    fn transactions_are_not_counted_in_seconds() {
        let metrics = Metrics::new();
        let key = Key::from_static_name(BATCH_SIZE);
        let batches = metrics.recorder().register_histogram(&key, &METADATA);
        batches.record(3);
        let text = metrics.handle.render();
        for line in [
            "chandlery_store_commit_batch_size_bucket{le=\"2\"} 0",
            "chandlery_store_commit_batch_size_bucket{le=\"4\"} 1",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
    }

    #[test]
    fn a_connection_is_counted_while_it_is_open() {
        let metrics = Metrics::new();
        let open = [metrics.connection(), metrics.connection()];
        assert!(metrics.handle.render().contains("chandlery_connections_open 2"));
        drop(open);
        assert!(metrics.handle.render().contains("chandlery_connections_open 0"));
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
