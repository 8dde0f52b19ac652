//! Clients that are many, or slow to send: nobody else waits for them, and they cost little.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tempfile::tempdir;

use crate::http::{call, get};
use crate::process::Process;

/// More than the server works on at once, which is 1,024.
const SLOW: usize = 1100;

/// What the server says once it waits for the body of a request that asks.
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// As many open files as may be, for this process and those it starts: usual are 1,024, the same as the server's limit.
fn open_many_files() {
    let maximum = getrlimit(Resource::Nofile).maximum;
    let limit = Rlimit {
        current: maximum,
        maximum,
    };
    setrlimit(Resource::Nofile, limit).unwrap();
}

/// A connection whose request the server has begun to wait for.
fn slow(address: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\nx-amz-target: AWS242ServiceCatalogService.ListPortfolios\r\n\
         content-type: application/x-amz-json-1.1\r\nexpect: 100-continue\r\ncontent-length: 10\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut said = [0; CONTINUE.len()];
    stream.read_exact(&mut said).unwrap();
    assert_eq!(said, CONTINUE, "{}", String::from_utf8_lossy(&said));
    stream
}

#[test]
fn requests_that_do_not_arrive_keep_nobody_from_being_answered() {
    open_many_files();
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    let address = server.address();
    let waiting: Vec<TcpStream> = (0..SLOW).map(|_| slow(address)).collect();
    let begun = Instant::now();
    let (status, body) = call(address, folder.path(), "management", "ListPortfolios", "{}");
    assert_eq!((status, body.as_str()), (200, r#"{"PortfolioDetails":[]}"#));
    // Far less than the half minute that the server waits for a body.
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "it took {:?}",
        begun.elapsed()
    );
    drop(waiting);
    server.stop();
}

#[test]
fn a_body_that_breaks_off_is_answered_with_a_request_id() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let request = format!(
        "POST / HTTP/1.1\r\nhost: {}\r\nx-amz-target: AWS242ServiceCatalogService.ListPortfolios\r\n\
         content-type: application/x-amz-json-1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        server.address()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("\r\nx-amzn-requestid: "), "{answer}");
    assert!(answer.contains("RequestTimeoutException"), "{answer}");
    server.stop();
}

/// Idle connections, or as many as this machine lets two processes have.
fn idle_connections() -> u64 {
    let open_files = getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX);
    open_files.saturating_sub(200).min(10_000)
}

#[test]
fn idle_connections_cost_little_and_keep_nobody_from_being_answered() {
    open_many_files();
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    let address = server.address();
    call(address, folder.path(), "management", "ListPortfolios", "{}");
    let before = server.resident_bytes();
    let idle: Vec<TcpStream> = (0..idle_connections())
        .map(|_| TcpStream::connect(address).unwrap())
        .collect();

    // Accepted after all of them.
    let (status, _) = call(address, folder.path(), "management", "ListPortfolios", "{}");

    assert_eq!(status, 200);
    let each = server.resident_bytes().saturating_sub(before) / idle.len() as u64;
    assert!(each < 16 * 1024, "{each} bytes a connection");
    drop(idle);
    server.stop();
}

#[test]
fn what_is_too_much_at_once_is_turned_away_quickly_and_nothing_else_is_lost() {
    let folder = tempdir().unwrap();
    let server = Process::serve_with(folder.path(), &["--requests-in-flight-max", "2"]);
    let create = |number: usize| {
        let input =
            format!(r#"{{"DisplayName":"{number}","ProviderName":"x","IdempotencyToken":"{number}"}}"#);
        let begun = Instant::now();
        let (status, body) = call(
            server.address(),
            folder.path(),
            "management",
            "CreatePortfolio",
            &input,
        );
        (status, body, begun.elapsed())
    };
    let answers: Vec<_> = thread::scope(|scope| {
        let clients: Vec<_> = (0..16)
            .map(|client| scope.spawn(move || (0..5).map(|it| create(client * 5 + it)).collect::<Vec<_>>()))
            .collect();
        clients.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });

    let made = answers.iter().filter(|it| it.0 == 200).count();
    let turned_away: Vec<_> = answers.iter().filter(|it| it.0 != 200).collect();
    assert!(made > 0 && !turned_away.is_empty(), "{made} of {}", answers.len());
    for (status, body, took) in turned_away {
        assert_eq!(*status, 503);
        assert!(body.contains("ServiceUnavailable"), "{body}");
        assert!(*took < Duration::from_secs(1), "{took:?}");
    }
    let (_, listed) = call(
        server.address(),
        folder.path(),
        "management",
        "ListPortfolios",
        r#"{"PageSize":20}"#,
    );
    assert_eq!(listed.matches("\"Id\"").count(), made.min(20));
    let (_, metrics) = get(server.address(), "/metrics");
    assert!(metrics.contains("overload"), "{metrics}");
    server.stop();
}
