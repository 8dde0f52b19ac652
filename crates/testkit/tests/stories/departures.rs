//! Accounts leave, and what was shared with them goes or stays.

use std::time::Duration;

use aws_sdk_servicecatalog::types::DescribePortfolioShareType as Kind;
use engine::Limits;
use testkit::{Actor, TestOrg, refused};

use crate::questions::{
    import, imported_portfolios, organization_portfolios, share_status, share_with_node, shares,
};

/// The management account removes the account `name`.
async fn remove(org: &TestOrg, name: &str) {
    let removing = org
        .management()
        .organizations()
        .remove_account_from_organization();
    removing
        .account_id(org.account(name).account_id())
        .send()
        .await
        .unwrap();
}

async fn disable_access(org: &TestOrg) {
    org.management()
        .disable_aws_organizations_access()
        .send()
        .await
        .unwrap();
}

async fn enable_access(org: &TestOrg) {
    org.management()
        .enable_aws_organizations_access()
        .send()
        .await
        .unwrap();
    org.settle().await;
}

/// Who under `parent` has access to `portfolio`, as its owner lists it.
async fn access_under(owner: &Actor, portfolio: &str, parent: &str) -> Vec<String> {
    let listing = owner.list_portfolio_access().portfolio_id(portfolio);
    let listed = listing.organization_parent_id(parent).send().await.unwrap();
    listed.account_ids.unwrap()
}

#[tokio::test]
async fn an_account_that_is_removed_loses_what_the_organization_shares_and_keeps_its_imports() {
    let org = TestOrg::with_units(&["engineering/alice", "engineering/bob"]).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let (databases, prices) = (org.portfolio("Databases").await, org.portfolio("Prices").await);
    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;
    import(management, &prices, alice).await;
    assert_eq!(organization_portfolios(alice).await, [databases.as_str()]);

    remove(&org, "alice").await;

    assert_eq!(organization_portfolios(alice).await, [""; 0]);
    assert_eq!(imported_portfolios(alice).await, [prices]);
    let described = alice.describe_portfolio().id(&databases).send().await;
    assert_eq!(refused(described), "ResourceNotFoundException");
    let bob = org.account("bob");
    assert_eq!(organization_portfolios(bob).await, [databases.as_str()]);
    assert_eq!(
        access_under(management, &databases, org.id()).await,
        [bob.account_id()]
    );
    assert_eq!(
        shares(management, &databases, Kind::OrganizationalUnit)
            .await
            .len(),
        1
    );
}

#[tokio::test]
async fn an_account_that_leaves_by_itself_is_on_its_own() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let databases = org.portfolio("Databases").await;
    share_with_node(management, &databases, org.everybody()).await;
    org.settle().await;

    alice.organizations().leave_organization().send().await.unwrap();

    assert_eq!(organization_portfolios(alice).await, [""; 0]);
    let described = alice.organizations().describe_organization().send().await;
    assert_eq!(refused(described), "AWSOrganizationsNotInUseException");
    let again = alice.organizations().leave_organization().send().await;
    assert_eq!(refused(again), "AWSOrganizationsNotInUseException");
    let organizations = management.organizations();
    let gone = organizations.describe_account().account_id(alice.account_id());
    assert_eq!(refused(gone.send().await), "AccountNotFoundException");
    let there = organizations
        .list_accounts_for_parent()
        .parent_id(org.unit_id("engineering"));
    assert_eq!(there.send().await.unwrap().accounts(), []);
    alice.organizations().create_organization().send().await.unwrap();
}

#[tokio::test]
async fn an_account_that_leaves_while_access_is_off_keeps_what_it_had_also_when_it_is_on_again() {
    let org = TestOrg::with_units(&["engineering/platform/alice"]).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let databases = org.portfolio("Databases").await;
    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;
    disable_access(&org).await;

    remove(&org, "alice").await;
    assert_eq!(organization_portfolios(alice).await, [databases.as_str()]);

    enable_access(&org).await;
    assert_eq!(organization_portfolios(alice).await, [databases.as_str()]);
    assert_eq!(
        access_under(management, &databases, org.id()).await,
        [alice.account_id()]
    );
}

#[tokio::test]
async fn what_an_account_kept_outlives_its_units_and_ends_with_the_share() {
    let org = TestOrg::with_units(&["engineering/platform/alice"]).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let databases = org.portfolio("Databases").await;
    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;
    disable_access(&org).await;
    remove(&org, "alice").await;
    for unit in ["engineering/platform", "engineering"] {
        let deleting = management.organizations().delete_organizational_unit();
        deleting
            .organizational_unit_id(org.unit_id(unit))
            .send()
            .await
            .unwrap();
    }
    assert_eq!(organization_portfolios(alice).await, [databases.as_str()]);
    enable_access(&org).await;
    assert_eq!(organization_portfolios(alice).await, [databases.as_str()]);

    let deleting = management.delete_portfolio_share().portfolio_id(&databases);
    deleting
        .organization_node(org.unit("engineering"))
        .send()
        .await
        .unwrap();

    assert_eq!(organization_portfolios(alice).await, [""; 0]);
}

#[tokio::test]
async fn a_share_with_a_member_outlives_its_membership_and_can_be_deleted() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let databases = org.portfolio("Databases").await;
    share_with_node(management, &databases, org.member("alice")).await;
    org.settle().await;

    remove(&org, "alice").await;
    assert_eq!(organization_portfolios(alice).await, [""; 0]);
    assert_eq!(
        shares(management, &databases, Kind::OrganizationMemberAccount)
            .await
            .len(),
        1
    );

    let deleting = management.delete_portfolio_share().portfolio_id(&databases);
    let deleted = deleting
        .organization_node(org.member("alice"))
        .send()
        .await
        .unwrap();
    org.settle().await;
    let status = share_status(management, deleted.portfolio_share_token().unwrap()).await;
    assert_eq!(status.status().unwrap().as_str(), "COMPLETED");
    management.delete_portfolio().id(&databases).send().await.unwrap();
}

#[tokio::test]
async fn dropping_one_of_two_shares_keeps_access_through_the_other() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let databases = org.portfolio("Databases").await;
    for node in [org.unit("engineering"), org.everybody()] {
        share_with_node(management, &databases, node).await;
        org.settle().await;
    }
    import(management, &databases, alice).await;

    org.move_account("alice", org.unit_id("engineering"), org.root_id())
        .await;
    assert_eq!(organization_portfolios(alice).await, [databases.as_str()]);
    let deleting = management.delete_portfolio_share().portfolio_id(&databases);
    deleting.organization_node(org.everybody()).send().await.unwrap();
    org.settle().await;
    assert_eq!(organization_portfolios(alice).await, [""; 0]);

    remove(&org, "alice").await;
    assert_eq!(imported_portfolios(alice).await, [databases.as_str()]);
    let described = alice.describe_portfolio().id(&databases).send().await.unwrap();
    assert_eq!(
        described.portfolio_detail().unwrap().display_name(),
        Some("Databases")
    );
}

#[tokio::test]
async fn a_delegated_administrator_stays_until_it_is_deregistered() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    org.delegate("alice").await;
    let (alice, carol) = (org.account("alice"), org.account("carol"));
    let own = alice.portfolio("Mine").await;
    share_with_node(alice, &own, org.unit("sales")).await;
    org.settle().await;

    let organizations = org.management().organizations();
    let removing = organizations
        .remove_account_from_organization()
        .account_id(alice.account_id());
    assert_eq!(
        refused(removing.clone().send().await),
        "ConstraintViolationException"
    );
    let leaving = alice.organizations().leave_organization().send().await;
    assert_eq!(refused(leaving), "ConstraintViolationException");

    let deregistering = organizations
        .deregister_delegated_administrator()
        .account_id(alice.account_id());
    deregistering
        .service_principal("servicecatalog.amazonaws.com")
        .send()
        .await
        .unwrap();
    removing.send().await.unwrap();
    assert_eq!(organization_portfolios(carol).await, [""; 0]);
    let sharing = alice.create_portfolio_share().portfolio_id(&own);
    let shared = sharing.organization_node(org.unit("sales")).send().await;
    assert_eq!(refused(shared), "ResourceNotFoundException");
}

#[tokio::test]
async fn the_management_account_neither_leaves_nor_is_removed() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let organizations = org.management().organizations();
    let refusal = "MasterCannotLeaveOrganizationException";
    assert_eq!(refused(organizations.leave_organization().send().await), refusal);
    let removing = organizations
        .remove_account_from_organization()
        .account_id(org.management().account_id());
    assert_eq!(refused(removing.send().await), refusal);
}

#[tokio::test]
async fn a_member_removes_nobody_and_a_stranger_is_not_found() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    let stranger = org.outsider().await;
    let removing = org
        .account("alice")
        .organizations()
        .remove_account_from_organization();
    let removed = removing
        .account_id(org.account("carol").account_id())
        .send()
        .await;
    assert_eq!(refused(removed), "AccessDeniedException");
    let removing = org
        .management()
        .organizations()
        .remove_account_from_organization();
    let removed = removing.account_id(stranger.account_id()).send().await;
    assert_eq!(refused(removed), "AccountNotFoundException");
}

#[tokio::test]
async fn an_account_that_leaves_before_a_share_gets_to_it_is_not_reported() {
    let limits = Limits {
        share_operation_delay: Duration::from_mins(1),
        ..Limits::default()
    };
    let org = TestOrg::with_limits(limits, &["engineering/alice", "engineering/bob"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    let token = share_with_node(management, &databases, org.unit("engineering")).await;

    remove(&org, "alice").await;
    org.advance(Duration::from_mins(1));
    org.settle().await;

    let ended = share_status(management, &token).await;
    let reached = ended.share_details().unwrap().successful_shares().to_vec();
    assert_eq!(reached, [org.account("bob").account_id()]);
}

#[tokio::test]
async fn an_account_that_leaves_while_the_structure_is_read_is_in_no_copy_of_it() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let databases = org.portfolio("Databases").await;
    share_with_node(management, &databases, org.everybody()).await;
    org.settle().await;
    disable_access(&org).await;
    management.enable_aws_organizations_access().send().await.unwrap();

    alice.organizations().leave_organization().send().await.unwrap();
    org.settle().await;

    assert_eq!(organization_portfolios(alice).await, [""; 0]);
    assert_eq!(access_under(management, &databases, org.id()).await, [""; 0]);
}
