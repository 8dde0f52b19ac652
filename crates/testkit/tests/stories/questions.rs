//! What stories ask again and again.

use aws_sdk_servicecatalog::{
    operation::describe_portfolio_share_status::DescribePortfolioShareStatusOutput,
    types::{DescribePortfolioShareType, OrganizationNode, PortfolioShareDetail, PortfolioShareType},
};
use testkit::Actor;

/// The ids of the portfolios that reach `actor` through its organization.
pub(crate) async fn organization_portfolios(actor: &Actor) -> Vec<String> {
    accepted(actor, PortfolioShareType::AwsOrganizations).await
}

/// The ids of the portfolios that `actor` imported.
pub(crate) async fn imported_portfolios(actor: &Actor) -> Vec<String> {
    accepted(actor, PortfolioShareType::Imported).await
}

async fn accepted(actor: &Actor, kind: PortfolioShareType) -> Vec<String> {
    let answer = actor
        .list_accepted_portfolio_shares()
        .portfolio_share_type(kind)
        .send()
        .await
        .unwrap();
    answer
        .portfolio_details()
        .iter()
        .map(|it| it.id().unwrap().to_owned())
        .collect()
}

/// The shares of this kind that the owner sees.
pub(crate) async fn shares(
    owner: &Actor,
    portfolio: &str,
    kind: DescribePortfolioShareType,
) -> Vec<PortfolioShareDetail> {
    let answer = owner
        .describe_portfolio_shares()
        .portfolio_id(portfolio)
        .r#type(kind)
        .send()
        .await
        .unwrap();
    answer.portfolio_share_details.unwrap()
}

/// Shares with a node. Returns the token.
pub(crate) async fn share_with_node(owner: &Actor, portfolio: &str, node: OrganizationNode) -> String {
    let share = owner
        .create_portfolio_share()
        .portfolio_id(portfolio)
        .organization_node(node);
    share
        .send()
        .await
        .unwrap()
        .portfolio_share_token
        .expect("an organization share has a token")
}

/// Shares with an account.
pub(crate) async fn share_with_account(owner: &Actor, portfolio: &str, account: &str) {
    let share = owner
        .create_portfolio_share()
        .portfolio_id(portfolio)
        .account_id(account);
    assert_eq!(share.send().await.unwrap().portfolio_share_token(), None);
}

/// Shares with an account, which accepts.
pub(crate) async fn import(owner: &Actor, portfolio: &str, recipient: &Actor) {
    share_with_account(owner, portfolio, recipient.account_id()).await;
    recipient
        .accept_portfolio_share()
        .portfolio_id(portfolio)
        .send()
        .await
        .unwrap();
}

/// How the operation behind `token` stands.
pub(crate) async fn share_status(owner: &Actor, token: &str) -> DescribePortfolioShareStatusOutput {
    owner
        .describe_portfolio_share_status()
        .portfolio_share_token(token)
        .send()
        .await
        .unwrap()
}
