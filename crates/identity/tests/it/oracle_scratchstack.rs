//! Against another verifier: both believe the same requests.
//!
//! The requests stay where the two agree by design. Scratchstack encodes a path once (AWS's signers do it twice) and
//! sorts `a=1&a1=2` by whole pairs (AWS sorts by name), so paths here have unreserved characters only, and no name is
//! the start of another. The last test pins both differences, so that we learn when they go.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use http::HeaderValue;
use proptest::prelude::*;
use scratchstack_aws_signature::principal::User;
use scratchstack_aws_signature::{
    GetSigningKeyRequest, GetSigningKeyResponse, KSecretKey, NO_ADDITIONAL_SIGNED_HEADERS, SignatureError,
    SignatureOptions, service_for_signing_key_fn, sigv4_validate_request,
};

use crate::request::{ID, REGION, Request, SECRET, SERVICE, requests, tokens};

const SEGMENT: &str = "[a-zA-Z0-9_~-]{1,8}";
const NAME: &str = "[a-z]{4}";

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn signing_key(request: GetSigningKeyRequest) -> Result<GetSigningKeyResponse, Failure> {
    if request.access_key() != ID {
        return Err(SignatureError::InvalidClientTokenId("unknown".to_owned()).into());
    }
    let key = SECRET.parse::<KSecretKey>()?.to_ksigning(
        request.request_date(),
        request.region(),
        request.service(),
    );
    Ok(GetSigningKeyResponse::builder()
        .principal(User::new("aws", "123456789012", "/", "admin")?)
        .signing_key(key)
        .build()?)
}

/// Whether Scratchstack believes `request`.
pub(crate) fn believes(request: &Request) -> bool {
    let mut theirs = http::Request::new(request.body.clone());
    *theirs.method_mut() = request.method.clone();
    *theirs.uri_mut() = request.uri.clone();
    *theirs.headers_mut() = request.headers.clone();
    let mut keys = service_for_signing_key_fn(signing_key);
    let validation = sigv4_validate_request(
        theirs,
        REGION,
        SERVICE,
        &mut keys,
        "2015-08-30T12:36:00Z".parse().unwrap(),
        &NO_ADDITIONAL_SIGNED_HEADERS,
        SignatureOptions::default(),
    );
    // Nothing in it waits for anything.
    let mut validation = pin!(validation);
    loop {
        if let Poll::Ready(result) = validation.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return result.is_ok();
        }
    }
}

/// Something that may have happened to a request on its way.
fn change(request: &mut Request, change: usize) {
    match change {
        0 => {}
        1 => request.body.push(b' '),
        2 => request.set("x-added", "not signed"),
        3 => request.set("x-amz-date", "20150830T123601Z"),
        4 => request.set("host", "other.amazonaws.com"),
        5 => {
            let authorization = request.header("authorization").replace("us-east-1", "us-east-2");
            request
                .headers
                .insert("authorization", HeaderValue::from_str(&authorization).unwrap());
        }
        6 => {
            let authorization = request.header("authorization").replace(ID, "AKIDOTHER");
            request
                .headers
                .insert("authorization", HeaderValue::from_str(&authorization).unwrap());
        }
        _ => {
            request.headers.remove("authorization");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn both_believe_the_same_requests(
        mut request in requests(SEGMENT, NAME),
        token in tokens(),
        what in 0..8_usize,
    ) {
        request.sign(token.as_deref());
        change(&mut request, what);
        let ours = request.verify();
        prop_assert_eq!(ours.is_ok(), believes(&request), "{:?} {:?}", ours, request);
        prop_assert_eq!(ours.is_ok(), what == 0 || what == 2);
    }
}

#[test]
fn scratchstack_refuses_what_the_aws_sdk_signs_in_two_cases() {
    for uri in ["/a%20b", "/?a=1&a1=2"] {
        let mut request = Request::plain();
        request.uri = uri.parse().unwrap();
        request.sign(None);
        assert_eq!(request.verify(), Ok(()), "{uri}");
        assert!(!believes(&request), "{uri}");
    }
}
