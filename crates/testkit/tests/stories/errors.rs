//! Refusals: which error answers what, and that nothing happens then.

use aws_sdk_servicecatalog::types::{
    DescribePortfolioShareType as Kind, OrganizationNode, OrganizationNodeType,
};
use http::StatusCode;
use testkit::{Raw, TestOrg, refused};

use crate::questions::shares;

const NOWHERE: &str = "port-aaaaaaaaaaaaa";

fn node(kind: OrganizationNodeType, value: &str) -> OrganizationNode {
    OrganizationNode::builder().r#type(kind).value(value).build()
}

#[tokio::test]
async fn a_share_names_exactly_one_recipient() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    let invalid = "InvalidParametersException";
    let create = management.create_portfolio_share().portfolio_id(&databases);
    assert_eq!(refused(create.clone().send().await), invalid);
    let both = create
        .account_id("111122223333")
        .organization_node(org.everybody());
    assert_eq!(refused(both.send().await), invalid);
    let update = management.update_portfolio_share().portfolio_id(&databases);
    assert_eq!(refused(update.clone().send().await), invalid);
    let both = update
        .account_id("111122223333")
        .organization_node(org.everybody());
    assert_eq!(refused(both.send().await), invalid);
    let delete = management.delete_portfolio_share().portfolio_id(&databases);
    assert_eq!(refused(delete.clone().send().await), invalid);
    let both = delete
        .account_id("111122223333")
        .organization_node(org.everybody());
    assert_eq!(refused(both.send().await), invalid);
    for kind in [Kind::Account, Kind::Organization] {
        assert_eq!(shares(management, &databases, kind).await, []);
    }
}

#[tokio::test]
async fn a_node_is_of_its_type() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let databases = org.portfolio("Databases").await;
    let wrong = [
        node(OrganizationNodeType::Organization, org.unit_id("engineering")),
        node(OrganizationNodeType::OrganizationalUnit, org.id()),
        node(OrganizationNodeType::Account, org.id()),
        OrganizationNode::builder().value(org.id()).build(),
    ];
    for node in wrong {
        let share = org
            .management()
            .create_portfolio_share()
            .portfolio_id(&databases)
            .organization_node(node);
        assert_eq!(refused(share.send().await), "InvalidParametersException");
    }
}

#[tokio::test]
async fn a_node_outside_the_organization_is_not_found() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let databases = org.portfolio("Databases").await;
    let outside = [
        node(OrganizationNodeType::Organization, "o-aaaaaaaaaa"),
        node(OrganizationNodeType::OrganizationalUnit, "ou-aaaa-aaaaaaaa"),
        node(OrganizationNodeType::Account, org.outsider().await.account_id()),
    ];
    for node in outside {
        let share = org
            .management()
            .create_portfolio_share()
            .portfolio_id(&databases)
            .organization_node(node);
        assert_eq!(refused(share.send().await), "ResourceNotFoundException");
    }
}

#[tokio::test]
async fn a_portfolio_is_not_shared_with_its_owner() {
    let org = TestOrg::bare().await;
    let databases = org.portfolio("Databases").await;
    let share = org.management().create_portfolio_share().portfolio_id(&databases);
    let shared = share.account_id(org.management().account_id()).send().await;
    assert_eq!(refused(shared), "InvalidParametersException");
}

#[tokio::test]
async fn a_portfolio_that_is_not_there_is_not_found_by_any_operation() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let management = org.management();
    let not_found = "ResourceNotFoundException";
    assert_eq!(
        refused(management.describe_portfolio().id(NOWHERE).send().await),
        not_found
    );
    assert_eq!(
        refused(management.update_portfolio().id(NOWHERE).send().await),
        not_found
    );
    assert_eq!(
        refused(management.delete_portfolio().id(NOWHERE).send().await),
        not_found
    );
    let create = management
        .create_portfolio_share()
        .portfolio_id(NOWHERE)
        .account_id("111122223333");
    assert_eq!(refused(create.send().await), not_found);
    let update = management
        .update_portfolio_share()
        .portfolio_id(NOWHERE)
        .account_id("111122223333");
    assert_eq!(refused(update.send().await), not_found);
    let delete = management
        .delete_portfolio_share()
        .portfolio_id(NOWHERE)
        .account_id("111122223333");
    assert_eq!(refused(delete.send().await), not_found);
    let describe = management
        .describe_portfolio_shares()
        .portfolio_id(NOWHERE)
        .r#type(Kind::Account);
    assert_eq!(refused(describe.send().await), not_found);
    assert_eq!(
        refused(
            management
                .list_portfolio_access()
                .portfolio_id(NOWHERE)
                .send()
                .await
        ),
        not_found
    );
    let nodes = management
        .list_organization_portfolio_access()
        .portfolio_id(NOWHERE);
    let nodes = nodes.organization_node_type(OrganizationNodeType::Organization);
    assert_eq!(refused(nodes.send().await), not_found);
}

#[tokio::test]
async fn constraints_are_all_reported_in_one_message() {
    let org = TestOrg::bare().await;
    let refusal = refused(org.management().describe_portfolio().id("port/1").send().await);
    assert_eq!(refusal, "ValidationException");
    assert_eq!(
        refusal.message,
        "1 validation error detected: Value 'port/1' at 'id' failed to satisfy constraint: Member must satisfy \
         regular expression pattern: ^[a-zA-Z0-9_\\-]*"
    );
    let node = node(OrganizationNodeType::Organization, "r-root");
    let share = org
        .management()
        .create_portfolio_share()
        .portfolio_id("port/1")
        .organization_node(node);
    let refusal = refused(share.send().await);
    assert!(
        refusal.message.starts_with("2 validation errors detected: "),
        "{}",
        refusal.message
    );
    assert!(
        refusal.message.contains("at 'organizationNode.value' failed"),
        "{}",
        refusal.message
    );
}

#[tokio::test]
async fn arns_of_other_partitions_are_no_organization_nodes() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let databases = org.portfolio("Databases").await;
    let (account, id) = (org.management().account_id(), org.id());
    let arn = format!("arn:aws-us-gov:organizations::{account}:organization/{id}");
    let share = org.management().create_portfolio_share().portfolio_id(&databases);
    let share = share.organization_node(node(OrganizationNodeType::Organization, &arn));
    assert_eq!(refused(share.send().await), "ValidationException");
}

#[tokio::test]
async fn an_operation_that_is_not_built_says_so_by_name() {
    let org = TestOrg::bare().await;
    let refusal = refused(org.management().search_products().send().await);
    assert_eq!(refusal, "NotImplemented");
    assert!(refusal.message.contains("SearchProducts"), "{}", refusal.message);
}

#[tokio::test]
async fn a_service_that_chandlery_does_not_have_says_so_in_its_own_words() {
    let org = TestOrg::bare().await;
    let form = |action: &str| {
        let request =
            Raw::new(http::Method::POST, "/").header("content-type", "application/x-www-form-urlencoded");
        request.body(format!("Action={action}&Version=2016-11-15"))
    };
    let json = Raw::new(http::Method::POST, "/").header("content-type", "application/x-amz-json-1.1");
    let services = [
        ("ec2", form("DescribeInstances")),
        ("cloudformation", form("DescribeStacks")),
        (
            "tagging",
            json.header("x-amz-target", "ResourceGroupsTaggingAPI_20170126.GetResources")
                .body("{}"),
        ),
    ];
    for (service, request) in services {
        let answer = org.raw(request.signed_for(service, org.management())).await;
        assert_eq!(answer.status, StatusCode::NOT_IMPLEMENTED, "{service}");
        assert_eq!(answer.code(), "NotImplemented", "{service}: {}", answer.text());
    }
}

#[tokio::test]
async fn an_operation_that_service_catalog_does_not_have_is_unknown() {
    let org = TestOrg::bare().await;
    for request in [
        Raw::json("DescribeWeather", "{}"),
        Raw::cbor("DescribeWeather", vec![0xa0]),
    ] {
        let answer = org.raw(request.signed_by(org.management())).await;
        assert_eq!(answer.code(), "UnknownOperationException", "{}", answer.text());
        assert!(answer.status.is_client_error());
    }
}
