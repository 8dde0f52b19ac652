//! Who is believed: signatures, sessions and times.

use std::time::Duration;

use http::StatusCode;
use jiff::SignedDuration;
use testkit::{Answer, Raw, TestOrg, refused};

fn list() -> Raw {
    Raw::json("ListPortfolios", "{}")
}

#[tokio::test]
async fn a_wrong_secret_and_an_unknown_key_are_the_same_error() {
    let org = TestOrg::bare().await;
    let forger = org.management().with_secret(&"x".repeat(40));
    let stranger = org.management().with_access_key_id("AKIAAAAAAAAAAAAAAAAA");
    let wrong = refused(forger.list_portfolios().send().await);
    assert_eq!(wrong, "InvalidSignatureException");
    assert_eq!(wrong, refused(stranger.list_portfolios().send().await));
}

#[tokio::test]
async fn a_request_without_a_signature_is_refused() {
    let org = TestOrg::bare().await;
    let answer = org.raw(list()).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::BAD_REQUEST, "MissingAuthenticationTokenException")
    );
}

#[tokio::test]
async fn a_body_that_was_changed_on_its_way_is_refused() {
    let org = TestOrg::bare().await;
    let request = list()
        .signed_by(org.management())
        .changed_on_its_way(r#"{"PageSize":1}"#);
    assert_eq!(org.raw(request).await.code(), "InvalidSignatureException");
}

#[tokio::test]
async fn a_signature_is_good_for_five_minutes_either_way() {
    let org = TestOrg::bare().await;
    let at = async |ago: SignedDuration| -> Answer {
        org.raw(list().signed_by(org.management()).signed_ago(ago)).await
    };
    for good in [0, 4 * 60, -4 * 60] {
        let answer = at(SignedDuration::from_secs(good)).await;
        assert_eq!(answer.status, StatusCode::OK, "{good} s: {}", answer.text());
    }
    for bad in [6 * 60, -6 * 60, 24 * 3600] {
        let answer = at(SignedDuration::from_secs(bad)).await;
        assert_eq!(answer.code(), "InvalidSignatureException", "{bad} s");
        assert!(answer.text().contains("Signature"), "{}", answer.text());
    }
}

#[tokio::test]
async fn the_same_signed_request_is_served_again() {
    let org = TestOrg::bare().await;
    let request = list()
        .signed_by(org.management())
        .signed_ago(SignedDuration::from_secs(60));
    assert_eq!(org.raw(request.clone()).await.status, StatusCode::OK);
    assert_eq!(org.raw(request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_session_ends() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let alice = org.account("alice");
    alice.list_portfolios().send().await.unwrap();
    org.advance(Duration::from_mins(59));
    alice.list_portfolios().send().await.unwrap();
    org.advance(Duration::from_mins(2));
    assert_eq!(
        refused(alice.list_portfolios().send().await),
        "ExpiredTokenException"
    );
    assert_eq!(
        refused(alice.sts().get_caller_identity().send().await),
        "ExpiredToken"
    );
}

#[tokio::test]
async fn the_key_of_a_session_needs_its_token() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let alice = org.account("alice");
    let unrecognized = "UnrecognizedClientException";
    let without = alice.with_session_token(None);
    assert_eq!(refused(without.list_portfolios().send().await), unrecognized);
    let wrong = alice.with_session_token(Some("someone-elses"));
    assert_eq!(refused(wrong.list_portfolios().send().await), unrecognized);
    let needless = org.management().with_session_token(Some("none-was-given"));
    assert_eq!(refused(needless.list_portfolios().send().await), unrecognized);
}

#[tokio::test]
async fn everybody_can_ask_who_they_are() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let account = org.management().account_id();
    let admin = org.management().sts().get_caller_identity().send().await.unwrap();
    assert_eq!(admin.account(), Some(account));
    assert_eq!(
        admin.arn(),
        Some(format!("arn:aws:iam::{account}:user/admin").as_str())
    );
    let alice = org.account("alice");
    let session = alice.sts().get_caller_identity().send().await.unwrap();
    let arn = format!(
        "arn:aws:sts::{}:assumed-role/OrganizationAccountAccessRole/story",
        alice.account_id()
    );
    assert_eq!(
        (session.account(), session.arn()),
        (Some(alice.account_id()), Some(arn.as_str()))
    );
}

#[tokio::test]
async fn only_the_management_account_may_become_its_members() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    let (outsider, role) = (org.outsider().await, "OrganizationAccountAccessRole");
    let alice = org.account("alice").account_id();
    for actor in [&outsider, org.account("carol")] {
        let arn = format!("arn:aws:iam::{alice}:role/{role}");
        let assume = actor.sts().assume_role().role_arn(arn).role_session_name("story");
        assert_eq!(refused(assume.send().await), "AccessDenied");
    }
    let nowhere = format!("arn:aws:iam::{alice}:role/Nobody");
    let assume = org
        .management()
        .sts()
        .assume_role()
        .role_arn(nowhere)
        .role_session_name("story");
    assert_eq!(refused(assume.send().await), "AccessDenied");
}
