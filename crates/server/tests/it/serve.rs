//! `chandlery serve`: the endpoint, the answers at the edge, and the end in order.

use std::io::Write as _;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;

use rustix::process::Signal;
use tempfile::tempdir;

use crate::http::{answer, call, exchange, get, signed_call};
use crate::process::{Process, errors, run};

#[test]
fn the_first_line_with_a_url_names_an_endpoint_that_answers() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    assert!(
        server
            .printed
            .starts_with("Chandlery listens on http://127.0.0.1:"),
        "{}",
        server.printed
    );
    assert_eq!(get(server.address(), "/health/live").0, 200);
    assert_eq!(get(server.address(), "/health/ready").0, 200);
    let (status, body) = call(
        server.address(),
        folder.path(),
        "management",
        "ListPortfolios",
        "{}",
    );
    assert_eq!((status, body.as_str()), (200, r#"{"PortfolioDetails":[]}"#));
    server.stop();
}

#[test]
fn the_printed_lines_point_clients_to_it() {
    let folder = tempdir().unwrap();
    let mut server = Process::serve(folder.path());
    assert_eq!(server.read_until("export AWS_ENDPOINT_URL="), server.endpoint);
    let credentials = server.read_until("export AWS_SHARED_CREDENTIALS_FILE=");
    assert_eq!(credentials, folder.path().join("credentials").to_str().unwrap());
    assert_eq!(server.read_until("export AWS_PROFILE="), "management");
    assert_eq!(server.read_until("export AWS_REGION="), "us-east-1");
    assert_eq!(server.read_until("export AWS_DEFAULT_REGION="), "us-east-1");
    server.stop();
}

#[test]
fn what_it_keeps_is_for_its_owner_alone() {
    let parent = tempdir().unwrap();
    let folder = parent.path().join("data");
    let server = Process::serve(&folder);
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path) & 0o177, 0, "{}", path.display());
    }
    assert!(folder.join("credentials").exists() && folder.join("control.sock").exists());
    server.stop();
}

#[test]
fn a_browser_is_told_that_there_is_nothing() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    let (status, body) = get(server.address(), "/");
    assert_eq!(status, 404);
    assert!(body.contains("signed requests"), "{body}");
    server.stop();
}

#[test]
fn a_body_over_the_limit_is_refused_in_the_words_of_the_service() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    let body = " ".repeat(1024 * 1024 + 1);
    let (status, body) = call(
        server.address(),
        folder.path(),
        "management",
        "ListPortfolios",
        &body,
    );
    assert_eq!(status, 413);
    assert!(body.contains("RequestEntityTooLargeException"), "{body}");
    server.stop();
}

#[test]
fn a_signal_lets_a_request_that_has_begun_end() {
    for signal in [Signal::TERM, Signal::INT] {
        let folder = tempdir().unwrap();
        let server = Process::serve(folder.path());
        let request = signed_call(
            server.address(),
            folder.path(),
            "management",
            "ListPortfolios",
            "{}",
        );
        let (first, last) = request.split_at(request.len() - 1);
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.write_all(first).unwrap();
        // Connections are accepted in order: when this one is answered, the other one has been accepted.
        assert_eq!(get(server.address(), "/health/live").0, 200);
        server.signal(signal);
        // The port is closed once the signal has been seen.
        while TcpStream::connect(server.address()).is_ok() {
            std::thread::yield_now();
        }
        stream.write_all(last).unwrap();
        assert_eq!(answer(stream).0, 200);
        assert_eq!(server.end().0, Some(0));
    }
}

#[test]
fn an_idle_connection_does_not_hold_up_the_end() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    let silent = TcpStream::connect(server.address()).unwrap();
    assert_eq!(get(server.address(), "/health/live").0, 200);
    let begun = std::time::Instant::now();
    server.stop();
    assert!(
        begun.elapsed().as_secs() < 4,
        "it waited for the connection: {:?}",
        begun.elapsed()
    );
    drop(silent);
}

#[test]
fn open_authentication_believes_anybody() {
    let folder = tempdir().unwrap();
    let server = Process::serve_with(folder.path(), &["--auth", "open"]);
    let address = server.address();
    let input = "{}";
    let request = format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/x-amz-json-1.1\r\n\
         x-amz-target: AWS242ServiceCatalogService.ListPortfolios\r\nx-amz-date: 20260101T000000Z\r\n\
         authorization: AWS4-HMAC-SHA256 Credential=111122223333/20260101/eu-west-1/servicecatalog/aws4_request, \
         SignedHeaders=host;x-amz-date;x-amz-target, Signature={}\r\ncontent-length: {}\r\n\r\n{input}",
        "0".repeat(64),
        input.len()
    );
    let (status, body) = exchange(address, request.as_bytes());
    assert_eq!(status, 200, "{body}");
    server.stop();
}

#[test]
fn open_authentication_is_warned_of() {
    let folder = tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    // It ends by itself, because somebody has the address.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&[
        "serve",
        "--listen",
        &address,
        "--data-dir",
        data,
        "--auth",
        "open",
    ]);
    let errors = errors(&output);
    assert!(
        errors.contains("WARN") && errors.contains("signatures are not checked (--auth open)"),
        "{errors}"
    );
}

#[test]
fn every_request_can_be_logged() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let log = folder.path().join("log");
    let server = Process::serve_logged(&data, &log, "chandlery_engine=debug");
    call(server.address(), &data, "management", "ListPortfolios", "{}");
    server.stop();
    let log = std::fs::read_to_string(log).unwrap();
    let line = log.lines().find(|line| line.contains("answered")).unwrap();
    for field in [
        "service=\"servicecatalog\"",
        "operation=\"ListPortfolios\"",
        "status=200",
        "region=eu-central-1",
    ] {
        assert!(line.contains(field), "{field} in {line}");
    }
}

#[test]
fn it_does_not_leave_loopback_unasked() {
    let folder = tempdir().unwrap();
    let output = run(&[
        "serve",
        "--listen",
        "0.0.0.0:0",
        "--data-dir",
        folder.path().to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    let errors = errors(&output);
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(
        errors.starts_with("error: ") && errors.contains("--allow-remote-plain-http"),
        "{errors}"
    );
}

#[test]
fn a_port_that_is_taken_is_one_clear_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempdir().unwrap();
    let output = run(&[
        "serve",
        "--listen",
        &address,
        "--data-dir",
        folder.path().to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    let errors = errors(&output);
    assert!(
        errors.starts_with(&format!("error: cannot listen on {address}: ")),
        "{errors}"
    );
}
