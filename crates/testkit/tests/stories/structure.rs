//! The organization moves underneath its shares.

use testkit::TestOrg;

use crate::questions::{organization_portfolios, share_with_node};

#[tokio::test]
async fn an_account_that_moves_has_what_its_new_unit_is_shared_and_only_that() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let (databases, prices) = (org.portfolio("Databases").await, org.portfolio("Prices").await);
    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;
    share_with_node(management, &prices, org.unit("sales")).await;
    org.settle().await;
    assert_eq!(organization_portfolios(alice).await, [databases]);

    org.move_account("alice", org.unit_id("engineering"), org.unit_id("sales"))
        .await;

    assert_eq!(organization_portfolios(alice).await, [prices]);
}

#[tokio::test]
async fn an_account_that_joins_has_what_the_organization_is_shared() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    share_with_node(management, &databases, org.everybody()).await;
    org.settle().await;

    let creating = management
        .organizations()
        .create_account()
        .account_name("dave")
        .email("dave@example.com");
    let asked = creating.send().await.unwrap();
    org.settle().await;
    let status = management.organizations().describe_create_account_status();
    let status = status.create_account_request_id(asked.create_account_status().unwrap().id().unwrap());
    let made = status
        .send()
        .await
        .unwrap()
        .create_account_status
        .unwrap()
        .account_id
        .unwrap();

    let dave = management
        .assume(&made, "OrganizationAccountAccessRole")
        .await
        .unwrap();
    assert_eq!(organization_portfolios(&dave).await, [databases]);
}

#[tokio::test]
async fn moves_change_nothing_while_access_is_disabled_and_count_when_it_is_enabled_again() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    let (management, alice, carol) = (org.management(), org.account("alice"), org.account("carol"));
    let databases = org.portfolio("Databases").await;
    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;
    management
        .disable_aws_organizations_access()
        .send()
        .await
        .unwrap();

    org.move_account("alice", org.unit_id("engineering"), org.unit_id("sales"))
        .await;
    org.move_account("carol", org.unit_id("sales"), org.unit_id("engineering"))
        .await;
    assert_eq!(organization_portfolios(alice).await, [databases.as_str()]);
    assert_eq!(organization_portfolios(carol).await, [""; 0]);

    management.enable_aws_organizations_access().send().await.unwrap();
    org.settle().await;
    assert_eq!(organization_portfolios(alice).await, [""; 0]);
    assert_eq!(organization_portfolios(carol).await, [databases]);
}
