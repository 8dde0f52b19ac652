//! Each way to be refused, with AWS's code and message.

use chandlery_identity::{Claim, Refusal, SecretKey, SigningKeys};
use http::{HeaderMap, HeaderValue, Method, Uri};
use jiff::SignedDuration;

use crate::request::{ID, Request, SECRET, SKEW, now};

const PRESIGNED: &str = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2F\
     service%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=\
     b5e4fa9bbd2cf4bd3d6ba0d5d4a4b6d6a2d1f6e4c8a8a1b9e0f5d7c3b2a19080";

/// A request whose `Authorization` header had `from` replaced by `to`.
fn with_authorization(from: &str, to: &str) -> Request {
    let mut request = Request::signed();
    let authorization = request.header("authorization").to_owned();
    assert!(authorization.contains(from), "{authorization}");
    request.set("authorization", &authorization.replace(from, to));
    request
}

fn presigned(from: &str, to: &str) -> Request {
    assert!(PRESIGNED.contains(from));
    let mut request = Request::plain();
    request.headers.remove("x-amz-target");
    request.set_query(&PRESIGNED.replace(from, to));
    request
}

fn code_and_message(request: &Request) -> (&'static str, String) {
    let refusal = request.verify().unwrap_err();
    (refusal.code(), refusal.to_string())
}

fn incomplete(message: &str) -> (&'static str, String) {
    ("IncompleteSignatureException", message.to_owned())
}

fn invalid(message: &str) -> (&'static str, String) {
    ("InvalidSignatureException", message.to_owned())
}

#[test]
fn a_signed_request_is_believed() {
    let request = Request::signed();
    assert_eq!(request.verify(), Ok(()));
    let claim = request.claim().unwrap();
    assert_eq!(
        (claim.access_key_id(), claim.region(), claim.service()),
        (ID, "us-east-1", "service")
    );
    assert_eq!(claim.session_token(), None);
    assert_eq!(
        format!("{claim:?}"),
        "Claim { credential: \"AKIDEXAMPLE/20150830/us-east-1/service/aws4_request\", .. }"
    );
}

#[test]
fn a_request_without_a_claim_is_missing_authentication() {
    let refusal = Request::plain().verify().unwrap_err();
    assert_eq!(refusal, Refusal::MissingAuthenticationToken);
    assert_eq!(refusal.query_code(), "MissingAuthenticationToken");
    assert_eq!(
        (refusal.status().as_u16(), refusal.query_status().as_u16()),
        (400, 403)
    );
}

#[test]
fn a_request_with_two_claims_is_refused() {
    let mut request = Request::signed();
    request.set_query(PRESIGNED);
    assert_eq!(request.verify(), Err(Refusal::SignatureDoesNotMatch));

    let mut request = Request::signed();
    let again = request.headers["authorization"].clone();
    request.headers.append("authorization", again);
    assert_eq!(
        code_and_message(&request),
        incomplete("Header 'authorization' must be given once, in visible ASCII characters.")
    );
}

#[test]
fn everything_missing_from_the_header_is_named() {
    let mut request = Request::plain();
    request.set("authorization", "AWS4-HMAC-SHA256");
    assert_eq!(
        code_and_message(&request),
        incomplete(
            "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' \
             parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires \
             existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256"
        )
    );
}

#[test]
fn parts_that_are_not_pairs_or_come_twice_are_refused() {
    let message = "Not a valid key=value pair (missing equal-sign) in Authorization header.";
    assert_eq!(
        code_and_message(&with_authorization("Signature=", "Signature")),
        incomplete(message)
    );
    let message = "Authorization header has more than one 'Signature' parameter.";
    assert_eq!(
        code_and_message(&with_authorization("Signature=", "Signature=0, Signature=")),
        incomplete(message)
    );
}

#[test]
fn other_schemes_are_unsupported_and_their_secrets_are_not_repeated() {
    let mut request = Request::plain();
    request.set("authorization", "Bearer abc");
    assert_eq!(
        code_and_message(&request),
        incomplete("Unsupported AWS 'algorithm': 'Bearer'.")
    );
    request.set("authorization", "abc");
    assert_eq!(
        code_and_message(&request),
        incomplete("Unsupported AWS 'algorithm': ''.")
    );
}

#[test]
fn signed_headers_are_lower_case_sorted_and_name_the_host() {
    let form =
        "SignedHeaders must be lower-case header names, sorted, each once, with semicolons between them.";
    for wrong in [
        "",
        "Host",
        "x-amz-date;host",
        "host;host",
        "host;",
        ";host",
        "host;a b",
    ] {
        let request = with_authorization("content-type;host;x-amz-date;x-amz-target", wrong);
        assert_eq!(code_and_message(&request), incomplete(form), "{wrong}");
    }
    for (signed, missing) in [
        ("content-type;x-amz-date;x-amz-target", "'Host' or ':authority'"),
        ("content-type;host;x-amz-target", "'X-Amz-Date'"),
        ("content-type;host;x-amz-date", "'X-Amz-Target'"),
    ] {
        let request = with_authorization("content-type;host;x-amz-date;x-amz-target", signed);
        let message = format!("{missing} must be a 'SignedHeader' in the AWS Authorization.");
        assert_eq!(code_and_message(&request), invalid(&message));
    }
}

#[test]
fn a_session_token_must_be_signed() {
    let mut request = Request::signed();
    request.set("x-amz-security-token", "added later");
    assert_eq!(
        code_and_message(&request),
        invalid("'X-Amz-Security-Token' must be a 'SignedHeader' in the AWS Authorization.")
    );
}

#[test]
fn a_signed_header_that_was_lost_is_a_wrong_signature() {
    let mut request = Request::signed();
    request.headers.remove("content-type");
    assert_eq!(request.verify(), Err(Refusal::SignatureDoesNotMatch));
}

#[test]
fn malformed_signatures_are_wrong_signatures() {
    for signature in ["0", "zz", "é", &"0".repeat(63), &"0".repeat(65), &"F".repeat(64)] {
        let mut request = Request::signed();
        let authorization = request.header("authorization");
        let before = authorization.split_once("Signature=").unwrap().0;
        let authorization = format!("{before}Signature={signature}");
        if let Ok(value) = HeaderValue::from_str(&authorization) {
            request.headers.insert("authorization", value);
            assert!(request.verify().is_err(), "{signature}");
        }
    }
    assert_eq!(
        with_authorization("Signature=", "Signature=z").verify(),
        Err(Refusal::SignatureDoesNotMatch)
    );
}

#[test]
fn the_date_may_come_in_the_date_header_and_in_the_basic_form_only() {
    let mut request = Request::signed();
    request.headers.remove("x-amz-date");
    request.set("date", "Sun, 30 Aug 2015 12:36:00 GMT");
    assert_eq!(
        code_and_message(&request),
        incomplete(
            "Date must be in ISO-8601 'basic format'. Got 'Sun, 30 Aug 2015 12:36:00 GMT'. See \
             http://en.wikipedia.org/wiki/ISO_8601"
        )
    );
}

#[test]
fn the_scope_is_for_the_day_of_the_request() {
    let (code, message) = code_and_message(&with_authorization("/20150830/", "/20150831/"));
    assert_eq!(code, "InvalidSignatureException");
    assert_eq!(
        message,
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150831' != \
         '20150830', from '20150830T123600Z'."
    );
}

#[test]
fn a_request_is_current_for_five_minutes_around_its_date() {
    let request = Request::signed();
    assert_eq!(request.verify_at(now() + SKEW), Ok(()));
    assert_eq!(request.verify_at(now() - SKEW), Ok(()));
    let late = request
        .verify_at(now() + SignedDuration::from_mins(6))
        .unwrap_err();
    assert_eq!(
        late.to_string(),
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123700Z (20150830T124200Z - 5 min.)"
    );
    assert_eq!(
        (late.code(), late.query_code()),
        ("InvalidSignatureException", "SignatureDoesNotMatch")
    );
    let early = request
        .verify_at(now() - SignedDuration::from_mins(6))
        .unwrap_err();
    assert_eq!(
        early.to_string(),
        "Signature not yet current: 20150830T123600Z is still later than 20150830T123500Z (20150830T123000Z + 5 min.)"
    );
}

#[test]
fn a_presigned_request_is_current_until_it_expires() {
    let request = presigned("b5e4", "b5e4");
    let at = |seconds| {
        request
            .verify_at(now() + SignedDuration::from_secs(seconds))
            .unwrap_err()
    };
    assert_eq!(
        at(3600),
        Refusal::SignatureDoesNotMatch,
        "current: the signature is looked at"
    );
    assert_eq!(at(3601), Refusal::RequestExpired);
    assert_eq!(at(-300), Refusal::SignatureDoesNotMatch);
    assert!(matches!(at(-301), Refusal::SignatureNotYetCurrent(_)));
    assert_eq!(
        (at(3601).query_code(), at(3601).query_status().as_u16()),
        ("RequestExpired", 400)
    );
}

#[test]
fn a_presigned_request_has_all_of_its_parameters_once() {
    assert_eq!(
        code_and_message(&presigned("X-Amz-Credential", "Credential")),
        incomplete(
            "AWS query-string parameters must include 'X-Amz-Credential'. Re-examine the query-string parameters."
        )
    );
    assert_eq!(
        code_and_message(&presigned("X-Amz-Expires", "X-Amz-Expires=1&X-Amz-Expires")),
        incomplete("AWS query-string parameters must include 'X-Amz-Expires' only once.")
    );
    let refusal = presigned("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256").verify();
    assert_eq!(refusal, Err(Refusal::MissingAuthenticationToken));
    assert_eq!(
        presigned("%2F", "%2").verify().unwrap_err().query_code(),
        "MalformedQueryString"
    );
}

#[test]
fn a_presigned_request_lasts_a_week_at_most() {
    let message = "X-Amz-Expires must be a number of seconds from 1 to 604800.";
    for wrong in ["0", "604801", "-1", "%2B5", "", "1e3", "99999999999999999999"] {
        assert_eq!(
            code_and_message(&presigned("Expires=3600", &format!("Expires={wrong}"))),
            incomplete(message),
            "{wrong}"
        );
    }
    assert_eq!(
        presigned("Expires=3600", "Expires=604800").verify(),
        Err(Refusal::SignatureDoesNotMatch)
    );
}

#[test]
fn a_payload_header_is_the_hash_of_the_payload() {
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let mut request = Request::plain();
    request.body.clear();
    request.set("x-amz-content-sha256", hash);
    request.sign(None);
    assert_eq!(request.verify(), Ok(()));
    for wrong in [
        "UNSIGNED-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        &hash.to_uppercase(),
    ] {
        request.set("x-amz-content-sha256", wrong);
        request.sign(None);
        assert_eq!(request.verify(), Err(Refusal::SignatureDoesNotMatch), "{wrong}");
    }
}

#[test]
fn an_unknown_key_is_refused_like_a_wrong_secret_even_if_it_guesses_the_secret() {
    let request = Request::signed();
    let claim = request.claim().unwrap();
    let keys = SigningKeys::default();
    let verify = |secret: Option<&SecretKey>| claim.verify(secret, &keys, &request.body, now(), SKEW);
    let wrong_secret = verify(Some(&SecretKey::new("wrong"))).unwrap_err();
    // The request is signed with the very secret that stands in for unknown keys.
    let unknown = verify(None).unwrap_err();
    assert_eq!(unknown, wrong_secret);
    assert_eq!(
        (unknown.code(), unknown.query_code()),
        ("InvalidSignatureException", "SignatureDoesNotMatch")
    );
    assert_eq!(
        (unknown.status().as_u16(), unknown.query_status().as_u16()),
        (400, 403)
    );
    assert_eq!(
        unknown.to_string(),
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
         Key and signing method. Consult the service documentation for details."
    );
}

#[test]
fn only_proven_keys_are_kept() {
    let keys = SigningKeys::default();
    let request = Request::signed();
    let claim = request.claim().unwrap();
    let held = || format!("{keys:?}");
    claim.verify(None, &keys, &request.body, now(), SKEW).unwrap_err();
    claim
        .verify(Some(&SecretKey::new("wrong")), &keys, &request.body, now(), SKEW)
        .unwrap_err();
    assert_eq!(held(), "SigningKeys { entries: 0, .. }");
    for _ in 0..2 {
        claim
            .verify(Some(&SecretKey::new(SECRET)), &keys, &request.body, now(), SKEW)
            .unwrap();
        assert_eq!(held(), "SigningKeys { entries: 1, .. }");
    }
    claim
        .verify(Some(&SecretKey::new(SECRET)), &keys, b"changed", now(), SKEW)
        .unwrap_err();
    claim.verify(None, &keys, &request.body, now(), SKEW).unwrap_err();
    claim
        .verify(
            Some(&SecretKey::new("changed")),
            &keys,
            &request.body,
            now(),
            SKEW,
        )
        .unwrap_err();
}

#[test]
fn http2_requests_are_verified_by_their_authority() {
    let mut request = Request::plain();
    request.headers.remove("host");
    request.uri = Uri::from_static("https://servicecatalog.us-east-1.amazonaws.com/");
    request.sign(None);
    assert_eq!(request.verify(), Ok(()));
    request.uri = Uri::from_static("/");
    request.set("host", "servicecatalog.us-east-1.amazonaws.com");
    assert_eq!(request.verify(), Ok(()), "the same request over HTTP/1.1");
}

#[test]
fn session_errors_have_the_codes_of_aws() {
    let codes = |refusal: &Refusal| {
        (
            refusal.code(),
            refusal.query_code(),
            refusal.query_status().as_u16(),
        )
    };
    assert_eq!(
        codes(&Refusal::InvalidSessionToken),
        ("UnrecognizedClientException", "InvalidClientTokenId", 403)
    );
    assert_eq!(
        codes(&Refusal::ExpiredSessionToken),
        ("ExpiredTokenException", "ExpiredToken", 403)
    );
}

#[test]
fn a_secret_does_not_print_itself() {
    assert_eq!(format!("{:?}", SecretKey::new(SECRET)), "***");
}

#[test]
fn a_request_without_any_host_cannot_be_signed_or_claimed() {
    let headers = HeaderMap::new();
    assert_eq!(
        Claim::of(&Method::GET, &Uri::from_static("/"), &headers).unwrap_err(),
        Refusal::MissingAuthenticationToken
    );
}
