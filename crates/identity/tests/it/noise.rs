//! Whatever comes in, a claim is read or refused; nothing panics.

use http::{HeaderValue, Uri};
use proptest::prelude::*;

use crate::request::{Request, now};

/// Pieces of which nearly valid claims are made.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "AWS4-HMAC-SHA256",
            "Credential",
            "SignedHeaders",
            "Signature",
            "=",
            ",",
            ", ",
            " ",
            "/",
            ";",
            "&",
            "%",
            "%2F",
            "%zz",
            "+",
            "AKIDEXAMPLE",
            "20150830",
            "us-east-1",
            "service",
            "aws4_request",
            "host",
            "x-amz-date",
            "X-Amz-Algorithm",
            "X-Amz-Credential",
            "X-Amz-Date",
            "X-Amz-Expires",
            "X-Amz-Signature",
            "X-Amz-SignedHeaders",
            "X-Amz-Security-Token",
            "20150830T123600Z",
            "900",
            "é",
            "0000000000000000000000000000000000000000000000000000000000000000",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,3}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_in_the_headers_are_read_or_refused(
        authorization in prop::collection::vec(any::<u8>(), 0..300),
        date in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let mut request = Request::plain();
        if let Ok(value) = HeaderValue::from_bytes(&authorization) {
            request.headers.insert("authorization", value);
        }
        if let Ok(value) = HeaderValue::from_bytes(&date) {
            request.headers.insert("x-amz-date", value);
        }
        prop_assert!(request.verify().is_err());
    }

    #[test]
    fn nearly_valid_headers_are_read_or_refused(rest in pieces(), date in "[0-9]{8}T[0-9]{6}Z") {
        let mut request = Request::plain();
        request.set("x-amz-date", &date);
        if let Ok(value) = HeaderValue::from_bytes(format!("AWS4-HMAC-SHA256 {rest}").as_bytes()) {
            request.headers.insert("authorization", value);
        }
        prop_assert!(request.verify().is_err());
    }

    #[test]
    fn nearly_valid_queries_are_read_or_refused(path in pieces(), query in pieces(), seconds in any::<i64>()) {
        let mut request = Request::plain();
        if let Ok(uri) = Uri::try_from(format!("/{path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&{query}")) {
            request.uri = uri;
        }
        let now = jiff::Timestamp::from_second(seconds).unwrap_or(now());
        prop_assert!(request.verify_at(now).is_err());
    }
}
