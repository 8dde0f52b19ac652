//! An answer against the contract fails the test that receives it.

use std::net::SocketAddr;

use axum::{Router, http::HeaderName};

use super::*;
use crate::Actor;

/// An actor whose server answers everything with this.
async fn actor_answered_with(headers: &'static [(&'static str, &'static str)], body: &'static str) -> Actor {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect();
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = socket.local_addr().unwrap();
    let router = Router::new().fallback(async move || (headers, body));
    tokio::spawn(async move { axum::serve(socket, router).await.unwrap() });
    let transport = Transport {
        service: "servicecatalog",
        region: "eu-central-1".to_owned(),
        credentials: Credentials {
            access_key_id: "AKIAAAAAAAAAAAAAAAAA".to_owned(),
            secret: SecretKey::new("secret"),
            session_token: None,
        },
        clock: TestClock::default(),
        protocol: Protocol::Json,
        violations: Violations::default(),
    };
    Actor::new("111122223333".to_owned(), address, transport)
}

const GOOD: &[(&str, &str)] = &[
    ("content-type", "application/x-amz-json-1.1"),
    ("x-amzn-requestid", "1"),
];

#[tokio::test]
async fn an_answer_that_keeps_the_contract_reaches_the_test() {
    let actor = actor_answered_with(GOOD, r#"{"PortfolioDetails":[]}"#).await;
    assert_eq!(
        actor.list_portfolios().send().await.unwrap().portfolio_details(),
        []
    );
}

#[tokio::test]
#[should_panic(expected = "ListPortfolios.PortfolioDetails is missing")]
async fn an_answer_that_violates_the_contract_fails_the_test() {
    let actor = actor_answered_with(GOOD, "{}").await;
    let _ = actor.list_portfolios().send().await;
}

#[tokio::test]
#[should_panic(expected = "x-amzn-RequestId is missing")]
async fn an_answer_without_request_id_fails_the_test() {
    let actor = actor_answered_with(&GOOD[..1], r#"{"PortfolioDetails":[]}"#).await;
    let _ = actor.list_portfolios().send().await;
}
