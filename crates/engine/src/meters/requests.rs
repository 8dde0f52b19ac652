//! Requests: how many, how they ended, how long they took.
//!
//! Invariant: every request is counted once: with its operation if that answered, even with an error, else as refused,
//! with the reason: one that the client gave up too.

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
const RESPONSES: Metric = Metric {
    name: "chandlery_responses_total",
    help: "The same requests by the status of their answer alone, from 0 on: what to watch for errors.",
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
    /// Its client went away before the answer.
    Abandoned,
}

impl Refused {
    const ALL: [Self; 8] = [
        Self::Overload,
        Self::TooLarge,
        Self::Incomplete,
        Self::Unrouted,
        Self::Signature,
        Self::Malformed,
        Self::Failure,
        Self::Abandoned,
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
            Self::Abandoned => "abandoned",
        }
    }
}

/// The meters of all requests.
pub(crate) struct RequestMeters {
    recorder: SharedRecorder,
    /// One list for each of [`Service::ALL`], in the order of its operations. Filled in as operations are called: most
    /// servers see a few of the contract's.
    operations: [Box<[OnceLock<OperationMeters>]>; Service::ALL.len()],
    /// By [`Class`]. There from the start, as a rate does not see a series begin.
    responses: [Counter; Class::ALL.len()],
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
    /// Which the error does not tell: fault rules answer with any.
    class: Class,
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
        let responses = Class::ALL.map(|it| RESPONSES.counter(&recorder, vec![label("status", it.name())]));
        Self {
            recorder,
            operations,
            responses,
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
        let class = Class::of(status);
        self.responses[class as usize].increment(1);
        let register = || self.count_of(route, class, error);
        match error {
            None => meters.succeeded[route.protocol as usize]
                .get_or_init(register)
                .increment(1),
            Some(error) => meters.count_failed(route.protocol, class, error, register),
        }
    }

    fn count_of(&self, route: Route, class: Class, error: Option<&'static str>) -> Counter {
        let mut labels = vec![
            label("service", route.service.signing_name),
            label("operation", route.operation.name),
            label("protocol", protocol_name(route.protocol)),
            label("status", class.name()),
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
        class: Class,
        error: &'static str,
        register: impl FnOnce() -> Counter,
    ) {
        let mut failed = self.failed.lock();
        if let Some(known) = failed
            .iter()
            .find(|it| it.protocol == protocol && it.class == class && it.error == error)
        {
            known.count.increment(1);
            return;
        }
        let count = register();
        count.increment(1);
        failed.push(Failed {
            protocol,
            class,
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

/// A class of statuses: of answers, there are no others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Success,
    ClientError,
    ServerError,
}

impl Class {
    const ALL: [Self; 3] = [Self::Success, Self::ClientError, Self::ServerError];

    fn of(status: StatusCode) -> Self {
        if status.is_client_error() {
            Self::ClientError
        } else if status.is_server_error() {
            Self::ServerError
        } else {
            Self::Success
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Success => "2xx",
            Self::ClientError => "4xx",
            Self::ServerError => "5xx",
        }
    }
}
