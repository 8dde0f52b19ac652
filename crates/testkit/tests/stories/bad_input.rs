//! Input that no client should send: every answer is a refusal, and nothing is kept of it.

use http::{Method, StatusCode};
use testkit::{Answer, Raw, TestOrg};

pub(crate) async fn nothing_is_stored(org: &TestOrg) {
    let listed = org.management().list_portfolios().send().await.unwrap();
    assert_eq!(listed.portfolio_details(), []);
}

/// Refused with 400, as almost everything is.
pub(crate) fn is_refused_as(answer: &Answer, code: &str, what: &str) {
    is_refused_with(answer, StatusCode::BAD_REQUEST, code, what);
}

pub(crate) fn is_refused_with(answer: &Answer, status: StatusCode, code: &str, what: &str) {
    let found = (answer.status, answer.code());
    assert_eq!(found, (status, code.to_owned()), "{what}: {}", answer.text());
}

#[tokio::test]
async fn bodies_that_are_no_object_are_refused() {
    let org = TestOrg::bare().await;
    let bodies: [&[u8]; 9] = [
        b"{",
        b"[]",
        b"null",
        b"\"text\"",
        b"{} {}",
        b"{\"DisplayName\": \"a\",}",
        b"\xff\xfe",
        b"{\"DisplayName\": \"\xff\"}",
        b"{\"DisplayName\": \"\\ud800\"}",
    ];
    for body in bodies {
        let answer = org
            .raw(Raw::json("CreatePortfolio", body).signed_by(org.management()))
            .await;
        is_refused_as(&answer, "SerializationException", &String::from_utf8_lossy(body));
    }
    nothing_is_stored(&org).await;
}

#[tokio::test]
async fn a_member_that_stands_twice_is_refused() {
    let org = TestOrg::bare().await;
    let body = r#"{"DisplayName":"a","DisplayName":"b","ProviderName":"p","IdempotencyToken":"t"}"#;
    let answer = org
        .raw(Raw::json("CreatePortfolio", body).signed_by(org.management()))
        .await;
    is_refused_as(&answer, "SerializationException", body);
    nothing_is_stored(&org).await;
}

#[tokio::test]
async fn values_of_another_type_are_refused() {
    let org = TestOrg::bare().await;
    for name in ["1", "true", "[]", "{}", "[\"a\"]", "1e400"] {
        let body = format!(r#"{{"DisplayName":{name},"ProviderName":"p","IdempotencyToken":"t"}}"#);
        let answer = org
            .raw(Raw::json("CreatePortfolio", body.clone()).signed_by(org.management()))
            .await;
        is_refused_as(&answer, "SerializationException", &body);
    }
    nothing_is_stored(&org).await;
}

#[tokio::test]
async fn a_text_with_a_nul_is_refused() {
    let org = TestOrg::bare().await;
    let body = r#"{"DisplayName":"a\u0000b","ProviderName":"p","IdempotencyToken":"t"}"#;
    let answer = org
        .raw(Raw::json("CreatePortfolio", body).signed_by(org.management()))
        .await;
    is_refused_as(&answer, "SerializationException", body);
    nothing_is_stored(&org).await;
}

#[tokio::test]
async fn required_members_have_to_be_there() {
    let org = TestOrg::bare().await;
    for body in [
        "{}",
        r#"{"DisplayName":null,"ProviderName":"p","IdempotencyToken":"t"}"#,
    ] {
        let answer = org
            .raw(Raw::json("CreatePortfolio", body).signed_by(org.management()))
            .await;
        is_refused_as(&answer, "ValidationException", body);
        assert!(
            answer
                .text()
                .contains("at 'displayName' failed to satisfy constraint: Member must not be null")
        );
    }
    nothing_is_stored(&org).await;
}

#[tokio::test]
async fn values_that_break_their_constraints_are_refused() {
    let org = TestOrg::bare().await;
    let long = "x".repeat(101);
    for (name, provider) in [("", "p"), (long.as_str(), "p"), ("n", "")] {
        let body =
            format!(r#"{{"DisplayName":"{name}","ProviderName":"{provider}","IdempotencyToken":"t"}}"#);
        let answer = org
            .raw(Raw::json("CreatePortfolio", body.clone()).signed_by(org.management()))
            .await;
        is_refused_as(&answer, "ValidationException", &body);
    }
    for body in [
        r#"{"PortfolioId":"port-aaaaaaaaaaaaa","Type":"NOBODY"}"#,
        r#"{"PortfolioId":"port-aaaaaaaaaaaaa","Type":"ACCOUNT","PageSize":-1}"#,
        r#"{"PortfolioId":"port-aaaaaaaaaaaaa","Type":"ACCOUNT","PageSize":101}"#,
        r#"{"PortfolioId":"../../etc/passwd","Type":"ACCOUNT"}"#,
        r#"{"PortfolioId":"port-' OR 1=1 --","Type":"ACCOUNT"}"#,
    ] {
        let answer = org
            .raw(Raw::json("DescribePortfolioShares", body).signed_by(org.management()))
            .await;
        is_refused_as(&answer, "ValidationException", body);
    }
    nothing_is_stored(&org).await;
}

#[tokio::test]
async fn numbers_that_are_no_32_bit_integers_are_refused() {
    let org = TestOrg::bare().await;
    for size in ["1.5", "4294967296", "-9223372036854775809", "1e30", "\"1\""] {
        let body = format!(r#"{{"PageSize":{size}}}"#);
        let answer = org
            .raw(Raw::json("ListPortfolios", body.clone()).signed_by(org.management()))
            .await;
        is_refused_as(&answer, "SerializationException", &body);
    }
}

#[tokio::test]
async fn nesting_without_end_is_refused() {
    let org = TestOrg::bare().await;
    let deep = 100_000;
    let json = format!("{}{}", "[".repeat(deep), "]".repeat(deep));
    let json = format!(r#"{{"Tags":{json},"DisplayName":"n","ProviderName":"p","IdempotencyToken":"t"}}"#);
    let answer = org
        .raw(Raw::json("CreatePortfolio", json).signed_by(org.management()))
        .await;
    is_refused_as(&answer, "SerializationException", "JSON");
    let mut cbor = vec![0xa1, 0x61, b'T'];
    cbor.extend(vec![0x81; deep]);
    let answer = org
        .raw(Raw::cbor("CreatePortfolio", cbor).signed_by(org.management()))
        .await;
    is_refused_as(&answer, "SerializationException", "CBOR");
    nothing_is_stored(&org).await;
}

#[tokio::test]
async fn a_body_of_more_than_a_mebibyte_is_refused() {
    let org = TestOrg::bare().await;
    let body = format!(r#"{{"DisplayName":"{}"}}"#, "x".repeat(1024 * 1024));
    let answer = org
        .raw(Raw::json("CreatePortfolio", body).signed_by(org.management()))
        .await;
    let too_large = StatusCode::PAYLOAD_TOO_LARGE;
    is_refused_with(&answer, too_large, "RequestEntityTooLargeException", "2^20 bytes");
    nothing_is_stored(&org).await;
}

#[tokio::test]
async fn cbor_that_is_cut_off_or_lies_about_its_length_is_refused() {
    let org = TestOrg::bare().await;
    let bodies: [&[u8]; 7] = [
        &[0xff],
        &[0xa1],
        &[0xa1, 0x6b],
        &[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[
            0xa1, 0x61, b'a', 0x7b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        ],
        &[0x80],
        &[0xa2, 0x61, b'a', 0x01, 0x61, b'a', 0x01],
    ];
    for body in bodies {
        let answer = org
            .raw(Raw::cbor("CreatePortfolio", body).signed_by(org.management()))
            .await;
        is_refused_as(&answer, "SerializationException", &format!("{body:x?}"));
        assert_eq!(answer.headers["smithy-protocol"], "rpc-v2-cbor");
    }
    nothing_is_stored(&org).await;
}

#[tokio::test]
async fn heads_that_contradict_themselves_are_refused() {
    let org = TestOrg::bare().await;
    let nowhere = (StatusCode::NOT_FOUND, "UnknownOperationException");
    let malformed = (StatusCode::BAD_REQUEST, "MalformedHttpRequestException");
    let requests = [
        (
            "no target",
            Raw::new(Method::POST, "/").header("content-type", "application/x-amz-json-1.1"),
            nowhere,
        ),
        (
            "a target without service",
            Raw::json("ListPortfolios", "{}").header("x-amz-target", "ListPortfolios"),
            nowhere,
        ),
        (
            "another content type",
            Raw::json("ListPortfolios", "{}").header("content-type", "text/plain"),
            nowhere,
        ),
        (
            "another protocol",
            Raw::cbor("ListPortfolios", vec![0xa0]).header("smithy-protocol", "rpc-v3-cbor"),
            malformed,
        ),
        (
            "both protocols",
            Raw::cbor("ListPortfolios", vec![0xa0]).header("x-amz-target", "X.ListPortfolios"),
            malformed,
        ),
        (
            "CBOR that says JSON",
            Raw::cbor("ListPortfolios", "{}").header("content-type", "application/json"),
            malformed,
        ),
    ];
    for (what, request, (status, code)) in requests {
        let answer = org.raw(request.signed_by(org.management())).await;
        is_refused_with(&answer, status, code, what);
    }
}

#[tokio::test]
async fn members_that_the_contract_does_not_have_are_ignored() {
    let org = TestOrg::bare().await;
    let body = r#"{"PageSize":1,"Colour":{"deep":[1,2,{"er":null}]}}"#;
    let answer = org
        .raw(Raw::json("ListPortfolios", body).signed_by(org.management()))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
}

#[tokio::test]
async fn names_in_any_script_come_back_as_they_were() {
    let org = TestOrg::bare().await;
    for name in [
        "Datenbänke 数据库 🗄",
        "a\u{301}",
        "'; DROP TABLE portfolio; --",
        "\"\\\u{1f600}",
    ] {
        let id = org.portfolio(name).await;
        let read = org.management().describe_portfolio().id(id).send().await.unwrap();
        assert_eq!(read.portfolio_detail().unwrap().display_name(), Some(name));
    }
}
