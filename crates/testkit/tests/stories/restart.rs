//! The server stops and starts, and nothing is lost.

use std::time::Duration;

use aws_sdk_servicecatalog::types::{DescribePortfolioShareType as Kind, ShareStatus};
use engine::Limits;
use testkit::TestOrg;

use crate::questions::{
    import, imported_portfolios, organization_portfolios, share_status, share_with_node, shares,
};

#[tokio::test]
async fn a_restart_keeps_everything() {
    let mut org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    let (databases, networks) = (org.portfolio("Databases").await, org.portfolio("Networks").await);
    let token = share_with_node(org.management(), &databases, org.unit("engineering")).await;
    org.settle().await;
    import(org.management(), &networks, org.account("carol")).await;

    org.restart().await;

    assert_eq!(
        organization_portfolios(org.account("alice")).await,
        [databases.as_str()]
    );
    assert_eq!(
        imported_portfolios(org.account("carol")).await,
        [networks.as_str()]
    );
    assert_eq!(
        share_status(org.management(), &token).await.status(),
        Some(&ShareStatus::Completed)
    );
    assert_eq!(
        shares(org.management(), &databases, Kind::OrganizationalUnit)
            .await
            .len(),
        1
    );
}

#[tokio::test]
async fn an_operation_that_was_under_way_goes_on_after_a_restart() {
    let delay = Duration::from_mins(30);
    let limits = Limits {
        share_operation_delay: delay,
        ..Limits::default()
    };
    let mut org = TestOrg::with_limits(limits, &["engineering/alice"]).await;
    let databases = org.portfolio("Databases").await;
    let token = share_with_node(org.management(), &databases, org.unit("engineering")).await;

    org.restart().await;
    assert_eq!(
        share_status(org.management(), &token).await.status(),
        Some(&ShareStatus::NotStarted)
    );
    org.advance(delay);
    org.settle().await;

    let status = share_status(org.management(), &token).await;
    assert_eq!(status.status(), Some(&ShareStatus::Completed));
    assert_eq!(
        status.share_details().unwrap().successful_shares(),
        [org.account("alice").account_id()]
    );
}

#[tokio::test]
async fn the_same_request_after_a_restart_has_the_same_answer() {
    let mut org = TestOrg::bare().await;
    let create = |org: &TestOrg| {
        let creating = org
            .management()
            .create_portfolio()
            .display_name("Databases")
            .provider_name("Platform");
        creating.idempotency_token("once").send()
    };
    let first = create(&org).await.unwrap();
    org.restart().await;
    let second = create(&org).await.unwrap();
    assert_eq!(first.portfolio_detail(), second.portfolio_detail());
}
