//! The owner's side: changing the flags of a share.

use aws_sdk_servicecatalog::types::{DescribePortfolioShareType as Kind, ShareStatus};
use testkit::{TestOrg, refused};

use crate::questions::{share_with_account, share_with_node, shares};

#[tokio::test]
async fn new_flags_can_be_read_at_once_and_absent_ones_stay() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;

    let update = management.update_portfolio_share().portfolio_id(&databases);
    let update = update
        .organization_node(org.unit("engineering"))
        .share_tag_options(true)
        .send()
        .await
        .unwrap();
    assert!(update.portfolio_share_token().is_some());
    let [share] = &shares(management, &databases, Kind::OrganizationalUnit).await[..] else {
        panic!()
    };
    assert!(share.share_tag_options() && !share.share_principals());

    org.settle().await;
    let update = management
        .update_portfolio_share()
        .portfolio_id(&databases)
        .share_principals(true);
    update
        .organization_node(org.unit("engineering"))
        .send()
        .await
        .unwrap();
    let [share] = &shares(management, &databases, Kind::OrganizationalUnit).await[..] else {
        panic!()
    };
    assert!(share.share_tag_options() && share.share_principals());
}

#[tokio::test]
async fn the_update_of_an_account_share_has_a_token_and_is_completed() {
    let org = TestOrg::bare().await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    share_with_account(management, &databases, "111122223333").await;
    let update = management
        .update_portfolio_share()
        .portfolio_id(&databases)
        .account_id("111122223333");
    let update = update.share_tag_options(true).send().await.unwrap();
    assert_eq!(update.status(), Some(&ShareStatus::Completed));
    assert!(update.portfolio_share_token().unwrap().starts_with("share-"));
    assert!(shares(management, &databases, Kind::Account).await[0].share_tag_options());
}

#[tokio::test]
async fn a_share_that_is_not_there_cannot_be_updated() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    let update = management
        .update_portfolio_share()
        .portfolio_id(&databases)
        .share_tag_options(true);
    let to_account = update.clone().account_id("111122223333").send().await;
    assert_eq!(refused(to_account), "ResourceNotFoundException");
    let to_node = update.organization_node(org.unit("engineering")).send().await;
    assert_eq!(refused(to_node), "ResourceNotFoundException");
}
