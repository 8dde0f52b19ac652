//! Requests as bytes on a socket, signed where a service is called.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use http::{HeaderMap, Method, Uri};
use identity::{SecretKey, Signer};

/// Sends `request` and reads the answer to its end: the status and everything after the head.
pub(crate) fn exchange(address: &str, request: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request).unwrap();
    answer(stream)
}

/// Reads an answer to its end.
pub(crate) fn answer(mut stream: TcpStream) -> (u16, String) {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.to_owned())
}

pub(crate) fn get(address: &str, path: &str) -> (u16, String) {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    exchange(address, request.as_bytes())
}

/// A call of an operation of Service Catalog, signed by `profile` of the credentials in `folder`, as bytes.
pub(crate) fn signed_call(
    address: &str,
    folder: &Path,
    profile: &str,
    operation: &str,
    input: &str,
) -> Vec<u8> {
    let (id, secret) = key(folder, profile);
    let uri: Uri = format!("http://{address}/").parse().unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("content-type", "application/x-amz-json-1.1".parse().unwrap());
    headers.insert(
        "x-amz-target",
        format!("AWS242ServiceCatalogService.{operation}")
            .parse()
            .unwrap(),
    );
    let signer = Signer {
        access_key_id: &id,
        secret: &SecretKey::new(secret),
        session_token: None,
        region: "eu-central-1",
        service: "servicecatalog",
    };
    signer
        .sign(
            &Method::POST,
            &uri,
            &mut headers,
            input.as_bytes(),
            jiff::Timestamp::now(),
        )
        .unwrap();
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
fn key(folder: &Path, profile: &str) -> (String, String) {
    let text = std::fs::read_to_string(folder.join("credentials")).unwrap();
    let (_, section) = text.split_once(&format!("[{profile}]\n")).unwrap();
    let value = |name: &str| {
        let line = section.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_start_matches(" = ").to_owned()
    };
    (value("aws_access_key_id"), value("aws_secret_access_key"))
}
