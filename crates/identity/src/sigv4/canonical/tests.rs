//! What the published vectors cannot say through an HTTP library, and the corners of each rule.

use http::HeaderValue;
use http::header::HOST;

use super::*;

fn path(raw: &str) -> String {
    let mut out = Vec::new();
    push_path(&mut out, raw);
    String::from_utf8(out).unwrap()
}

fn query(raw: &str) -> String {
    let mut out = Vec::new();
    push_query(&mut out, raw);
    String::from_utf8(out).unwrap()
}

fn trimmed(raw: &str) -> String {
    let mut out = b"name:".to_vec();
    push_trimmed(&mut out, raw.as_bytes());
    String::from_utf8(out).unwrap()
}

#[test]
fn a_path_loses_its_dots_and_empty_segments() {
    for (raw, canonical) in [
        ("", "/"),
        ("/", "/"),
        ("//", "/"),
        ("/./", "/"),
        ("/..", "/"),
        ("/../..", "/"),
        ("/a/..", "/"),
        ("/a/b/../..", "/"),
        ("/a/.", "/a/"),
        ("/a/b/..", "/a/"),
        ("//a//b//", "/a/b/"),
        ("/a.b/..c", "/a.b/..c"),
        (
            "/service/ServiceCatalog/operation/ListPortfolios",
            "/service/ServiceCatalog/operation/ListPortfolios",
        ),
    ] {
        assert_eq!(path(raw), canonical, "{raw}");
    }
}

#[test]
fn a_path_is_encoded_once_more_than_it_was_sent() {
    assert_eq!(path("/example space/"), "/example%20space/");
    assert_eq!(path("/example%20space/"), "/example%2520space/");
    assert_eq!(path("/a+b@c/~d"), "/a%2Bb%40c/~d");
    assert_eq!(path("/%2e%2e/a"), "/%252e%252e/a");
}

#[test]
fn a_query_is_sorted_by_name_and_then_by_value() {
    assert_eq!(query("b=1&a=2&a=1"), "a=1&a=2&b=1");
    assert_eq!(query("a1=x&a=y&a-=z"), "a=y&a-=z&a1=x");
    assert_eq!(query("B=1&a=2"), "B=1&a=2");
}

#[test]
fn a_query_has_one_encoding_only() {
    assert_eq!(query("a=%2f%41+%7E"), "a=%2FA%20~");
    assert_eq!(query("a&&b=c=d&"), "a=&b=c%3Dd");
    assert_eq!(query(""), "");
}

#[test]
fn a_query_is_signed_without_its_signature() {
    assert_eq!(query("X-Amz-Signature=12&a=b&X-Amz-%53ignature=34"), "a=b");
}

#[test]
fn a_value_has_single_spaces_and_none_around_it() {
    assert_eq!(trimmed("  a   b c "), "name:a b c");
    assert_eq!(trimmed("   "), "name:");
    assert_eq!(trimmed(""), "name:");
    assert_eq!(trimmed("\ta \t b\t"), "name:\ta \t b\t");
}

/// The `host` line of a request's canonical form.
fn host(uri: &'static str, headers: &HeaderMap) -> String {
    let uri = Uri::from_static(uri);
    let request = Request {
        method: &Method::GET,
        uri: &uri,
        headers,
    };
    let canonical = String::from_utf8(request.canonical("host", &[b'0'; 64]).unwrap()).unwrap();
    canonical
        .lines()
        .find(|line| line.starts_with("host:"))
        .unwrap()
        .to_owned()
}

#[test]
fn the_authority_stands_in_for_a_host_that_http2_does_not_send() {
    let mut headers = HeaderMap::new();
    assert_eq!(host("https://catalog.example/", &headers), "host:catalog.example");
    assert_eq!(
        host("https://catalog.example:443/", &headers),
        "host:catalog.example"
    );
    assert_eq!(
        host("https://catalog.example:80/", &headers),
        "host:catalog.example:80"
    );
    assert_eq!(
        host("http://catalog.example:80/", &headers),
        "host:catalog.example"
    );
    assert_eq!(host("http://127.0.0.1:8242/", &headers), "host:127.0.0.1:8242");
    headers.insert(HOST, HeaderValue::from_static("other.example"));
    assert_eq!(host("https://catalog.example/", &headers), "host:other.example");
    headers.append(HOST, HeaderValue::from_static("third.example"));
    assert_eq!(host("/", &headers), "host:other.example,third.example");
}

#[test]
fn a_signed_header_that_is_gone_leaves_no_canonical_request() {
    let mut headers = HeaderMap::new();
    let uri = Uri::from_static("/");
    let canonical = |headers: &HeaderMap, signed| {
        Request {
            method: &Method::GET,
            uri: &uri,
            headers,
        }
        .canonical(signed, &[b'0'; 64])
    };
    assert_eq!(canonical(&headers, "host"), None);
    headers.insert(HOST, HeaderValue::from_static("example"));
    assert!(canonical(&headers, "host").is_some());
    assert_eq!(canonical(&headers, "host;x-amz-date"), None);
}
