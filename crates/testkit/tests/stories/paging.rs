//! Lists in pages, and tokens that lead nowhere else.

use aws_sdk_servicecatalog::types::DescribePortfolioShareType as Kind;
use testkit::{Actor, TestOrg, refused};

use crate::questions::share_with_account;

/// A portfolio shared with `count` accounts.
async fn shared_with_many(org: &TestOrg, count: usize) -> String {
    let databases = org.portfolio("Databases").await;
    for number in 0..count {
        share_with_account(org.management(), &databases, &format!("1111{number:08}")).await;
    }
    databases
}

async fn page(
    actor: &Actor,
    portfolio: &str,
    size: Option<i32>,
    token: Option<String>,
) -> (Vec<String>, Option<String>) {
    let asking = actor
        .describe_portfolio_shares()
        .portfolio_id(portfolio)
        .r#type(Kind::Account);
    let answer = asking
        .set_page_size(size)
        .set_page_token(token)
        .send()
        .await
        .unwrap();
    let ids = answer
        .portfolio_share_details()
        .iter()
        .map(|it| it.principal_id().unwrap().to_owned());
    (ids.collect(), answer.next_page_token().map(str::to_owned))
}

#[tokio::test]
async fn pages_hold_every_share_once() {
    let org = TestOrg::bare().await;
    let databases = shared_with_many(&org, 7).await;
    let (mut found, mut token, mut sizes) = (Vec::new(), None, Vec::new());
    loop {
        let (ids, next) = page(org.management(), &databases, Some(3), token).await;
        sizes.push(ids.len());
        found.extend(ids);
        token = next;
        if token.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [3, 3, 1]);
    assert_eq!(found, (0..7).map(|it| format!("1111{it:08}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_page_that_is_full_and_the_last_has_no_token() {
    let org = TestOrg::bare().await;
    let databases = shared_with_many(&org, 3).await;
    let (ids, next) = page(org.management(), &databases, Some(3), None).await;
    assert_eq!((ids.len(), next), (3, None));
}

#[tokio::test]
async fn a_page_has_a_hundred_shares_unless_said_otherwise() {
    let org = TestOrg::bare().await;
    let databases = shared_with_many(&org, 101).await;
    for size in [None, Some(0), Some(100)] {
        let (ids, next) = page(org.management(), &databases, size, None).await;
        assert_eq!((ids.len(), next.is_some()), (100, true), "{size:?}");
    }
    let asking = org
        .management()
        .describe_portfolio_shares()
        .portfolio_id(&databases)
        .r#type(Kind::Account);
    assert_eq!(refused(asking.page_size(101).send().await), "ValidationException");
}

#[tokio::test]
async fn a_share_that_goes_away_between_pages_leaves_the_others_in_place() {
    let org = TestOrg::bare().await;
    let databases = shared_with_many(&org, 4).await;
    let (first, token) = page(org.management(), &databases, Some(2), None).await;
    let delete = org
        .management()
        .delete_portfolio_share()
        .portfolio_id(&databases)
        .account_id(&first[1]);
    delete.send().await.unwrap();
    let (second, _) = page(org.management(), &databases, Some(2), token).await;
    assert_eq!(second, ["111100000002", "111100000003"]);
}

#[tokio::test]
async fn a_token_serves_the_list_and_the_caller_it_was_made_for() {
    let org = TestOrg::bare().await;
    let (management, databases) = (org.management(), shared_with_many(&org, 3).await);
    let (_, token) = page(management, &databases, Some(1), None).await;
    let token = token.unwrap();
    let invalid = "InvalidParametersException";

    let other = org.outsider().await;
    let own = other.portfolio("Own").await;
    let asking = |actor: &Actor, portfolio: &str, kind: Kind, token: &str| {
        actor
            .describe_portfolio_shares()
            .portfolio_id(portfolio)
            .r#type(kind)
            .page_token(token)
            .send()
    };
    assert_eq!(
        refused(asking(&other, &own, Kind::Account, &token).await),
        invalid
    );
    assert_eq!(
        refused(asking(management, &databases, Kind::Organization, &token).await),
        invalid
    );
    let networks = org.portfolio("Networks").await;
    assert_eq!(
        refused(asking(management, &networks, Kind::Account, &token).await),
        invalid
    );
    let access = management
        .list_portfolio_access()
        .portfolio_id(&databases)
        .page_token(&token);
    assert_eq!(refused(access.send().await), invalid);
    assert_eq!(
        refused(management.list_portfolios().page_token(&token).send().await),
        invalid
    );
}

#[tokio::test]
async fn a_token_that_was_tampered_with_is_refused() {
    let org = TestOrg::bare().await;
    let databases = shared_with_many(&org, 3).await;
    let (_, token) = page(org.management(), &databases, Some(1), None).await;
    let token = token.unwrap();
    let swapped = |at: usize| {
        let mut letters: Vec<char> = token.chars().collect();
        letters[at] = if letters[at] == 'A' { 'B' } else { 'A' };
        letters.into_iter().collect::<String>()
    };
    for wrong in [
        swapped(0),
        swapped(token.len() - 2),
        token[1..].to_owned(),
        "2".to_owned(),
    ] {
        let asking = org
            .management()
            .describe_portfolio_shares()
            .portfolio_id(&databases)
            .r#type(Kind::Account);
        let answer = asking.page_token(&wrong).send().await;
        assert_eq!(refused(answer), "InvalidParametersException", "{wrong}");
    }
}

#[tokio::test]
async fn portfolios_imports_and_accesses_come_in_pages_as_well() {
    let org = TestOrg::bare().await;
    let (management, recipient) = (org.management(), org.outsider().await);
    let mut made = Vec::new();
    for number in 0..3 {
        let portfolio = org.portfolio(&format!("Portfolio {number}")).await;
        crate::questions::import(management, &portfolio, &recipient).await;
        made.push(portfolio);
    }
    made.sort_unstable();

    let mut pages = management.list_portfolios().page_size(2).into_paginator().send();
    let mut listed = Vec::new();
    while let Some(page) = pages.next().await {
        listed.extend(
            page.unwrap()
                .portfolio_details
                .unwrap()
                .into_iter()
                .map(|it| it.id.unwrap()),
        );
    }
    listed.sort_unstable();
    assert_eq!(listed, made);

    let mut pages = recipient
        .list_accepted_portfolio_shares()
        .page_size(2)
        .into_paginator()
        .send();
    let mut imported = Vec::new();
    while let Some(page) = pages.next().await {
        imported.extend(
            page.unwrap()
                .portfolio_details
                .unwrap()
                .into_iter()
                .map(|it| it.id.unwrap()),
        );
    }
    imported.sort_unstable();
    assert_eq!(imported, made);

    share_with_account(management, &made[0], "111122223333").await;
    let access = management
        .list_portfolio_access()
        .portfolio_id(&made[0])
        .page_size(1)
        .send()
        .await
        .unwrap();
    assert_eq!(access.account_ids().len(), 1);
    assert!(access.next_page_token().is_some());
}
