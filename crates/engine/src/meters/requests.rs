//! Requests: how many, how they ended, how long they took.
//!
//! Invariant: every request is counted once: with its operation if that answered, even with an error, else as refused,
//! with the reason. One that the client gave up is not counted.

use std::sync::OnceLock;
use std::time::Instant;

use http::StatusCode;
use metrics::{Counter, Histogram};
use parking_lot::Mutex;
use shapes::{OperationDescription, Service};
use wire::{Protocol, Route};

use super::{Metric, SharedRecorder, label};

const REQUESTS: Metric = Metric {
    name: "chandlery_requests_total",
    help: "Requests that reached their operation, by the status and, where they failed, the error of their answer.",
};
const SECONDS: Metric = Metric {
    name: "chandlery_request_duration_seconds",
    help: "From a request's whole body to its answer, for requests that reached their operation.",
};
const REFUSED: Metric = Metric {
    name: "chandlery_requests_refused_total",
    help: "Requests that no operation answered, by the reason.",
};

/// Why no operation answered a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// More requests at once than are worked on.
    Overload,
    /// Its body is larger than is read.
    TooLarge,
    /// Its body did not arrive.
    Incomplete,
    /// It names no operation that is known here.
    Unrouted,
    /// Its signature, or the lack of one.
    Signature,
    /// Its body is not what it says it is.
    Malformed,
    /// A failure of ours: the store did not answer, or a panic.
    Failure,
}

impl Refused {
    const ALL: [Self; 7] = [
        Self::Overload,
        Self::TooLarge,
        Self::Incomplete,
        Self::Unrouted,
        Self::Signature,
        Self::Malformed,
        Self::Failure,
    ];

    /// Its name, for labels and logs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Overload => "overload",
            Self::TooLarge => "too_large",
            Self::Incomplete => "incomplete",
            Self::Unrouted => "unrouted",
            Self::Signature => "signature",
            Self::Malformed => "malformed",
            Self::Failure => "failure",
        }
    }
}

/// The meters of all requests.
pub(crate) struct RequestMeters {
    recorder: SharedRecorder,
    /// One list for each of [`Service::ALL`], in the order of its operations. Filled in as operations are called: most
    /// servers see a few of the contract's.
    operations: [Box<[OnceLock<OperationMeters>]>; Service::ALL.len()],
    refused: [Counter; Refused::ALL.len()],
}

/// The meters of one operation.
struct OperationMeters {
    seconds: Histogram,
    /// By [`Protocol`].
    succeeded: [OnceLock<Counter>; 3],
    /// Few: what one operation can answer. A failed request can afford to look through them.
    failed: Mutex<Vec<Failed>>,
}

struct Failed {
    protocol: Protocol,
    /// The class, which the error does not tell: fault rules answer with any.
    status: &'static str,
    error: &'static str,
    count: Counter,
}

impl RequestMeters {
    pub(super) fn new(recorder: SharedRecorder) -> Self {
        let operations = Service::ALL.map(|service| {
            let operations = service.description().operations;
            operations.iter().map(|_| OnceLock::new()).collect()
        });
        let refused = Refused::ALL.map(|it| REFUSED.counter(&recorder, vec![label("reason", it.name())]));
        Self {
            recorder,
            operations,
            refused,
        }
    }

    /// Counts a request that no operation answered.
    pub(crate) fn refused(&self, reason: Refused) {
        self.refused[reason as usize].increment(1);
    }

    /// Counts a request for `route`, which began at `begun` and is answered with `status`: an `error` of the contract
    /// or of AWS's common ones, or none.
    pub(crate) fn answered(
        &self,
        route: Route,
        begun: Instant,
        status: StatusCode,
        error: Option<&'static str>,
    ) {
        let operation = route.operation;
        let meters = self.operations[operation.service as usize][operation.index]
            .get_or_init(|| OperationMeters::new(&self.recorder, operation));
        meters.seconds.record(begun.elapsed());
        let register = || self.count_of(route, status, error);
        match error {
            None => meters.succeeded[route.protocol as usize]
                .get_or_init(register)
                .increment(1),
            Some(error) => meters.count_failed(route.protocol, class_of(status), error, register),
        }
    }

    fn count_of(&self, route: Route, status: StatusCode, error: Option<&'static str>) -> Counter {
        let mut labels = vec![
            label("service", route.service.signing_name),
            label("operation", route.operation.name),
            label("protocol", protocol_name(route.protocol)),
            label("status", class_of(status)),
        ];
        // Absent where there is none, which Prometheus takes for empty.
        labels.extend(error.map(|it| label("error", it)));
        REQUESTS.counter(&self.recorder, labels)
    }
}

impl OperationMeters {
    fn new(recorder: &SharedRecorder, operation: &'static OperationDescription) -> Self {
        let labels = vec![
            label("service", operation.service.description().signing_name),
            label("operation", operation.name),
        ];
        Self {
            seconds: SECONDS.seconds(recorder, labels),
            succeeded: Default::default(),
            failed: Mutex::default(),
        }
    }

    fn count_failed(
        &self,
        protocol: Protocol,
        status: &'static str,
        error: &'static str,
        register: impl FnOnce() -> Counter,
    ) {
        let mut failed = self.failed.lock();
        if let Some(known) = failed
            .iter()
            .find(|it| it.protocol == protocol && it.status == status && it.error == error)
        {
            known.count.increment(1);
            return;
        }
        let count = register();
        count.increment(1);
        failed.push(Failed {
            protocol,
            status,
            error,
            count,
        });
    }
}

fn protocol_name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Json => "json",
        Protocol::Cbor => "cbor",
        Protocol::Query => "query",
    }
}

fn class_of(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        2 => "2xx",
        4 => "4xx",
        5 => "5xx",
        _ => "other",
    }
}
