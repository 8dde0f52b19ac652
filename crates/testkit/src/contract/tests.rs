//! The checks can fail: one broken answer for each of them.

use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::{check_answer, check_head};

fn answered(operation: &str, body: Value) -> Vec<String> {
    check_answer("servicecatalog", operation, StatusCode::OK, &body)
}

fn refused(operation: &str, status: u16, code: &str) -> Vec<String> {
    let body = json!({ "__type": code, "message": "No." });
    check_answer(
        "servicecatalog",
        operation,
        StatusCode::from_u16(status).unwrap(),
        &body,
    )
}

fn share(changes: Value) -> Value {
    let mut share = json!({ "PrincipalId": "o-exampleorgid", "Type": "ORGANIZATION", "Accepted": true });
    share
        .as_object_mut()
        .unwrap()
        .extend(changes.as_object().unwrap().clone());
    json!({ "PortfolioShareDetails": [share] })
}

#[test]
fn a_good_answer_passes() {
    assert_eq!(answered("DescribePortfolioShares", share(json!({}))), [""; 0]);
    assert_eq!(answered("CreatePortfolioShare", json!({})), [""; 0]);
    assert_eq!(
        refused("CreatePortfolioShare", 400, "InvalidStateException"),
        [""; 0]
    );
    assert_eq!(
        refused(
            "CreatePortfolioShare",
            400,
            "com.amazonaws.servicecatalog#InvalidStateException"
        ),
        [""; 0]
    );
    assert_eq!(refused("GetUser", 501, "NotImplemented"), [""; 0]);
}

#[test]
fn a_member_that_the_contract_does_not_have_is_found_with_its_place() {
    assert_eq!(
        answered("DescribePortfolioShares", share(json!({ "Colour": "red" }))),
        ["DescribePortfolioShares.PortfolioShareDetails[0].Colour is not in the contract"]
    );
}

#[test]
fn a_value_of_another_type_is_found() {
    for wrong in [
        json!({ "Accepted": "true" }),
        json!({ "PrincipalId": 1 }),
        json!({ "Accepted": null }),
    ] {
        assert_eq!(answered("DescribePortfolioShares", share(wrong)).len(), 1);
    }
    let detail = json!({ "PortfolioDetail": { "CreatedTime": "2024-01-01T00:00:00Z" }, "Tags": [] });
    assert_eq!(answered("CreatePortfolio", detail).len(), 1);
}

#[test]
fn a_value_that_is_none_of_an_enumeration_is_found() {
    assert_eq!(
        answered("DescribePortfolioShares", share(json!({ "Type": "UNIT" }))).len(),
        1
    );
}

#[test]
fn a_list_that_is_left_out_is_found() {
    let missing = answered("ListPortfolioAccess", json!({}));
    assert_eq!(missing, ["ListPortfolioAccess.AccountIds is missing"]);
    let nested = answered(
        "DescribePortfolioShareStatus",
        json!({ "ShareDetails": { "SuccessfulShares": [] } }),
    );
    assert_eq!(
        nested,
        ["DescribePortfolioShareStatus.ShareDetails.ShareErrors is missing"]
    );
}

#[test]
fn an_error_that_the_operation_does_not_declare_is_found() {
    assert_eq!(
        refused("RejectPortfolioShare", 400, "InvalidStateException").len(),
        1
    );
}

#[test]
fn an_error_without_code_or_message_is_found() {
    let answer = |body| check_answer("servicecatalog", "ListPortfolios", StatusCode::BAD_REQUEST, &body);
    assert_eq!(answer(json!({ "message": "No." })).len(), 1);
    assert_eq!(answer(json!({ "__type": "ValidationException" })).len(), 1);
}

#[test]
fn a_status_that_contradicts_the_code_is_found() {
    assert_eq!(refused("CreateProduct", 400, "NotImplemented").len(), 1);
    assert_eq!(refused("CreateProduct", 501, "ValidationException").len(), 1);
}

#[test]
fn a_failure_of_the_server_and_a_missing_request_id_are_found() {
    assert_eq!(
        check_head(StatusCode::INTERNAL_SERVER_ERROR, &HeaderMap::new()).len(),
        2
    );
    let mut headers = HeaderMap::new();
    headers.insert("x-amzn-requestid", HeaderValue::from_static("1"));
    assert_eq!(check_head(StatusCode::OK, &headers), [""; 0]);
    assert_eq!(check_head(StatusCode::SERVICE_UNAVAILABLE, &headers).len(), 1);
}
