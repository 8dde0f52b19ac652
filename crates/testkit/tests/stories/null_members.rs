//! Optional members that are null, or undefined as CBOR has it, are the same as absent.

use aws_sdk_servicecatalog::types::DescribePortfolioShareType as Kind;
use ciborium::Value as Cbor;
use http::StatusCode;
use serde_json::{Map, Value as Json};
use testkit::{Raw, TestOrg};

use crate::questions::{share_with_account, shares};

/// Source: RFC 8949, 3.3.
const NULL: u8 = 0xf6;
const UNDEFINED: u8 = 0xf7;

/// `operation` without the member `optional`, in all the ways there are to say so. `members` are the others, all text.
fn without(optional: &str, operation: &str, members: &[(&str, &str)]) -> [(&'static str, Raw); 5] {
    let json = |null: Option<&str>| {
        let given = members
            .iter()
            .map(|(name, it)| ((*name).to_owned(), Json::from(*it)));
        let null = null.map(|name| (name.to_owned(), Json::Null));
        let object: Map<String, Json> = given.chain(null).collect();
        Raw::json(operation, Json::Object(object).to_string())
    };
    let cbor = |null: Option<&str>| {
        let text = |it: &str| Cbor::Text(it.to_owned());
        let given = members.iter().map(|(name, it)| (text(name), text(it)));
        let null = null.map(|name| (text(name), Cbor::Null));
        let mut body = Vec::new();
        ciborium::into_writer(&Cbor::Map(given.chain(null).collect()), &mut body).unwrap();
        body
    };
    // The member stands last, so that its value is the last byte.
    let mut undefined = cbor(Some(optional));
    assert_eq!(undefined.pop(), Some(NULL));
    undefined.push(UNDEFINED);
    [
        ("absent in JSON", json(None)),
        ("null in JSON", json(Some(optional))),
        ("absent in CBOR", Raw::cbor(operation, cbor(None))),
        ("null in CBOR", Raw::cbor(operation, cbor(Some(optional)))),
        ("undefined in CBOR", Raw::cbor(operation, undefined)),
    ]
}

#[tokio::test]
async fn a_page_size_that_is_null_asks_for_the_usual_page() {
    let org = TestOrg::bare().await;
    let ids = [org.portfolio("Databases").await, org.portfolio("Queues").await];
    for (what, request) in without("PageSize", "ListPortfolios", &[]) {
        let answer = org.raw(request.signed_by(org.management())).await;
        assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.text());
        for id in &ids {
            assert!(answer.text().contains(id.as_str()), "{what}: {}", answer.text());
        }
    }
}

/// One token for all of them: whoever sees two requests in them refuses the second.
#[tokio::test]
async fn tags_that_are_null_are_no_tags() {
    let org = TestOrg::bare().await;
    let members = [
        ("DisplayName", "n"),
        ("ProviderName", "p"),
        ("IdempotencyToken", "t"),
    ];
    for (what, request) in without("Tags", "CreatePortfolio", &members) {
        let answer = org.raw(request.signed_by(org.management())).await;
        assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.text());
    }
    let listed = org.management().list_portfolios().send().await.unwrap();
    let [portfolio] = listed.portfolio_details() else {
        panic!("{listed:?}")
    };
    let id = portfolio.id().unwrap();
    let read = org.management().describe_portfolio().id(id).send().await.unwrap();
    assert_eq!(read.tags(), []);
}

#[tokio::test]
async fn a_flag_that_is_null_is_false_on_a_new_share() {
    let org = TestOrg::bare().await;
    for at in 0..5 {
        let databases = org.portfolio("Databases").await;
        let members = [("PortfolioId", databases.as_str()), ("AccountId", "111122223333")];
        let (what, request) = without("ShareTagOptions", "CreatePortfolioShare", &members)[at].clone();
        let answer = org.raw(request.signed_by(org.management())).await;
        assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.text());
        let shares = shares(org.management(), &databases, Kind::Account).await;
        assert_eq!(shares.len(), 1, "{what}");
        assert!(!shares[0].share_tag_options(), "{what}");
    }
}

#[tokio::test]
async fn a_flag_that_is_null_stays_as_it_is_in_an_update() {
    let org = TestOrg::bare().await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    share_with_account(management, &databases, "111122223333").await;
    let update = management.update_portfolio_share().portfolio_id(&databases);
    let update = update.account_id("111122223333").share_tag_options(true);
    update.send().await.unwrap();

    let members = [("PortfolioId", databases.as_str()), ("AccountId", "111122223333")];
    for (what, request) in without("ShareTagOptions", "UpdatePortfolioShare", &members) {
        let answer = org.raw(request.signed_by(management)).await;
        assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.text());
        let shares = shares(management, &databases, Kind::Account).await;
        assert!(shares[0].share_tag_options(), "{what}");
    }
}
