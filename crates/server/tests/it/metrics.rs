//! `GET /metrics`, as Prometheus sees it.

use std::io::Write as _;
use std::net::TcpStream;

use serde_json::json;
use tempfile::tempdir;

use crate::http::{Service, call, exchange, get, key, signed_call, signed_call_of, try_exchange};
use crate::owner::{Owner, text, until};
use crate::process::{Process, errors, run};

/// The value of the series `name`, written as Prometheus does.
fn value(numbers: &str, name: &str) -> Option<f64> {
    let line = numbers.lines().find_map(|it| it.strip_prefix(name));
    line.map(|it| it.trim().parse().unwrap())
}

/// The same without what is behind the point.
fn whole(numbers: &str, name: &str) -> u64 {
    let line = numbers.lines().find_map(|it| it.strip_prefix(name));
    let text = line.unwrap_or_else(|| panic!("{name} in\n{numbers}"));
    text.split('.').next().unwrap().parse().unwrap()
}

#[test]
fn requests_are_counted_by_how_they_ended() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    let ask = |operation: &str, input: &str| {
        call(server.address(), folder.path(), "management", operation, input).0
    };
    assert_eq!(ask("ListPortfolios", "{}"), 200);
    assert_eq!(ask("ListPortfolios", "{}"), 200);
    assert_eq!(ask("ListPortfolios", "{"), 400);
    assert_eq!(ask("DescribePortfolio", r#"{"Id":"port-abcdefghijklm"}"#), 400);
    assert_eq!(ask("EatPortfolio", "{}"), 404);
    let unsigned = format!(
        "POST / HTTP/1.1\r\nhost: {}\r\nconnection: close\r\nx-amz-target: AWS242ServiceCatalogService.ListPortfolios\r\n\
         content-type: application/x-amz-json-1.1\r\ncontent-length: 2\r\n\r\n{{}}",
        server.address()
    );
    assert!(exchange(server.address(), unsigned.as_bytes()).0 >= 400);

    let (status, numbers) = get(server.address(), "/metrics");
    assert_eq!(status, 200);
    let list = "service=\"servicecatalog\",operation=\"ListPortfolios\"";
    let describe = "service=\"servicecatalog\",operation=\"DescribePortfolio\"";
    for (name, expected) in [
        (
            format!("chandlery_requests_total{{{list},protocol=\"json\",status=\"2xx\"}}"),
            2.0,
        ),
        (
            format!(
                "chandlery_requests_total{{{describe},protocol=\"json\",status=\"4xx\",error=\"ResourceNotFoundException\"}}"
            ),
            1.0,
        ),
        (format!("chandlery_request_duration_seconds_count{{{list}}}"), 2.0),
        (
            format!("chandlery_request_duration_seconds_bucket{{{list},le=\"+Inf\"}}"),
            2.0,
        ),
        (refused("malformed"), 1.0),
        (refused("unrouted"), 1.0),
        (refused("signature"), 1.0),
        (refused("overload"), 0.0),
        ("chandlery_requests_in_flight".to_owned(), 0.0),
        (
            format!(
                "chandlery_build_info{{version=\"{}\"}}",
                env!("CARGO_PKG_VERSION")
            ),
            1.0,
        ),
    ] {
        assert_eq!(value(&numbers, &name), Some(expected), "{name} in\n{numbers}");
    }
    server.stop();
}

fn refused(reason: &str) -> String {
    format!("chandlery_requests_refused_total{{reason=\"{reason}\"}}")
}

#[test]
fn durable_work_is_counted_and_no_account_is_named() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    let owner = Owner::new(&server, folder.path());
    let organization = owner.create_organization(2);
    let portfolio = owner.create_portfolio("shared");
    let token = owner.share(&portfolio, &organization.unit);
    owner.assert_reached(&token, &organization.accounts);

    let run = |kind: &str| format!("chandlery_job_runs_total{{kind=\"{kind}\",outcome=\"done\"}}");
    // The last step is committed before it is counted.
    let numbers = until("the share operation is counted", || {
        let (_, numbers) = get(server.address(), "/metrics");
        (value(&numbers, &run("SHARE_OPERATION")) == Some(1.0)).then_some(numbers)
    });
    assert_eq!(value(&numbers, &run("ACCOUNT_CREATION")), Some(2.0));
    for state in ["LEASED", "SCHEDULED", "DUE"] {
        let unfinished = format!("chandlery_jobs_unfinished{{kind=\"SHARE_OPERATION\",state=\"{state}\"}}");
        assert_eq!(value(&numbers, &unfinished), Some(0.0), "{unfinished}");
    }
    for (series, expected) in [
        (
            "chandlery_share_operations_total{action=\"CREATE\",status=\"COMPLETED\"}",
            1.0,
        ),
        (
            "chandlery_share_operations_total{action=\"CREATE\",status=\"ERROR\"}",
            0.0,
        ),
        (
            "chandlery_share_operation_accounts_total{outcome=\"reached\"}",
            2.0,
        ),
        ("chandlery_share_operation_accounts_total{outcome=\"other\"}", 0.0),
        ("chandlery_store_retries_total{cause=\"busy\"}", 0.0),
    ] {
        assert_eq!(value(&numbers, series), Some(expected), "{series} in\n{numbers}");
    }

    let found = owner.call(Service::Organizations, "DescribeOrganization", json!({}));
    let management = text(&found, "/Organization/MasterAccountId");
    for account in organization.accounts.iter().chain([&management]) {
        assert!(!numbers.contains(account.as_str()), "{account} in\n{numbers}");
    }
    server.stop();
}

#[test]
fn the_store_and_the_process_are_measured() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    Owner::new(&server, folder.path()).create_portfolio("counted");
    let (_, numbers) = get(server.address(), "/metrics");
    let value = |name: &str| whole(&numbers, name);

    let commits = value("chandlery_store_commit_batch_size_count ");
    assert!(commits >= 1);
    assert!(value("chandlery_store_commit_batch_size_sum ") >= commits);
    assert_eq!(value("chandlery_store_commit_duration_seconds_count "), commits);
    let database = folder.path().join("chandlery.db").metadata().unwrap().len();
    let log = folder.path().join("chandlery.db-wal").metadata().unwrap().len();
    assert_eq!(value("chandlery_store_size_bytes "), database + log);
    // The one that asks.
    assert!(value("chandlery_connections_open ") >= 1);
    assert!(value("process_resident_memory_bytes ") > 1_000_000);
    assert!(value("process_open_fds ") > 3);
    assert!(numbers.contains("\nprocess_cpu_seconds_total "), "{numbers}");
    let begun = value("process_start_time_seconds ");
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap();
    assert!((now - 600..=now).contains(&begun), "{begun} {now}");
    server.stop();
}

#[test]
fn what_a_fault_rule_failed_is_counted_under_names_that_are_not_a_clients() {
    let folder = tempdir().unwrap();
    let server = Process::serve_with(folder.path(), &["--faults"]);
    let place = ["--data-dir", folder.path().to_str().unwrap()];
    let input = r#"{"Id":"port-abcdefghijklm"}"#;
    for (rule, error, status) in [
        (&["respond", "--status", "503"][..], "ServiceUnavailable", "5xx"),
        (
            &["respond", "--status", "502", "--error", "Chosen"],
            "Provoked",
            "5xx",
        ),
        (
            &["respond", "--status", "400", "--error", "Chosen"],
            "Provoked",
            "4xx",
        ),
        (&["cut"], "Cut", "5xx"),
    ] {
        let added = run(&[&["fault", "add"], rule, &["--times", "1"], &place].concat());
        assert!(added.status.success(), "{}", errors(&added));
        let key = key(folder.path(), "management");
        let asked = signed_call_of(
            server.address(),
            &key,
            Service::Catalog,
            "DescribePortfolio",
            input,
        );
        let _ = try_exchange(server.address(), &asked);
        let series = format!(
            "chandlery_requests_total{{service=\"servicecatalog\",operation=\"DescribePortfolio\",protocol=\"json\",\
             status=\"{status}\",error=\"{error}\"}}"
        );
        let (_, numbers) = get(server.address(), "/metrics");
        assert_eq!(value(&numbers, &series), Some(1.0), "{series} in\n{numbers}");
    }
    server.stop();
}

#[test]
fn a_request_that_its_client_gives_up_is_counted() {
    let folder = tempdir().unwrap();
    let server = Process::serve_with(folder.path(), &["--faults"]);
    let data = folder.path().to_str().unwrap();
    let added = run(&["fault", "add", "delay", "1h", "--data-dir", data]);
    assert!(added.status.success(), "{}", errors(&added));
    let asked = signed_call(
        server.address(),
        folder.path(),
        "management",
        "ListPortfolios",
        "{}",
    );
    let mut client = TcpStream::connect(server.address()).unwrap();
    client.write_all(&asked).unwrap();
    let numbers = || get(server.address(), "/metrics").1;
    until("the request is worked on", || {
        (value(&numbers(), "chandlery_requests_in_flight") == Some(1.0)).then_some(())
    });
    assert_eq!(value(&numbers(), &refused("abandoned")), Some(0.0));
    drop(client);
    until("the request is given up", || {
        (value(&numbers(), &refused("abandoned")) == Some(1.0)).then_some(())
    });
    assert_eq!(value(&numbers(), "chandlery_requests_in_flight"), Some(0.0));
    server.stop();
}
