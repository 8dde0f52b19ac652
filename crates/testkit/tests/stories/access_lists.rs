//! Whom a portfolio is shared with, as its owner lists it.

use aws_sdk_servicecatalog::types::OrganizationNodeType;
use testkit::TestOrg;

use crate::questions::{share_with_account, share_with_node};

#[tokio::test]
async fn the_nodes_of_one_type_are_listed_and_not_what_is_below_them() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    for node in [org.unit("engineering"), org.unit("sales"), org.member("carol")] {
        share_with_node(management, &databases, node).await;
        org.settle().await;
    }
    let carol = org.account("carol").account_id();
    let mut units = [org.unit_id("engineering"), org.unit_id("sales")];
    units.sort_unstable();
    let expected: [(_, &[&str]); 3] = [
        (OrganizationNodeType::OrganizationalUnit, &units),
        (OrganizationNodeType::Account, &[carol]),
        (OrganizationNodeType::Organization, &[]),
    ];
    for (kind, values) in expected {
        let listing = management
            .list_organization_portfolio_access()
            .portfolio_id(&databases);
        let listed = listing.organization_node_type(kind.clone()).send().await.unwrap();
        assert!(
            listed
                .organization_nodes()
                .iter()
                .all(|it| it.r#type() == Some(&kind))
        );
        let found: Vec<_> = listed
            .organization_nodes()
            .iter()
            .map(|it| it.value().unwrap())
            .collect();
        assert_eq!(found, values, "{kind}");
    }
}

#[tokio::test]
async fn who_has_access_are_the_external_accounts_or_those_that_inherit_it_under_a_parent() {
    let org = TestOrg::with_units(&["engineering/platform/alice", "sales/carol"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    let (alice, carol) = (
        org.account("alice").account_id(),
        org.account("carol").account_id(),
    );
    share_with_account(management, &databases, "111122223333").await;
    share_with_node(management, &databases, org.everybody()).await;
    org.settle().await;

    let external = management
        .list_portfolio_access()
        .portfolio_id(&databases)
        .send()
        .await
        .unwrap();
    assert_eq!(external.account_ids(), ["111122223333"]);
    let under = async |parent: &str| {
        let listing = management.list_portfolio_access().portfolio_id(&databases);
        listing
            .organization_parent_id(parent)
            .send()
            .await
            .unwrap()
            .account_ids
            .unwrap()
    };
    let mut everybody = [alice, carol];
    everybody.sort_unstable();
    assert_eq!(under(org.id()).await, everybody);
    assert_eq!(under(org.root_id()).await, everybody);
    assert_eq!(under(org.unit_id("engineering")).await, [alice]);
    assert_eq!(under(org.unit_id("engineering/platform")).await, [alice]);
    assert_eq!(under(org.unit_id("sales")).await, [carol]);
}
