//! How long single requests take while something else goes on: one client that asks, waits for the answer, and rests.
//!
//! It rests so that it does not take the machine away from what it watches. Latency counts from sending.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::actor::Actor;

/// How long it rests between an answer and the next request.
const REST: Duration = Duration::from_millis(1);

/// A client that goes on asking until it is stopped.
pub(crate) struct Probe {
    stop: Arc<AtomicBool>,
    asking: JoinHandle<Result<Vec<f64>>>,
}

impl Probe {
    /// Asks Service Catalog for `operation` with `input` from now on.
    pub(crate) fn start(actor: &Actor, operation: &'static str, input: Value) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (actor, stopped) = (actor.clone(), Arc::clone(&stop));
        let asking = tokio::spawn(async move {
            let mut milliseconds = Vec::new();
            while !stopped.load(Ordering::Relaxed) {
                let begun = Instant::now();
                actor.catalog(operation, &input).await?;
                milliseconds.push(begun.elapsed().as_secs_f64() * 1e3);
                tokio::time::sleep(REST).await;
            }
            Ok(milliseconds)
        });
        Self { stop, asking }
    }

    /// Stops, and returns how long each answer took, in milliseconds.
    pub(crate) async fn stop(self) -> Result<Vec<f64>> {
        self.stop.store(true, Ordering::Relaxed);
        self.asking.await?
    }
}

/// 99 of 100 of `latencies` are no longer; `None` where there are too few to say.
pub(crate) fn p99(latencies: &mut [f64]) -> Option<f64> {
    if latencies.len() < 100 {
        return None;
    }
    latencies.sort_by(f64::total_cmp);
    Some(latencies[latencies.len() * 99 / 100])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_hundred_answers_may_take_longer() {
        let mut latencies: Vec<f64> = (0..200).map(f64::from).collect();
        assert_eq!(p99(&mut latencies), Some(198.0));
        assert_eq!(p99(&mut latencies[..99]), None);
    }
}
