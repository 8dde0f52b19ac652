//! The log as JSON: what a request leaves in it, found by the id of its answer, and what it never holds.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::database::Database;
use crate::http::{Service, key, signed_call_of};
use crate::owner::{Owner, until};
use crate::process::{Process, chandlery, errors};

const FLAGS: [&str; 2] = ["--log-format", "json"];
const EVERYTHING: &str = "info,chandlery_engine=debug";

/// The lines of `log`. The last one may still be being written.
fn lines(log: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(log).unwrap();
    let whole = text.rsplit_once('\n').map_or("", |it| it.0);
    let lines = whole.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

/// The lines about the request with this id.
fn lines_of(log: &Path, request_id: &str) -> Vec<Value> {
    let lines = lines(log).into_iter();
    lines.filter(|it| it["request_id"] == request_id).collect()
}

/// Sends `request`, and returns the status and the id of its answer.
fn answered(address: &str, request: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let status = text.split(' ').nth(1).unwrap().parse().unwrap();
    let id = text
        .lines()
        .find_map(|it| it.strip_prefix("x-amzn-requestid: "))
        .unwrap_or_else(|| panic!("{text}"));
    (status, id.to_owned())
}

#[test]
fn a_request_is_found_in_the_log_by_the_id_of_its_answer() {
    let folder = tempdir().unwrap();
    let log = folder.path().join("log.json");
    let server = Process::serve_logged_with(folder.path(), &log, EVERYTHING, &FLAGS);
    let key = key(folder.path(), "management");
    let call = |operation: &str, input: &str| {
        answered(
            server.address(),
            &signed_call_of(server.address(), &key, Service::Catalog, operation, input),
        )
    };

    let (status, id) = call("ListPortfolios", "{}");
    assert_eq!(status, 200);
    let [line] = &lines_of(&log, &id)[..] else {
        panic!("{:?}", lines_of(&log, &id));
    };
    for (field, value) in [
        ("level", json!("DEBUG")),
        ("message", json!("answered")),
        ("service", json!("servicecatalog")),
        ("operation", json!("ListPortfolios")),
        ("region", json!("eu-central-1")),
        ("status", json!(200)),
        ("error", Value::Null),
    ] {
        assert_eq!(line[field], value, "{field} in {line}");
    }
    assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{line}");
    assert!(line["microseconds"].as_u64().unwrap() > 0, "{line}");
    let account = line["account"].as_str().unwrap();
    assert!(
        account.len() == 12 && account.bytes().all(|it| it.is_ascii_digit()),
        "{line}"
    );

    let (status, id) = call("DescribePortfolio", r#"{"Id":"port-abcdefghijklm"}"#);
    assert_eq!(status, 400);
    let line = &lines_of(&log, &id)[0];
    assert_eq!(line["error"], "ResourceNotFoundException", "{line}");
    assert_eq!(line["status"], 400);

    let stranger = ("AKIAIOSFODNN7EXAMPLE".to_owned(), "not-its-secret".to_owned());
    let forged = signed_call_of(
        server.address(),
        &stranger,
        Service::Catalog,
        "ListPortfolios",
        "{}",
    );
    for (reason, request) in [
        (
            "malformed",
            signed_call_of(server.address(), &key, Service::Catalog, "ListPortfolios", "{"),
        ),
        (
            "unrouted",
            signed_call_of(server.address(), &key, Service::Catalog, "EatPortfolio", "{}"),
        ),
        ("signature", forged),
    ] {
        let (status, id) = answered(server.address(), &request);
        let lines = lines_of(&log, &id);
        let line = lines.iter().find(|it| it["message"] == "refused").unwrap();
        assert_eq!(
            (&line["reason"], &line["status"]),
            (&json!(reason), &json!(status)),
            "{line}"
        );
        assert!(line["error"].is_string(), "{line}");
    }
    server.stop();
}

#[test]
fn secrets_signatures_and_bodies_are_not_in_the_log() {
    let folder = tempdir().unwrap();
    let log = folder.path().join("log.json");
    let server = Process::serve_logged_with(folder.path(), &log, "trace", &FLAGS);
    let key = key(folder.path(), "management");
    let input = r#"{"DisplayName":"word-of-a-body","ProviderName":"us","IdempotencyToken":"once"}"#;
    let whole = signed_call_of(server.address(), &key, Service::Catalog, "CreatePortfolio", input);
    let text = String::from_utf8(whole.clone()).unwrap();
    let (_, signature) = text.split_once("Signature=").unwrap();
    let signature = signature.lines().next().unwrap();
    // One that is believed, one with a part missing, which the answer repeats, and one with another body.
    let broken = text.replace("SignedHeaders=", "SignedThings=");
    let changed = text.replace("word-of-a-body\"", "word-of-a-body ");
    for (request, status) in [
        (whole, 200),
        (broken.into_bytes(), 400),
        (changed.into_bytes(), 400),
    ] {
        assert_eq!(answered(server.address(), &request).0, status);
    }
    server.stop();

    let text = std::fs::read_to_string(&log).unwrap();
    assert!(text.contains("CreatePortfolio"), "{text}");
    for secret in [key.1.as_str(), signature, "word-of-a-body"] {
        // Whatever other crates tell at the lowest level is theirs; these lines are ours.
        let ours = text.lines().filter(|it| it.contains("\"target\":\"chandlery"));
        let told: Vec<&str> = ours.filter(|it| it.contains(secret)).collect();
        assert!(told.is_empty(), "{told:?}");
    }
}

#[test]
fn a_job_is_told_of_with_its_kind_its_subject_and_its_attempt() {
    let folder = tempdir().unwrap();
    let log = folder.path().join("log.json");
    let server = Process::serve_logged_with(folder.path(), &log, EVERYTHING, &FLAGS);
    let owner = Owner::new(&server, folder.path());
    let organization = owner.create_organization(1);
    let portfolio = owner.create_portfolio("shared");
    let token = owner.share(&portfolio, &organization.unit);
    owner.assert_reached(&token, &organization.accounts);

    let told = until("the job is let go of", || {
        let lines = lines(&log).into_iter();
        let told: Vec<Value> = lines.filter(|it| it["subject"] == token).collect();
        told.iter().any(|it| it["outcome"] == "done").then_some(told)
    });
    assert!(told.iter().any(|it| it["message"] == "took up a job"), "{told:?}");
    for line in &told {
        assert_eq!(line["job"], "SHARE_OPERATION", "{line}");
        assert!(line["attempt"].as_u64().unwrap() >= 1, "{line}");
    }
    server.stop();
}

#[test]
fn a_failure_of_ours_has_the_id_of_the_request_that_it_failed() {
    let database = Database::create();
    let folder = tempdir().unwrap();
    let log = folder.path().join("log.json");
    let flags = [&FLAGS[..], &["--database-url", database.url()]].concat();
    // Failures are told at any level.
    let server = Process::serve_logged_with(folder.path(), &log, "warn", &flags);
    let key = key(folder.path(), "management");
    let call = signed_call_of(server.address(), &key, Service::Catalog, "ListPortfolios", "{}");
    assert_eq!(answered(server.address(), &call).0, 200);
    database.close();
    let call = signed_call_of(server.address(), &key, Service::Catalog, "ListPortfolios", "{}");
    let (status, id) = answered(server.address(), &call);
    assert_eq!(status, 503);
    let [line] = &lines_of(&log, &id)[..] else {
        panic!("{:?}", lines_of(&log, &id));
    };
    assert_eq!(line["level"], "ERROR", "{line}");
    assert_eq!(line["message"], "a request failed", "{line}");
    assert!(!line["cause"].as_str().unwrap().is_empty(), "{line}");
    database.reopen();
    server.stop();
}

#[test]
fn a_misspelt_filter_is_refused_and_an_empty_one_is_none() {
    let folder = tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    for filter in ["warm", "info,chandlery_engine=debugg", "info,,loud"] {
        let mut command = chandlery(&["serve", "--listen", "127.0.0.1:0", "--data-dir", data]);
        let output = command.env("CHANDLERY_LOG", filter).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{filter}");
        let told = errors(&output);
        assert!(told.contains("CHANDLERY_LOG") && told.contains(filter), "{told}");
    }
    let log = folder.path().join("log");
    let server = Process::serve_logged(folder.path(), &log, "");
    let told = until("the server says that it listens", || {
        let told = std::fs::read_to_string(&log).unwrap();
        told.contains("listening").then_some(told)
    });
    assert!(told.contains("INFO"), "{told}");
    server.stop();
}
