//! The recipient's side: accepting, rejecting and seeing what others share.

use aws_sdk_servicecatalog::types::{DescribePortfolioShareType as Kind, PortfolioShareType};
use testkit::{TestOrg, refused};

use crate::questions::{
    import, imported_portfolios, organization_portfolios, share_with_account, share_with_node, shares,
};

#[tokio::test]
async fn an_account_share_is_there_once_it_is_accepted() {
    let org = TestOrg::bare().await;
    let (management, recipient) = (org.management(), org.outsider().await);
    let databases = org.portfolio("Databases").await;
    share_with_account(management, &databases, recipient.account_id()).await;
    assert_eq!(imported_portfolios(&recipient).await, [""; 0]);
    let unseen = recipient.describe_portfolio().id(&databases).send().await;
    assert_eq!(refused(unseen), "ResourceNotFoundException");

    recipient
        .accept_portfolio_share()
        .portfolio_id(&databases)
        .send()
        .await
        .unwrap();

    assert_eq!(imported_portfolios(&recipient).await, [databases.as_str()]);
    assert!(shares(management, &databases, Kind::Account).await[0].accepted());
    let seen = recipient
        .describe_portfolio()
        .id(&databases)
        .send()
        .await
        .unwrap();
    let arn = seen.portfolio_detail().unwrap().arn().unwrap();
    assert!(
        arn.contains(management.account_id()),
        "the ARN names the owner: {arn}"
    );
}

#[tokio::test]
async fn an_import_is_not_among_the_recipients_own_portfolios() {
    let org = TestOrg::bare().await;
    let recipient = org.outsider().await;
    let databases = org.portfolio("Databases").await;
    import(org.management(), &databases, &recipient).await;
    assert_eq!(
        recipient
            .list_portfolios()
            .send()
            .await
            .unwrap()
            .portfolio_details(),
        []
    );
}

#[tokio::test]
async fn accepting_twice_is_no_error() {
    let org = TestOrg::bare().await;
    let recipient = org.outsider().await;
    let databases = org.portfolio("Databases").await;
    import(org.management(), &databases, &recipient).await;
    recipient
        .accept_portfolio_share()
        .portfolio_id(&databases)
        .send()
        .await
        .unwrap();
    assert_eq!(imported_portfolios(&recipient).await, [databases]);
}

#[tokio::test]
async fn an_import_that_is_rejected_is_dropped_and_may_be_accepted_again() {
    let org = TestOrg::bare().await;
    let (management, recipient) = (org.management(), org.outsider().await);
    let databases = org.portfolio("Databases").await;
    import(management, &databases, &recipient).await;

    recipient
        .reject_portfolio_share()
        .portfolio_id(&databases)
        .send()
        .await
        .unwrap();
    assert_eq!(imported_portfolios(&recipient).await, [""; 0]);
    assert!(!shares(management, &databases, Kind::Account).await[0].accepted());

    recipient
        .accept_portfolio_share()
        .portfolio_id(&databases)
        .send()
        .await
        .unwrap();
    assert_eq!(imported_portfolios(&recipient).await, [databases]);
}

#[tokio::test]
async fn nothing_that_was_not_offered_can_be_accepted_or_rejected() {
    let org = TestOrg::bare().await;
    let stranger = org.outsider().await;
    let databases = org.portfolio("Databases").await;
    let refusal = refused(
        stranger
            .accept_portfolio_share()
            .portfolio_id(&databases)
            .send()
            .await,
    );
    assert_eq!(refusal, "ResourceNotFoundException");
    assert_eq!(refusal.message, format!("Portfolio not found: {databases}"));
    let rejected = stranger
        .reject_portfolio_share()
        .portfolio_id(&databases)
        .send()
        .await;
    assert_eq!(refused(rejected), "ResourceNotFoundException");
}

#[tokio::test]
async fn the_default_type_does_not_accept_what_an_organization_shares() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let databases = org.portfolio("Databases").await;
    share_with_node(org.management(), &databases, org.unit("engineering")).await;
    org.settle().await;
    let alice = org.account("alice");

    let refusal = refused(
        alice
            .accept_portfolio_share()
            .portfolio_id(&databases)
            .send()
            .await,
    );
    assert_eq!(refusal.message, format!("Portfolio not found: {databases}"));

    let accept = alice.accept_portfolio_share().portfolio_id(&databases);
    accept
        .portfolio_share_type(PortfolioShareType::AwsOrganizations)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn the_type_of_the_getting_started_portfolios_has_nothing() {
    let org = TestOrg::bare().await;
    let recipient = org.outsider().await;
    let databases = org.portfolio("Databases").await;
    share_with_account(org.management(), &databases, recipient.account_id()).await;
    let kind = PortfolioShareType::AwsServicecatalog;
    let accept = recipient
        .accept_portfolio_share()
        .portfolio_id(&databases)
        .portfolio_share_type(kind.clone());
    assert_eq!(refused(accept.send().await), "ResourceNotFoundException");
    let reject = recipient
        .reject_portfolio_share()
        .portfolio_id(&databases)
        .portfolio_share_type(kind.clone());
    assert_eq!(refused(reject.send().await), "ResourceNotFoundException");
    let listed = recipient
        .list_accepted_portfolio_shares()
        .portfolio_share_type(kind)
        .send()
        .await
        .unwrap();
    assert_eq!(listed.portfolio_details(), []);
}

#[tokio::test]
async fn imports_and_organization_portfolios_are_two_lists() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let alice = org.account("alice");
    let (databases, networks) = (org.portfolio("Databases").await, org.portfolio("Networks").await);
    import(org.management(), &databases, alice).await;
    share_with_node(org.management(), &networks, org.unit("engineering")).await;
    org.settle().await;
    assert_eq!(imported_portfolios(alice).await, [databases]);
    assert_eq!(organization_portfolios(alice).await, [networks]);
}

#[tokio::test]
async fn a_rejected_organization_portfolio_stays_away_until_it_is_accepted() {
    let org = TestOrg::with_units(&["engineering/alice", "engineering/bob"]).await;
    let alice = org.account("alice");
    let databases = org.portfolio("Databases").await;
    share_with_node(org.management(), &databases, org.unit("engineering")).await;
    org.settle().await;
    let kind = PortfolioShareType::AwsOrganizations;

    let reject = alice
        .reject_portfolio_share()
        .portfolio_id(&databases)
        .portfolio_share_type(kind.clone());
    reject.send().await.unwrap();
    assert_eq!(organization_portfolios(alice).await, [""; 0]);
    assert_eq!(
        organization_portfolios(org.account("bob")).await,
        [databases.as_str()]
    );

    alice
        .accept_portfolio_share()
        .portfolio_id(&databases)
        .portfolio_share_type(kind)
        .send()
        .await
        .unwrap();
    assert_eq!(organization_portfolios(alice).await, [databases]);
}

#[tokio::test]
async fn an_import_goes_when_its_owner_deletes_the_share() {
    let org = TestOrg::bare().await;
    let (management, recipient) = (org.management(), org.outsider().await);
    let databases = org.portfolio("Databases").await;
    import(management, &databases, &recipient).await;
    let delete = management.delete_portfolio_share().portfolio_id(&databases);
    delete.account_id(recipient.account_id()).send().await.unwrap();
    assert_eq!(imported_portfolios(&recipient).await, [""; 0]);
    let unseen = recipient.describe_portfolio().id(&databases).send().await;
    assert_eq!(refused(unseen), "ResourceNotFoundException");
}

#[tokio::test]
async fn a_recipient_can_neither_change_nor_share_nor_inspect_what_it_imported() {
    let org = TestOrg::bare().await;
    let recipient = org.outsider().await;
    let databases = org.portfolio("Databases").await;
    import(org.management(), &databases, &recipient).await;
    let not_found = "ResourceNotFoundException";
    let update = recipient.update_portfolio().id(&databases).display_name("Mine");
    assert_eq!(refused(update.send().await), not_found);
    assert_eq!(
        refused(recipient.delete_portfolio().id(&databases).send().await),
        not_found
    );
    let share = recipient
        .create_portfolio_share()
        .portfolio_id(&databases)
        .account_id("111122223333");
    assert_eq!(refused(share.send().await), not_found);
    let inspect = recipient
        .describe_portfolio_shares()
        .portfolio_id(&databases)
        .r#type(Kind::Account);
    assert_eq!(refused(inspect.send().await), not_found);
    let access = recipient.list_portfolio_access().portfolio_id(&databases);
    assert_eq!(refused(access.send().await), not_found);
}

#[tokio::test]
async fn a_share_is_seen_in_the_region_where_it_was_made() {
    let org = TestOrg::bare().await;
    let recipient = org.outsider().await;
    let databases = org.portfolio("Databases").await;
    import(org.management(), &databases, &recipient).await;
    let elsewhere = recipient.in_region("us-west-2");
    assert_eq!(imported_portfolios(&elsewhere).await, [""; 0]);
    let described = elsewhere.describe_portfolio().id(&databases).send().await;
    assert_eq!(refused(described), "ResourceNotFoundException");
}

#[tokio::test]
async fn a_rejected_organization_portfolio_is_there_again_when_it_is_shared_anew() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let databases = org.portfolio("Databases").await;
    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;
    let reject = alice.reject_portfolio_share().portfolio_id(&databases);
    let reject = reject.portfolio_share_type(PortfolioShareType::AwsOrganizations);
    reject.send().await.unwrap();
    let unshare = management.delete_portfolio_share().portfolio_id(&databases);
    let unshare = unshare.organization_node(org.unit("engineering"));
    unshare.send().await.unwrap();
    org.settle().await;

    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;

    assert_eq!(organization_portfolios(alice).await, [databases]);
}

#[tokio::test]
async fn a_portfolio_that_several_nodes_share_stands_on_one_page_only() {
    let org = TestOrg::with_units(&["engineering/data/alice"]).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let mut portfolios = Vec::new();
    for number in 0..4 {
        let portfolio = org.portfolio(&format!("Portfolio {number}")).await;
        for node in [
            org.everybody(),
            org.unit("engineering"),
            org.unit("engineering/data"),
            org.member("alice"),
        ] {
            share_with_node(management, &portfolio, node).await;
            org.settle().await;
        }
        portfolios.push(portfolio);
    }
    portfolios.sort();

    for size in 1..=4 {
        let pages = alice.list_accepted_portfolio_shares().page_size(size);
        let pages = pages.portfolio_share_type(PortfolioShareType::AwsOrganizations);
        let pages: Result<Vec<_>, _> = pages.into_paginator().send().collect().await;
        let pages = pages.unwrap().into_iter();
        let listed = pages.flat_map(|it| it.portfolio_details.unwrap_or_default());
        let listed: Vec<_> = listed.map(|it| it.id.unwrap()).collect();
        assert_eq!(listed, portfolios, "pages of {size}");
    }
}
