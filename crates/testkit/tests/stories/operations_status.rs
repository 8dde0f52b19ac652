//! Share operations: their tokens, how they end, and that there is one at a time.

use std::time::Duration;

use aws_sdk_servicecatalog::types::{DescribePortfolioShareType as Kind, ShareStatus};
use engine::Limits;
use testkit::{TestOrg, refused};

use crate::questions::{organization_portfolios, share_status, share_with_account, share_with_node, shares};

fn slow() -> Limits {
    Limits {
        share_operation_delay: Duration::from_hours(1),
        ..Limits::default()
    }
}

#[tokio::test]
async fn an_operation_ends_with_the_accounts_it_reached() {
    let org = TestOrg::with_units(&["engineering/alice", "engineering/bob", "sales/carol"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    let token = share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;

    let status = share_status(management, &token).await;
    assert_eq!(status.status(), Some(&ShareStatus::Completed));
    assert_eq!(status.portfolio_share_token(), Some(token.as_str()));
    assert_eq!(status.portfolio_id(), Some(databases.as_str()));
    assert_eq!(status.organization_node_value(), Some(org.unit_id("engineering")));
    let details = status.share_details().unwrap();
    let mut reached = [org.account("alice").account_id(), org.account("bob").account_id()];
    reached.sort_unstable();
    assert_eq!(details.successful_shares(), reached);
    assert_eq!(details.share_errors(), []);
}

#[tokio::test]
async fn the_operation_of_a_whole_organization_leaves_its_owner_out() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let databases = org.portfolio("Databases").await;
    let token = share_with_node(org.management(), &databases, org.everybody()).await;
    org.settle().await;
    let status = share_status(org.management(), &token).await;
    assert_eq!(
        status.share_details().unwrap().successful_shares(),
        [org.account("alice").account_id()]
    );
}

#[tokio::test]
async fn a_unit_without_accounts_can_be_shared_with() {
    let org = TestOrg::with_units(&["empty/"]).await;
    let databases = org.portfolio("Databases").await;
    let token = share_with_node(org.management(), &databases, org.unit("empty")).await;
    org.settle().await;
    assert_eq!(
        share_status(org.management(), &token).await.status(),
        Some(&ShareStatus::Completed)
    );
}

#[tokio::test]
async fn accounts_that_another_organization_share_reaches_are_reported_and_see_the_portfolio_all_the_same() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;

    let token = share_with_node(management, &databases, org.everybody()).await;
    org.settle().await;

    let status = share_status(management, &token).await;
    assert_eq!(status.status(), Some(&ShareStatus::CompletedWithErrors));
    let details = status.share_details().unwrap();
    assert_eq!(details.successful_shares(), [org.account("carol").account_id()]);
    let [error] = details.share_errors() else {
        panic!("{details:?}")
    };
    assert_eq!(error.error(), Some("DuplicateResourceException"));
    assert_eq!(error.accounts(), [org.account("alice").account_id()]);
    assert_eq!(
        organization_portfolios(org.account("alice")).await,
        [databases.as_str()]
    );

    let delete = management.delete_portfolio_share().portfolio_id(&databases);
    delete
        .organization_node(org.unit("engineering"))
        .send()
        .await
        .unwrap();
    org.settle().await;
    assert_eq!(organization_portfolios(org.account("alice")).await, [databases]);
}

#[tokio::test]
async fn an_account_share_is_no_duplicate_of_an_organization_share() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    share_with_account(management, &databases, org.account("alice").account_id()).await;
    let token = share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;
    assert_eq!(
        share_status(management, &token).await.status(),
        Some(&ShareStatus::Completed)
    );
}

#[tokio::test]
async fn only_one_share_action_is_under_way_at_a_time() {
    let org = TestOrg::with_limits(slow(), &["engineering/alice", "sales/carol"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    let networks = org.portfolio("Networks").await;
    let token = share_with_node(management, &databases, org.unit("engineering")).await;
    assert_eq!(
        share_status(management, &token).await.status(),
        Some(&ShareStatus::NotStarted)
    );

    let busy = "Cannot process more than one portfolio share action at the same time. Try again later.";
    let second = management
        .create_portfolio_share()
        .portfolio_id(&networks)
        .organization_node(org.unit("sales"));
    let refusal = refused(second.clone().send().await);
    assert_eq!(
        (refusal.code.as_str(), refusal.message.as_str()),
        ("InvalidStateException", busy)
    );
    let delete = management.delete_portfolio_share().portfolio_id(&databases);
    let refusal = refused(delete.organization_node(org.unit("engineering")).send().await);
    assert_eq!(
        (refusal.code.as_str(), refusal.message.as_str()),
        ("InvalidStateException", busy)
    );
    let update = management
        .update_portfolio_share()
        .portfolio_id(&databases)
        .share_tag_options(true);
    let refusal = refused(update.organization_node(org.unit("engineering")).send().await);
    assert_eq!(
        (refusal.code.as_str(), refusal.message.as_str()),
        ("InvalidStateException", busy)
    );

    assert_eq!(shares(management, &networks, Kind::OrganizationalUnit).await, []);
    assert!(!shares(management, &databases, Kind::OrganizationalUnit).await[0].share_tag_options());
    // Accounts are no organization nodes, and the other region has its own turn.
    share_with_account(management, &databases, "111122223333").await;
    let elsewhere = management.in_region("us-west-2");
    share_with_node(
        &elsewhere,
        &elsewhere.portfolio("Elsewhere").await,
        org.unit("sales"),
    )
    .await;
}

#[tokio::test]
async fn the_next_share_action_may_start_when_the_one_before_has_ended() {
    let org = TestOrg::with_limits(slow(), &["engineering/alice", "sales/carol"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    let token = share_with_node(management, &databases, org.unit("engineering")).await;
    org.advance(Duration::from_hours(1));
    org.settle().await;
    assert_eq!(
        share_status(management, &token).await.status(),
        Some(&ShareStatus::Completed)
    );
    share_with_node(management, &databases, org.unit("sales")).await;
}

#[tokio::test]
async fn a_share_is_listed_and_seen_from_its_acceptance_on() {
    let org = TestOrg::with_limits(slow(), &["engineering/alice"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    share_with_node(management, &databases, org.unit("engineering")).await;
    assert_eq!(
        shares(management, &databases, Kind::OrganizationalUnit)
            .await
            .len(),
        1
    );
    assert_eq!(organization_portfolios(org.account("alice")).await, [databases]);
}

#[tokio::test]
async fn a_token_that_nobody_got_is_not_found() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    for token in ["share-aaaaaaaaaaaaa", "port-aaaaaaaaaaaaa", "x"] {
        let asked = org
            .management()
            .describe_portfolio_share_status()
            .portfolio_share_token(token);
        assert_eq!(
            refused(asked.send().await),
            "ResourceNotFoundException",
            "{token}"
        );
    }
}

#[tokio::test]
async fn a_member_that_administers_nothing_cannot_follow_an_operation() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let databases = org.portfolio("Databases").await;
    let token = share_with_node(org.management(), &databases, org.unit("engineering")).await;
    org.settle().await;
    let asked = org
        .account("alice")
        .describe_portfolio_share_status()
        .portfolio_share_token(&token);
    assert_eq!(refused(asked.send().await), "AccessDeniedException");
}

#[tokio::test]
async fn a_token_can_be_followed_long_after() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let databases = org.portfolio("Databases").await;
    let token = share_with_node(org.management(), &databases, org.unit("engineering")).await;
    org.settle().await;
    org.advance(Duration::from_hours(24 * 365));
    assert_eq!(
        share_status(org.management(), &token).await.status(),
        Some(&ShareStatus::Completed)
    );
}

#[tokio::test]
async fn tokens_can_be_followed_after_their_portfolio_is_gone() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let (management, databases) = (org.management(), org.portfolio("Databases").await);
    let shared = share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;
    let unsharing = management.delete_portfolio_share().portfolio_id(&databases);
    let unsharing = unsharing
        .organization_node(org.unit("engineering"))
        .send()
        .await
        .unwrap();
    let unshared = unsharing.portfolio_share_token().unwrap();
    org.settle().await;
    management.delete_portfolio().id(&databases).send().await.unwrap();
    for token in [shared.as_str(), unshared] {
        let status = share_status(management, token).await;
        assert_eq!(status.portfolio_id(), Some(databases.as_str()));
        assert_eq!(status.status(), Some(&ShareStatus::Completed));
    }
}
