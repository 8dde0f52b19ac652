//! Requests whose signature stands in the query, made with AWS's own signer.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign},
    sign::v4::SigningParams,
};
use http::{Method, StatusCode, Uri};
use testkit::{Actor, Raw, TestOrg};

use crate::bad_input::is_refused_with;

const FORM: &str = "application/x-www-form-urlencoded";

/// `GetCallerIdentity`, presigned by `actor` and good for `good_for`.
fn presigned(org: &TestOrg, actor: &Actor, good_for: Duration) -> Raw {
    let (id, secret) = actor.access_key();
    let identity = Credentials::new(id, secret, None, None, "story").into();
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(good_for);
    let params = SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("sts")
        .settings(settings);
    let params = params.time(SystemTime::from(org.now())).build().unwrap().into();

    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let uri = format!("http://{}/", org.authority());
    let headers = [("content-type", FORM)].into_iter();
    let signable = SignableRequest::new(
        "POST",
        uri.as_str(),
        headers,
        SignableBody::Bytes(body.as_bytes()),
    );
    let (instructions, _) = sign(signable.unwrap(), &params).unwrap().into_parts();
    let mut request = http::Request::post(uri).body(()).unwrap();
    instructions.apply_to_request_http1x(&mut request);
    let uri: &Uri = request.uri();
    Raw::new(Method::POST, uri.path_and_query().unwrap().as_str())
        .header("content-type", FORM)
        .body(body)
}

#[tokio::test]
async fn a_presigned_request_is_served_until_it_expires() {
    let org = TestOrg::bare().await;
    let request = presigned(&org, org.management(), Duration::from_mins(2));
    let answer = org.raw(request.clone()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(
        answer.text().contains(org.management().account_id()),
        "{}",
        answer.text()
    );

    org.advance(Duration::from_mins(3));
    let answer = org.raw(request).await;
    is_refused_with(
        &answer,
        StatusCode::BAD_REQUEST,
        "RequestExpired",
        "three minutes later",
    );
}

#[tokio::test]
async fn a_presigned_request_that_was_changed_is_refused() {
    let org = TestOrg::bare().await;
    let request = presigned(&org, org.management(), Duration::from_mins(2));
    let changed = request.clone().body("Action=GetSessionToken&Version=2011-06-15");
    let forged = presigned(&org, &org.management().with_secret("x"), Duration::from_mins(2));
    for (what, request) in [("another action", changed), ("another secret", forged)] {
        let answer = org.raw(request).await;
        is_refused_with(&answer, StatusCode::FORBIDDEN, "SignatureDoesNotMatch", what);
    }
    let too_long = presigned(&org, org.management(), Duration::from_hours(24 * 8));
    let answer = org.raw(too_long).await;
    is_refused_with(
        &answer,
        StatusCode::BAD_REQUEST,
        "IncompleteSignature",
        "eight days",
    );
}
