//! How organizations and their units change and end.

use aws_sdk_servicecatalog::types::{DescribePortfolioShareType as Kind, ShareStatus};
use testkit::{TestOrg, refused};

use crate::questions::{organization_portfolios, share_status, share_with_account, share_with_node, shares};

#[tokio::test]
async fn an_organization_is_deleted_once_it_has_no_members_and_takes_its_shares_along() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let organizations = management.organizations();
    let databases = org.portfolio("Databases").await;
    for node in [org.unit("engineering"), org.everybody(), org.member("alice")] {
        share_with_node(management, &databases, node).await;
        org.settle().await;
    }
    share_with_account(management, &databases, "111122223333").await;
    let too_early = organizations.delete_organization().send().await;
    assert_eq!(refused(too_early), "OrganizationNotEmptyException");

    alice.organizations().leave_organization().send().await.unwrap();
    organizations.delete_organization().send().await.unwrap();

    let described = organizations.describe_organization().send().await;
    assert_eq!(refused(described), "AWSOrganizationsNotInUseException");
    for kind in [
        Kind::OrganizationalUnit,
        Kind::Organization,
        Kind::OrganizationMemberAccount,
    ] {
        assert_eq!(shares(management, &databases, kind).await, []);
    }
    assert_eq!(shares(management, &databases, Kind::Account).await.len(), 1);
    let status = management.get_aws_organizations_access_status().send().await;
    assert_eq!(refused(status), "ResourceNotFoundException");
}

#[tokio::test]
async fn what_an_account_kept_when_it_left_ends_with_the_organization() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let databases = org.portfolio("Databases").await;
    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;
    management
        .disable_aws_organizations_access()
        .send()
        .await
        .unwrap();
    alice.organizations().leave_organization().send().await.unwrap();
    assert_eq!(organization_portfolios(alice).await, [databases]);

    management
        .organizations()
        .delete_organization()
        .send()
        .await
        .unwrap();

    assert_eq!(organization_portfolios(alice).await, [""; 0]);
}

#[tokio::test]
async fn a_new_organization_starts_from_nothing() {
    let mut org = TestOrg::with_units(&["engineering/"]).await;
    let (old, unit) = (org.id().to_owned(), org.unit_id("engineering").to_owned());
    let organizations = org.management().organizations().clone();
    organizations.delete_organization().send().await.unwrap();

    org.create_organization().await;

    assert_ne!(org.id(), old);
    let units = organizations.list_organizational_units_for_parent();
    let units = units.parent_id(org.root_id()).send().await.unwrap();
    assert_eq!(units.organizational_units(), []);
    let described = organizations
        .describe_organizational_unit()
        .organizational_unit_id(unit);
    assert_eq!(
        refused(described.send().await),
        "OrganizationalUnitNotFoundException"
    );
    let trusted = organizations.list_aws_service_access_for_organization();
    assert_eq!(trusted.send().await.unwrap().enabled_service_principals(), []);
}

#[tokio::test]
async fn an_organization_can_be_deleted_while_a_share_is_on_its_way() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    org.hold_jobs().await;
    let token = share_with_node(management, &databases, org.everybody()).await;
    management
        .organizations()
        .delete_organization()
        .send()
        .await
        .unwrap();
    org.settle().await;

    let status = share_status(management, &token).await;
    assert_eq!(status.status(), Some(&ShareStatus::Error));
    management.delete_portfolio().id(&databases).send().await.unwrap();
}

#[tokio::test]
async fn a_member_does_not_delete_the_organization() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let deleted = org
        .account("alice")
        .organizations()
        .delete_organization()
        .send()
        .await;
    assert_eq!(refused(deleted), "AccessDeniedException");
}

#[tokio::test]
async fn a_unit_is_renamed_unless_a_sibling_has_the_name() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/"]).await;
    let organizations = org.management().organizations();
    let renaming = organizations
        .update_organizational_unit()
        .organizational_unit_id(org.unit_id("engineering"));

    let taken = renaming.clone().name("sales").send().await;
    assert_eq!(refused(taken), "DuplicateOrganizationalUnitException");
    for unchanged in [renaming.clone(), renaming.clone().name("engineering")] {
        let unit = unchanged.send().await.unwrap().organizational_unit.unwrap();
        assert_eq!(unit.name(), Some("engineering"));
    }
    let unit = renaming
        .name("platform")
        .send()
        .await
        .unwrap()
        .organizational_unit
        .unwrap();

    assert_eq!(
        (unit.id(), unit.name()),
        (Some(org.unit_id("engineering")), Some("platform"))
    );
    let there = organizations
        .list_accounts_for_parent()
        .parent_id(org.unit_id("engineering"));
    assert_eq!(there.send().await.unwrap().accounts().len(), 1);
    let creating = organizations
        .create_organizational_unit()
        .parent_id(org.root_id());
    creating.name("engineering").send().await.unwrap();
}

#[tokio::test]
async fn a_unit_is_deleted_once_nothing_is_in_it() {
    let org = TestOrg::with_units(&["engineering/platform/alice"]).await;
    let organizations = org.management().organizations();
    let deleting = organizations.delete_organizational_unit();
    for unit in ["engineering", "engineering/platform"] {
        let full = deleting.clone().organizational_unit_id(org.unit_id(unit));
        assert_eq!(refused(full.send().await), "OrganizationalUnitNotEmptyException");
    }
    org.move_account("alice", org.unit_id("engineering/platform"), org.root_id())
        .await;
    for unit in ["engineering/platform", "engineering"] {
        let empty = deleting.clone().organizational_unit_id(org.unit_id(unit));
        empty.send().await.unwrap();
    }
    let gone = deleting.organizational_unit_id(org.unit_id("engineering"));
    assert_eq!(refused(gone.send().await), "OrganizationalUnitNotFoundException");
    let creating = organizations
        .create_organizational_unit()
        .parent_id(org.root_id());
    creating.name("engineering").send().await.unwrap();
}

#[tokio::test]
async fn a_share_with_a_unit_that_was_deleted_reaches_nobody_and_can_be_deleted() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let databases = org.portfolio("Databases").await;
    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;
    org.move_account("alice", org.unit_id("engineering"), org.root_id())
        .await;
    let deleting = management.organizations().delete_organizational_unit();
    deleting
        .organizational_unit_id(org.unit_id("engineering"))
        .send()
        .await
        .unwrap();

    assert_eq!(organization_portfolios(alice).await, [""; 0]);
    assert_eq!(
        shares(management, &databases, Kind::OrganizationalUnit)
            .await
            .len(),
        1
    );
    let again = management.create_portfolio_share().portfolio_id(&databases);
    let again = again.organization_node(org.unit("engineering")).send().await;
    assert_eq!(refused(again), "ResourceNotFoundException");
    let deleting = management.delete_portfolio_share().portfolio_id(&databases);
    deleting
        .organization_node(org.unit("engineering"))
        .send()
        .await
        .unwrap();
    org.settle().await;
    assert_eq!(shares(management, &databases, Kind::OrganizationalUnit).await, []);
}

#[tokio::test]
async fn a_member_changes_no_unit_and_another_organization_s_unit_is_not_found() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let unit = org.unit_id("engineering");
    let stranger = org.outsider().await;
    stranger
        .organizations()
        .create_organization()
        .send()
        .await
        .unwrap();
    for (actor, code) in [
        (org.account("alice"), "AccessDeniedException"),
        (&stranger, "OrganizationalUnitNotFoundException"),
    ] {
        let organizations = actor.organizations();
        let renaming = organizations
            .update_organizational_unit()
            .organizational_unit_id(unit);
        assert_eq!(refused(renaming.name("mine").send().await), code);
        let deleting = organizations
            .delete_organizational_unit()
            .organizational_unit_id(unit);
        assert_eq!(refused(deleting.send().await), code);
    }
}
