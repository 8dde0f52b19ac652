//! Requests as bytes on a socket, signed where a service is called.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use http::{HeaderMap, Method, Uri};
use identity::{SecretKey, Signer};

/// Sends `request` and reads the answer to its end: the status and everything after the head.
pub(crate) fn exchange(address: &str, request: &[u8]) -> (u16, String) {
    try_exchange(address, request).unwrap()
}

/// The same with a server that may go away.
pub(crate) fn try_exchange(address: &str, request: &[u8]) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request)?;
    try_answer(stream)
}

/// Reads an answer to its end.
pub(crate) fn answer(stream: TcpStream) -> (u16, String) {
    try_answer(stream).unwrap()
}

fn try_answer(mut stream: TcpStream) -> io::Result<(u16, String)> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    // A server that is killed may have sent half of it.
    let is_whole = head
        .lines()
        .filter_map(|line| line.strip_prefix("content-length: "))
        .all(|length| length == body.len().to_string());
    if !is_whole {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((status, body.to_owned()))
}

pub(crate) fn get(address: &str, path: &str) -> (u16, String) {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    exchange(address, request.as_bytes())
}

/// A service that speaks AWS JSON 1.1.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Service {
    Catalog,
    Organizations,
}

/// A call of an operation of Service Catalog, signed by `profile` of the credentials in `folder`, as bytes.
pub(crate) fn signed_call(
    address: &str,
    folder: &Path,
    profile: &str,
    operation: &str,
    input: &str,
) -> Vec<u8> {
    let key = key(folder, profile);
    signed_call_of(address, &key, Service::Catalog, operation, input)
}

/// The same of any service.
pub(crate) fn signed_call_of(
    address: &str,
    key: &(String, String),
    service: Service,
    operation: &str,
    input: &str,
) -> Vec<u8> {
    let uri = format!("http://{address}/").parse().unwrap();
    let headers = signed_headers(&uri, key, service, operation, input);
    let mut request = Vec::new();
    write!(
        request,
        "POST / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n"
    )
    .unwrap();
    for (name, value) in &headers {
        write!(request, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
    }
    write!(request, "content-length: {}\r\n\r\n{input}", input.len()).unwrap();
    request
}

/// What signs a call to `uri`, but for the host, which each version of HTTP sends in its own way.
pub(crate) fn signed_headers(
    uri: &Uri,
    (id, secret): &(String, String),
    service: Service,
    operation: &str,
    input: &str,
) -> HeaderMap {
    let (target, service, region) = match service {
        Service::Catalog => ("AWS242ServiceCatalogService", "servicecatalog", "eu-central-1"),
        Service::Organizations => ("AWSOrganizationsV20161128", "organizations", "us-east-1"),
    };
    let mut headers = HeaderMap::new();
    headers.insert("content-type", "application/x-amz-json-1.1".parse().unwrap());
    headers.insert("x-amz-target", format!("{target}.{operation}").parse().unwrap());
    let signer = Signer {
        access_key_id: id,
        secret: &SecretKey::new(secret.as_str()),
        session_token: None,
        region,
        service,
    };
    let now = jiff::Timestamp::now();
    signer
        .sign(&Method::POST, uri, &mut headers, input.as_bytes(), now)
        .unwrap();
    headers
}

/// Calls an operation of Service Catalog.
pub(crate) fn call(
    address: &str,
    folder: &Path,
    profile: &str,
    operation: &str,
    input: &str,
) -> (u16, String) {
    exchange(address, &signed_call(address, folder, profile, operation, input))
}

/// The id and secret of `profile`.
pub(crate) fn key(folder: &Path, profile: &str) -> (String, String) {
    let text = std::fs::read_to_string(folder.join("credentials")).unwrap();
    let (_, section) = text.split_once(&format!("[{profile}]\n")).unwrap();
    let value = |name: &str| {
        let line = section.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_start_matches(" = ").to_owned()
    };
    (value("aws_access_key_id"), value("aws_secret_access_key"))
}
