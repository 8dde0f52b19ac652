//! Signatures that no client should send: each is refused with the code and the words of what is wrong with it.

use http::{Method, StatusCode};
use testkit::{Raw, TestOrg};

use crate::bad_input::{is_refused_as, is_refused_with};

const INCOMPLETE: &str = "IncompleteSignatureException";
const INVALID: &str = "InvalidSignatureException";
const ALL_SIGNED: &str = "host;x-amz-date;x-amz-target";

/// A signature of the right form and of nobody.
const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

#[tokio::test]
async fn signatures_that_are_none_are_refused() {
    let org = TestOrg::bare().await;
    let now = org.now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let scope = |day: &str| format!("AKIAAAAAAAAAAAAAAAAA/{day}/eu-central-1/servicecatalog/aws4_request");
    let of = |credential: &str, signed: &str, signature: &str| {
        format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={signed}, Signature={signature}")
    };
    let today = scope(&now[..8]);
    let twice = format!("AWS4-HMAC-SHA256 {}", "Credential=a, ".repeat(200));
    let headers = [
        ("AWS4-HMAC-SHA256".to_owned(), INCOMPLETE, "requires 'Credential'"),
        ("Bearer abc".to_owned(), INCOMPLETE, "algorithm"),
        (twice, INCOMPLETE, "more than one 'Credential'"),
        (of("", "", ""), INCOMPLETE, "SignedHeaders"),
        (of("a/b", ALL_SIGNED, ZEROS), INCOMPLETE, "5 slash-delimited"),
        (of(&today, "x-amz-date;host", ZEROS), INCOMPLETE, "sorted"),
        (of(&today, "host", ZEROS), INVALID, "'X-Amz-Date'"),
        (of(&today, "host;x-amz-date", ZEROS), INVALID, "'X-Amz-Target'"),
        (of(&scope("20200101"), ALL_SIGNED, ZEROS), INVALID, "20200101"),
        (of(&today, ALL_SIGNED, "zz"), INVALID, "does not match"),
        (of(&today, ALL_SIGNED, ZEROS), INVALID, "does not match"),
    ];
    for (header, code, words) in headers {
        let request = Raw::json("ListPortfolios", "{}").header("x-amz-date", &now);
        let answer = org.raw(request.header("authorization", &header)).await;
        is_refused_as(&answer, code, &header);
        assert!(answer.text().contains(words), "{header}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_signature_without_a_date_is_refused() {
    let org = TestOrg::bare().await;
    let header = format!(
        "AWS4-HMAC-SHA256 Credential=AKIAAAAAAAAAAAAAAAAA/20260101/eu-central-1/servicecatalog/aws4_request, \
         SignedHeaders=host;x-amz-target, Signature={ZEROS}"
    );
    let request = Raw::json("ListPortfolios", "{}").header("authorization", &header);
    let answer = org.raw(request).await;
    is_refused_as(&answer, INCOMPLETE, &header);
    assert!(answer.text().contains("'X-Amz-Date'"), "{}", answer.text());
}

#[tokio::test]
async fn presigned_requests_that_are_malformed_are_refused() {
    let org = TestOrg::bare().await;
    let whole = |expires: &str| {
        format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAAAAAAAAAAAAAAAAA/20260101/us-east-1/sts/aws4_request\
             &X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Expires={expires}&X-Amz-Signature={ZEROS}"
        )
    };
    let incomplete = (StatusCode::BAD_REQUEST, "IncompleteSignature");
    let malformed = (StatusCode::NOT_FOUND, "MalformedQueryString");
    let missing = (StatusCode::FORBIDDEN, "MissingAuthenticationToken");
    for (query, (status, code), words) in [
        (
            "X-Amz-Algorithm=AWS4-HMAC-SHA256".to_owned(),
            incomplete,
            "X-Amz-Credential",
        ),
        (
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=%zz&X-Amz-Signature=0".to_owned(),
            malformed,
            "zz",
        ),
        (
            format!("X-Amz-Algorithm=MD5&X-Amz-Signature={ZEROS}"),
            missing,
            "missing Authentication Token",
        ),
        (whole("99999999"), incomplete, "X-Amz-Expires"),
        (whole("604801"), incomplete, "X-Amz-Expires"),
        (whole("0"), incomplete, "X-Amz-Expires"),
        (whole("-1"), incomplete, "X-Amz-Expires"),
    ] {
        let answer = org.raw(Raw::new(Method::GET, &format!("/?{query}"))).await;
        is_refused_with(&answer, status, code, &query);
        assert!(answer.text().contains(words), "{query}: {}", answer.text());
    }
}
