use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use domain::{ShareAction, ShareStatus};
use http::StatusCode;
use metrics::{CounterFn, HistogramFn};
use parking_lot::Mutex;
use store::{JobKind, Observer as _, RetryCause};
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
    assert_eq!(book.count("chandlery_responses_total 2xx"), 1);
    assert_eq!(book.count("chandlery_responses_total 4xx"), 1);
    assert_eq!(book.count("chandlery_responses_total 5xx"), 0);
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

/// A fault rule answers with the status that somebody chose.
#[test]
fn an_error_with_two_statuses_is_counted_under_each() {
    let (bad, broken) = (StatusCode::BAD_REQUEST, StatusCode::BAD_GATEWAY);
    for order in [[bad, broken], [broken, bad]] {
        let (book, meters) = meters();
        let route = list_portfolios(Protocol::Json);
        for status in order {
            meters
                .requests
                .answered(route, Instant::now(), status, Some("Provoked"));
        }
        for class in ["4xx", "5xx"] {
            let series =
                format!("chandlery_requests_total servicecatalog ListPortfolios json {class} Provoked");
            assert_eq!(book.count(&series), 1, "{series}");
        }
    }
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
        (Refused::Abandoned, "abandoned"),
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

#[test]
fn accounts_and_operations_are_counted_by_what_became_of_them() {
    let (book, meters) = meters();
    meters.shares.stepped(&ShareProgress {
        reached: 7,
        failed: vec![
            ("InvalidStateException".to_owned(), 2),
            ("DuplicateResourceException".to_owned(), 3),
            ("ErrorOfTomorrow".to_owned(), 1),
            ("ErrorOfTheDayAfter".to_owned(), 1),
        ],
        ended: None,
    });
    meters.shares.stepped(&ShareProgress {
        ended: Some((ShareAction::Update, ShareStatus::CompletedWithErrors)),
        ..ShareProgress::default()
    });
    for (series, expected) in [
        ("chandlery_share_operation_accounts_total reached", 7),
        (
            "chandlery_share_operation_accounts_total InvalidStateException",
            2,
        ),
        (
            "chandlery_share_operation_accounts_total DuplicateResourceException",
            3,
        ),
        ("chandlery_share_operation_accounts_total other", 2),
        ("chandlery_share_operations_total UPDATE COMPLETED_WITH_ERRORS", 1),
    ] {
        assert_eq!(book.count(series), expected, "{series}");
    }
    let operations = |book: &Book| {
        let counts = book.counts.lock();
        let operations = counts
            .iter()
            .filter(|it| it.0.starts_with("chandlery_share_operations_total"));
        operations.map(|it| it.1).sum::<u64>()
    };
    assert_eq!(operations(&book), 1);
}

#[test]
fn commits_are_counted_with_what_they_carry_and_retries_by_their_cause() {
    let (book, meters) = meters();
    meters.store.committed(12, Duration::from_micros(900));
    meters.store.committed(1, Duration::from_micros(400));
    assert_eq!(book.count("chandlery_store_commit_batch_size "), 2);
    assert_eq!(book.count("chandlery_store_commit_duration_seconds "), 2);
    for cause in RetryCause::ALL {
        meters.store.retried(cause);
        let series = format!("chandlery_store_retries_total {}", cause.name());
        assert_eq!(book.count(&series), 1, "{series}");
    }
}
