//! Service Catalog's access to an organization, and those who act for it.

use aws_sdk_organizations::types::OrganizationFeatureSet;
use aws_sdk_servicecatalog::types::{AccessStatus, DescribePortfolioShareType as Kind, OrganizationNodeType};
use testkit::{Actor, TestOrg, refused};

use crate::questions::{organization_portfolios, share_status, share_with_account, share_with_node, shares};

const PRINCIPAL: &str = "servicecatalog.amazonaws.com";

async fn access(actor: &Actor) -> AccessStatus {
    actor
        .get_aws_organizations_access_status()
        .send()
        .await
        .unwrap()
        .access_status
        .unwrap()
}

#[tokio::test]
async fn access_is_off_until_the_management_account_enables_it() {
    let mut org = TestOrg::bare().await;
    org.create_organization().await;
    let management = org.management();
    assert_eq!(access(management).await, AccessStatus::Disabled);
    management.enable_aws_organizations_access().send().await.unwrap();
    org.settle().await;
    assert_eq!(access(management).await, AccessStatus::Enabled);
    management.enable_aws_organizations_access().send().await.unwrap();
    org.settle().await;
    management
        .disable_aws_organizations_access()
        .send()
        .await
        .unwrap();
    assert_eq!(access(management).await, AccessStatus::Disabled);
}

#[tokio::test]
async fn access_needs_an_organization_with_all_features() {
    let org = TestOrg::bare().await;
    let management = org.management();
    let creating = management.organizations().create_organization();
    let creating = creating.feature_set(OrganizationFeatureSet::ConsolidatedBilling);
    creating.send().await.unwrap();

    let enabled = management.enable_aws_organizations_access().send().await;

    assert_eq!(refused(enabled), "OperationNotSupportedException");
    assert_eq!(access(management).await, AccessStatus::Disabled);
}

#[tokio::test]
async fn access_is_the_trust_that_organizations_reports() {
    let mut org = TestOrg::bare().await;
    org.create_organization().await;
    let (management, organizations) = (org.management(), org.management().organizations());
    organizations
        .enable_aws_service_access()
        .service_principal(PRINCIPAL)
        .send()
        .await
        .unwrap();
    org.settle().await;
    assert_eq!(access(management).await, AccessStatus::Enabled);
    let trusted = organizations
        .list_aws_service_access_for_organization()
        .send()
        .await
        .unwrap();
    assert_eq!(
        trusted.enabled_service_principals()[0].service_principal(),
        Some(PRINCIPAL)
    );
    organizations
        .disable_aws_service_access()
        .service_principal(PRINCIPAL)
        .send()
        .await
        .unwrap();
    assert_eq!(access(management).await, AccessStatus::Disabled);
}

#[tokio::test]
async fn an_organization_is_shared_with_only_while_access_is_enabled() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    management
        .disable_aws_organizations_access()
        .send()
        .await
        .unwrap();
    for node in [org.unit("engineering"), org.everybody(), org.member("alice")] {
        let share = management
            .create_portfolio_share()
            .portfolio_id(&databases)
            .organization_node(node);
        assert_eq!(refused(share.send().await), "InvalidStateException");
    }
    share_with_account(management, &databases, org.account("alice").account_id()).await;
}

#[tokio::test]
async fn shares_stay_when_access_is_disabled() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;
    management
        .disable_aws_organizations_access()
        .send()
        .await
        .unwrap();
    assert_eq!(
        organization_portfolios(org.account("alice")).await,
        [databases.as_str()]
    );
    assert_eq!(
        shares(management, &databases, Kind::OrganizationalUnit)
            .await
            .len(),
        1
    );
}

#[tokio::test]
async fn a_member_may_neither_switch_access_nor_read_it_nor_share_with_the_organization() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let alice = org.account("alice");
    let refusal = refused(alice.enable_aws_organizations_access().send().await);
    assert_eq!(refusal, "AccessDeniedException");
    assert_eq!(refusal.message, "You are not authorized to perform this action");
    assert_eq!(
        refused(alice.disable_aws_organizations_access().send().await),
        "AccessDeniedException"
    );
    assert_eq!(
        refused(alice.get_aws_organizations_access_status().send().await),
        "AccessDeniedException"
    );
    let own = alice.portfolio("Mine").await;
    let share = alice
        .create_portfolio_share()
        .portfolio_id(&own)
        .organization_node(org.everybody());
    assert_eq!(refused(share.send().await), "AccessDeniedException");
    let listed = alice.list_organization_portfolio_access().portfolio_id(&own);
    let listed = listed
        .organization_node_type(OrganizationNodeType::Organization)
        .send()
        .await;
    assert_eq!(refused(listed), "AccessDeniedException");
}

#[tokio::test]
async fn an_account_in_no_organization_has_no_access_to_speak_of() {
    let org = TestOrg::bare().await;
    let outsider = org.outsider().await;
    let not_found = "ResourceNotFoundException";
    assert_eq!(
        refused(outsider.enable_aws_organizations_access().send().await),
        not_found
    );
    assert_eq!(
        refused(outsider.disable_aws_organizations_access().send().await),
        not_found
    );
    assert_eq!(
        refused(outsider.get_aws_organizations_access_status().send().await),
        not_found
    );
}

#[tokio::test]
async fn a_delegated_administrator_shares_its_own_portfolios_with_the_organization() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    org.delegate("alice").await;
    let alice = org.account("alice");
    let own = alice.portfolio("Mine").await;
    let token = share_with_node(alice, &own, org.unit("sales")).await;
    org.settle().await;

    assert_eq!(
        organization_portfolios(org.account("carol")).await,
        [own.as_str()]
    );
    assert_eq!(
        share_status(alice, &token).await.portfolio_id(),
        Some(own.as_str())
    );
    assert_eq!(access(alice).await, AccessStatus::Enabled);
    assert_eq!(
        refused(alice.enable_aws_organizations_access().send().await),
        "AccessDeniedException"
    );
    let not_its_own = org.portfolio("Databases").await;
    let share = alice
        .create_portfolio_share()
        .portfolio_id(&not_its_own)
        .organization_node(org.unit("sales"));
    assert_eq!(refused(share.send().await), "ResourceNotFoundException");
}

#[tokio::test]
async fn access_cannot_be_disabled_while_there_are_delegated_administrators() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    org.delegate("alice").await;
    let refusal = refused(org.management().disable_aws_organizations_access().send().await);
    assert_eq!(refusal, "InvalidStateException");
    assert_eq!(access(org.management()).await, AccessStatus::Enabled);
}

#[tokio::test]
async fn deregistering_an_administrator_removes_its_organization_shares_and_only_those() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    org.delegate("alice").await;
    let (alice, carol) = (org.account("alice"), org.account("carol"));
    let own = alice.portfolio("Mine").await;
    share_with_node(alice, &own, org.unit("sales")).await;
    org.settle().await;
    share_with_account(alice, &own, carol.account_id()).await;

    let deregister = org
        .management()
        .organizations()
        .deregister_delegated_administrator();
    deregister
        .account_id(alice.account_id())
        .service_principal(PRINCIPAL)
        .send()
        .await
        .unwrap();

    assert_eq!(organization_portfolios(carol).await, [""; 0]);
    assert_eq!(shares(alice, &own, Kind::OrganizationalUnit).await, []);
    assert_eq!(shares(alice, &own, Kind::Account).await.len(), 1);
    let again = alice
        .create_portfolio_share()
        .portfolio_id(&own)
        .organization_node(org.unit("sales"));
    assert_eq!(refused(again.send().await), "AccessDeniedException");
}
