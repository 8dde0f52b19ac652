use std::collections::BTreeMap;
use std::time::Instant;

use http::StatusCode;
use metrics::{CounterFn, HistogramFn};
use parking_lot::Mutex;
use store::JobKind;
use wire::{Protocol, Route};

use super::*;

/// Keeps counts, and how often it was asked for a meter.
#[derive(Default)]
struct Book {
    counts: Arc<Mutex<BTreeMap<String, u64>>>,
    registered: Mutex<Vec<String>>,
}

struct Line {
    counts: Arc<Mutex<BTreeMap<String, u64>>>,
    name: String,
}

impl CounterFn for Line {
    fn increment(&self, value: u64) {
        *self.counts.lock().entry(self.name.clone()).or_default() += value;
    }

    fn absolute(&self, _: u64) {}
}

impl HistogramFn for Line {
    fn record(&self, _: f64) {
        *self.counts.lock().entry(self.name.clone()).or_default() += 1;
    }
}

impl Book {
    fn line(&self, key: &Key) -> Arc<Line> {
        let labels: Vec<&str> = key.labels().map(Label::value).collect();
        let name = format!("{} {}", key.name(), labels.join(" "));
        self.registered.lock().push(name.clone());
        Arc::new(Line {
            counts: Arc::clone(&self.counts),
            name,
        })
    }

    fn count(&self, name: &str) -> u64 {
        self.counts.lock().get(name).copied().unwrap_or_default()
    }
}

impl Recorder for Book {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.line(key))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.line(key))
    }
}

fn meters() -> (Arc<Book>, Meters) {
    let book = Arc::new(Book::default());
    let recorder: SharedRecorder = Arc::clone(&book) as SharedRecorder;
    (book, Meters::new(&recorder))
}

fn list_portfolios(protocol: Protocol) -> Route {
    let service = &shapes::service_catalog::DESCRIPTION;
    Route {
        protocol,
        service,
        operation: service.operation("ListPortfolios").unwrap(),
    }
}

#[test]
fn a_request_is_counted_with_how_it_ended() {
    let (book, meters) = meters();
    let route = list_portfolios(Protocol::Cbor);
    let begun = Instant::now();
    meters.requests.answered(route, begun, StatusCode::OK, None);
    meters
        .requests
        .answered(route, begun, StatusCode::BAD_REQUEST, Some("ValidationException"));
    let count = |labels: &str| book.count(&format!("chandlery_requests_total servicecatalog {labels}"));
    assert_eq!(count("ListPortfolios cbor 2xx"), 1);
    assert_eq!(count("ListPortfolios cbor 4xx ValidationException"), 1);
    assert_eq!(
        book.count("chandlery_request_duration_seconds servicecatalog ListPortfolios"),
        2
    );
}

#[test]
fn a_meter_is_registered_once() {
    let (book, meters) = meters();
    let before = book.registered.lock().len();
    for _ in 0..3 {
        for protocol in [Protocol::Json, Protocol::Cbor] {
            let route = list_portfolios(protocol);
            meters
                .requests
                .answered(route, Instant::now(), StatusCode::OK, None);
            meters.requests.answered(
                route,
                Instant::now(),
                StatusCode::INTERNAL_SERVER_ERROR,
                Some("InternalFailure"),
            );
        }
    }
    // How long it took, and for each protocol its success and its error.
    assert_eq!(book.registered.lock().len() - before, 5);
    assert_eq!(
        book.count("chandlery_requests_total servicecatalog ListPortfolios json 5xx InternalFailure"),
        3
    );
}

#[test]
fn every_operation_has_a_place_of_its_own() {
    let (book, meters) = meters();
    for service in shapes::Service::ALL {
        let service = service.description();
        for operation in service.operations {
            let route = Route {
                protocol: Protocol::Query,
                service,
                operation,
            };
            meters
                .requests
                .answered(route, Instant::now(), StatusCode::OK, None);
            let name = operation.name;
            assert_eq!(
                book.count(&format!(
                    "chandlery_requests_total {} {name} query 2xx",
                    service.signing_name
                )),
                1
            );
        }
    }
}

#[test]
fn reasons_and_outcomes_are_counted_under_their_own_names() {
    let (book, meters) = meters();
    for (reason, name) in [
        (Refused::Overload, "overload"),
        (Refused::TooLarge, "too_large"),
        (Refused::Incomplete, "incomplete"),
        (Refused::Unrouted, "unrouted"),
        (Refused::Signature, "signature"),
        (Refused::Malformed, "malformed"),
        (Refused::Failure, "failure"),
    ] {
        meters.requests.refused(reason);
        assert_eq!(book.count(&format!("chandlery_requests_refused_total {name}")), 1);
    }
    for kind in JobKind::ALL {
        for (outcome, name) in [
            (JobOutcome::Done, "done"),
            (JobOutcome::Waiting, "waiting"),
            (JobOutcome::Lost, "lost"),
            (JobOutcome::Failed, "failed"),
            (JobOutcome::Stopped, "stopped"),
        ] {
            meters.jobs.ran(kind, outcome);
            assert_eq!(
                book.count(&format!("chandlery_job_runs_total {} {name}", kind.name())),
                1
            );
        }
    }
}
