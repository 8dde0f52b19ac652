//! Signatures that no client should send.

use http::Method;
use testkit::{Raw, TestOrg};

#[tokio::test]
async fn signatures_that_are_none_are_refused() {
    let org = TestOrg::bare().await;
    let scope = "Credential=AKIAAAAAAAAAAAAAAAAA/20260101/eu-central-1/servicecatalog/aws4_request";
    let headers = [
        "AWS4-HMAC-SHA256".to_owned(),
        "Bearer abc".to_owned(),
        "AWS4-HMAC-SHA256 Credential=, SignedHeaders=, Signature=".to_owned(),
        format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=zz"),
        format!(
            "AWS4-HMAC-SHA256 {scope}, SignedHeaders=host;x-amz-date, Signature={}",
            "0".repeat(64)
        ),
        format!("AWS4-HMAC-SHA256 {}", "Credential=a, ".repeat(200)),
    ];
    for header in headers {
        let request = Raw::json("ListPortfolios", "{}").header("authorization", &header);
        let answer = org.raw(request).await;
        assert!(
            answer.status.is_client_error(),
            "{header}: {} {}",
            answer.status,
            answer.text()
        );
        assert_ne!(answer.code(), "", "{header}: {}", answer.text());
    }
}

#[tokio::test]
async fn presigned_requests_that_are_malformed_are_refused() {
    let org = TestOrg::bare().await;
    for query in [
        "X-Amz-Algorithm=AWS4-HMAC-SHA256",
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=%zz&X-Amz-Signature=0",
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=99999999&X-Amz-Signature=0",
    ] {
        let answer = org.raw(Raw::new(Method::GET, &format!("/?{query}"))).await;
        assert!(
            answer.status.is_client_error(),
            "{query}: {} {}",
            answer.status,
            answer.text()
        );
    }
}
