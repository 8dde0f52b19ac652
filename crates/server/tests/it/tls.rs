//! TLS: both versions of HTTP, chosen by the client.

use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use http::{Request, StatusCode, Version};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tempfile::tempdir;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::process::{Process, errors, run};

/// Writes a certificate for `localhost` and its key to `folder`; returns what trusts it.
fn certificate(folder: &Path) -> RootCertStore {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    roots
}

fn serve(folder: &Path) -> Process {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    Process::serve_with(
        folder,
        &["--tls-cert", &path("cert.pem"), "--tls-key", &path("key.pem")],
    )
}

/// A connection on which the client offers these protocols.
async fn connect(address: &str, roots: RootCertStore, offered: &[&str]) -> TlsStream<TcpStream> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = offered.iter().map(|it| it.as_bytes().to_vec()).collect();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .unwrap()
}

fn chosen(stream: &TlsStream<TcpStream>) -> &[u8] {
    stream.get_ref().1.alpn_protocol().unwrap()
}

fn request() -> Request<Body> {
    Request::get("https://localhost/health/live")
        .header("host", "localhost")
        .body(Body::empty())
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_can_speaks_http_2() {
    let folder = tempdir().unwrap();
    let roots = certificate(folder.path());
    let server = serve(folder.path());
    assert!(server.endpoint.starts_with("https://"), "{}", server.endpoint);
    let stream = connect(server.address(), roots, &["h2", "http/1.1"]).await;
    assert_eq!(chosen(&stream), b"h2");
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    let answer = sender.send_request(request()).await.unwrap();
    assert_eq!(
        (answer.status(), answer.version()),
        (StatusCode::OK, Version::HTTP_2)
    );
    // The connection stays open, and does not hold up the end.
    server.stop();
    connection.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_cannot_speaks_http_1() {
    let folder = tempdir().unwrap();
    let roots = certificate(folder.path());
    let server = serve(folder.path());
    let stream = connect(server.address(), roots, &["http/1.1"]).await;
    assert_eq!(chosen(&stream), b"http/1.1");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    let answer = sender.send_request(request()).await.unwrap();
    assert_eq!(
        (answer.status(), answer.version()),
        (StatusCode::OK, Version::HTTP_11)
    );
    server.stop();
    connection.await.unwrap().unwrap();
}

#[test]
fn a_key_that_is_missing_is_one_clear_line() {
    let folder = tempdir().unwrap();
    certificate(folder.path());
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let data = path("data");
    let output = run(&[
        "serve",
        "--data-dir",
        &data,
        "--tls-cert",
        &path("cert.pem"),
        "--tls-key",
        &path("no.pem"),
    ]);
    assert_eq!(output.status.code(), Some(1));
    let errors = errors(&output);
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(
        errors.contains("no.pem is not a PEM file with a private key"),
        "{errors}"
    );
}
