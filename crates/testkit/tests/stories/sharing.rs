//! The owner's side: creating and deleting shares.

use aws_sdk_servicecatalog::types::{
    DescribePortfolioShareType as Kind, OrganizationNode, OrganizationNodeType, ShareStatus,
};
use testkit::{TestOrg, refused};

use crate::questions::{organization_portfolios, share_with_account, share_with_node, shares};

#[tokio::test]
async fn a_portfolio_shared_with_a_unit_reaches_its_accounts_only() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    let databases = org.portfolio("Databases").await;

    let share = org.management().create_portfolio_share().portfolio_id(&databases);
    share
        .organization_node(org.unit("engineering"))
        .send()
        .await
        .unwrap();
    org.settle().await;

    assert_eq!(organization_portfolios(org.account("alice")).await, [databases]);
    assert_eq!(organization_portfolios(org.account("carol")).await, [""; 0]);
}

#[tokio::test]
async fn a_portfolio_shared_with_a_unit_reaches_the_units_below_it() {
    let org = TestOrg::with_units(&["engineering/platform/alice", "engineering/carol"]).await;
    let databases = org.portfolio("Databases").await;
    share_with_node(org.management(), &databases, org.unit("engineering")).await;
    org.settle().await;
    assert_eq!(
        organization_portfolios(org.account("alice")).await,
        [databases.as_str()]
    );
    assert_eq!(organization_portfolios(org.account("carol")).await, [databases]);
}

#[tokio::test]
async fn a_portfolio_shared_with_the_organization_reaches_every_member_and_not_its_owner() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    let databases = org.portfolio("Databases").await;
    share_with_node(org.management(), &databases, org.everybody()).await;
    org.settle().await;
    for name in ["alice", "carol"] {
        assert_eq!(
            organization_portfolios(org.account(name)).await,
            [databases.as_str()]
        );
    }
    assert_eq!(organization_portfolios(org.management()).await, [""; 0]);
    assert_eq!(organization_portfolios(&org.outsider().await).await, [""; 0]);
}

#[tokio::test]
async fn a_portfolio_shared_with_a_member_as_a_node_reaches_that_member_without_acceptance() {
    let org = TestOrg::with_units(&["engineering/alice", "engineering/bob"]).await;
    let databases = org.portfolio("Databases").await;
    share_with_node(org.management(), &databases, org.member("alice")).await;
    org.settle().await;
    assert_eq!(
        organization_portfolios(org.account("alice")).await,
        [databases.as_str()]
    );
    assert_eq!(organization_portfolios(org.account("bob")).await, [""; 0]);
    let [share] = &shares(org.management(), &databases, Kind::OrganizationMemberAccount).await[..] else {
        panic!()
    };
    assert_eq!(share.principal_id(), Some(org.account("alice").account_id()));
    assert!(share.accepted());
}

#[tokio::test]
async fn each_kind_of_share_is_listed_by_itself_as_it_was_made() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    let alice = org.account("alice").account_id();
    share_with_account(management, &databases, alice).await;
    for node in [org.member("alice"), org.unit("engineering"), org.everybody()] {
        share_with_node(management, &databases, node).await;
        org.settle().await;
    }
    let expected = [
        (Kind::Account, alice, false),
        (Kind::OrganizationMemberAccount, alice, true),
        (Kind::OrganizationalUnit, org.unit_id("engineering"), true),
        (Kind::Organization, org.id(), true),
    ];
    for (kind, principal, accepted) in expected {
        let [share] = &shares(management, &databases, kind.clone()).await[..] else {
            panic!("one share of {kind}")
        };
        assert_eq!(share.r#type(), Some(&kind));
        assert_eq!(
            (share.principal_id(), share.accepted()),
            (Some(principal), accepted)
        );
    }
}

#[tokio::test]
async fn nodes_given_as_arns_come_back_as_ids() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    let (account, id, unit) = (management.account_id(), org.id(), org.unit_id("engineering"));
    let arns = [
        (
            OrganizationNodeType::OrganizationalUnit,
            format!("arn:aws:organizations::{account}:ou/{id}/{unit}"),
        ),
        (
            OrganizationNodeType::Organization,
            format!("arn:aws:organizations::{account}:organization/{id}"),
        ),
    ];
    for (kind, arn) in arns {
        let node = OrganizationNode::builder().r#type(kind).value(arn).build();
        share_with_node(management, &databases, node).await;
        org.settle().await;
    }
    assert_eq!(
        shares(management, &databases, Kind::OrganizationalUnit).await[0].principal_id(),
        Some(unit)
    );
    assert_eq!(
        shares(management, &databases, Kind::Organization).await[0].principal_id(),
        Some(id)
    );
}

#[tokio::test]
async fn an_arn_of_another_organization_is_no_node_whatever_id_it_ends_with() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    let (account, id, unit) = (management.account_id(), org.id(), org.unit_id("engineering"));
    let foreign = [
        format!("arn:aws:organizations::999999999999:ou/{id}/{unit}"),
        format!("arn:aws:organizations::{account}:ou/o-foreignorg0/{unit}"),
    ];
    for arn in foreign {
        let node = OrganizationNode::builder()
            .r#type(OrganizationNodeType::OrganizationalUnit)
            .value(arn)
            .build();
        let sharing = management.create_portfolio_share().portfolio_id(&databases);
        let sharing = sharing.organization_node(node).send().await;
        assert_eq!(refused(sharing), "ResourceNotFoundException");
    }
    assert_eq!(shares(management, &databases, Kind::OrganizationalUnit).await, []);
}

#[tokio::test]
async fn repeating_a_share_changes_none_of_its_flags() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;

    let again = management
        .create_portfolio_share()
        .portfolio_id(&databases)
        .share_tag_options(true);
    let again = again
        .share_principals(true)
        .organization_node(org.unit("engineering"))
        .send()
        .await
        .unwrap();

    let status = crate::questions::share_status(management, again.portfolio_share_token().unwrap()).await;
    assert_eq!(status.status(), Some(&ShareStatus::Completed));
    let [share] = &shares(management, &databases, Kind::OrganizationalUnit).await[..] else {
        panic!()
    };
    assert!(!share.share_tag_options() && !share.share_principals());
}

#[tokio::test]
async fn repeating_an_account_share_is_no_error() {
    let org = TestOrg::bare().await;
    let databases = org.portfolio("Databases").await;
    share_with_account(org.management(), &databases, "111122223333").await;
    share_with_account(org.management(), &databases, "111122223333").await;
    assert_eq!(shares(org.management(), &databases, Kind::Account).await.len(), 1);
}

#[tokio::test]
async fn an_account_that_nobody_knows_may_be_shared_with() {
    let org = TestOrg::bare().await;
    let databases = org.portfolio("Databases").await;
    share_with_account(org.management(), &databases, "999988887777").await;
    let [share] = &shares(org.management(), &databases, Kind::Account).await[..] else {
        panic!()
    };
    assert_eq!(
        (share.principal_id(), share.accepted()),
        (Some("999988887777"), false)
    );
}

#[tokio::test]
async fn the_principals_of_a_portfolio_are_not_shared_with_an_account() {
    let org = TestOrg::bare().await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    let share = management
        .create_portfolio_share()
        .portfolio_id(&databases)
        .account_id("111122223333");
    assert_eq!(
        refused(share.share_principals(true).send().await),
        "InvalidParametersException"
    );
    assert_eq!(shares(management, &databases, Kind::Account).await, []);
}

#[tokio::test]
async fn a_deleted_share_is_gone_on_both_sides() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;

    let delete = management.delete_portfolio_share().portfolio_id(&databases);
    let deleted = delete
        .organization_node(org.unit("engineering"))
        .send()
        .await
        .unwrap();
    org.settle().await;

    let status = crate::questions::share_status(management, deleted.portfolio_share_token().unwrap()).await;
    assert_eq!(status.status(), Some(&ShareStatus::Completed));
    assert_eq!(shares(management, &databases, Kind::OrganizationalUnit).await, []);
    assert_eq!(organization_portfolios(org.account("alice")).await, [""; 0]);
}

#[tokio::test]
async fn deleting_an_account_share_that_is_not_there_does_nothing() {
    let org = TestOrg::bare().await;
    let databases = org.portfolio("Databases").await;
    let delete = org
        .management()
        .delete_portfolio_share()
        .portfolio_id(&databases)
        .account_id("111122223333");
    assert_eq!(delete.send().await.unwrap().portfolio_share_token(), None);
}

#[tokio::test]
async fn deleting_a_node_share_that_is_not_there_is_refused() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let databases = org.portfolio("Databases").await;
    let delete = org.management().delete_portfolio_share().portfolio_id(&databases);
    let deleted = delete.organization_node(org.unit("engineering")).send().await;
    assert_eq!(refused(deleted), "ResourceNotFoundException");
}
