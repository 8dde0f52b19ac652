//! Clients that are slow to send: nobody else waits for them, and they are answered like everybody else.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tempfile::tempdir;

use crate::http::call;
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
