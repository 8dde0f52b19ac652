//! TLS: both versions of HTTP, chosen by the client, and a signed call over each.

use std::path::Path;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use http::{HeaderValue, Request, Response, StatusCode, Uri, Version};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tempfile::tempdir;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::http::{Service, key, signed_headers};
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

/// A signed call, without a host.
fn request(folder: &Path) -> Request<Body> {
    let uri = Uri::from_static("https://localhost/");
    let key = key(folder, "management");
    let headers = signed_headers(&uri, &key, Service::Catalog, "ListPortfolios", "{}");
    let mut request = Request::post(uri).body(Body::from("{}")).unwrap();
    *request.headers_mut() = headers;
    request
}

/// The answer to [`request`], which no signature that is wrong gets.
async fn assert_answered(answer: Response<Incoming>, version: Version) {
    assert_eq!((answer.status(), answer.version()), (StatusCode::OK, version));
    assert!(answer.headers().contains_key("x-amzn-requestid"));
    let body = to_bytes(Body::new(answer.into_body()), 1024).await.unwrap();
    assert_eq!(body, r#"{"PortfolioDetails":[]}"#);
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
    // The host that is signed for is the `:authority` here.
    let answer = sender.send_request(request(folder.path())).await.unwrap();
    assert_answered(answer, Version::HTTP_2).await;
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
    let mut request = request(folder.path());
    request
        .headers_mut()
        .insert("host", HeaderValue::from_static("localhost"));
    let answer = sender.send_request(request).await.unwrap();
    assert_answered(answer, Version::HTTP_11).await;
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
