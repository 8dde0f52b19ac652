//! What the owner and the recipients of a portfolio see, asked of the service.
//!
//! Invariant: a recipient's view is asked for with the recipient's own credentials. Deliberately absent: how it is drawn.

use serde_json::{Value, json};

use super::client::{Actor, Answer, Service, Unexpected};
use super::world::World;

/// The kinds of share; DescribePortfolioShares lists one at a time.
const SHARE_KINDS: [&str; 4] = [
    "ACCOUNT",
    "ORGANIZATION_MEMBER_ACCOUNT",
    "ORGANIZATIONAL_UNIT",
    "ORGANIZATION",
];

/// The lists in which a recipient may find a portfolio.
const LISTS: [&str; 2] = ["IMPORTED", "AWS_ORGANIZATIONS"];

/// A share as its owner sees it.
pub(super) struct OfferedShare {
    pub(super) kind: &'static str,
    pub(super) principal: String,
    pub(super) accepted: bool,
}

/// What one recipient sees.
pub(super) struct View {
    pub(super) who: String,
    pub(super) account: String,
    /// The names of the portfolios in each of [`LISTS`].
    pub(super) lists: [String; 2],
    /// The portfolio's name and provider, as DescribePortfolio tells them.
    pub(super) described: String,
}

/// The shares of `portfolio`, one kind after the other.
pub(super) async fn offered_shares(world: &World, portfolio: &str) -> Result<Vec<OfferedShare>, Unexpected> {
    let mut shares = Vec::new();
    for kind in SHARE_KINDS {
        let input = json!({"PortfolioId": portfolio, "Type": kind});
        let answer = call(world, &world.owner, "DescribePortfolioShares", input).await?;
        let [share] = answer.list("/PortfolioShareDetails")? else {
            return Err(answer.unexpected(&format!("one share of type {kind}"), &answer.to_string()));
        };
        let principal = share.get("PrincipalId").and_then(Value::as_str);
        let accepted = share.get("Accepted").and_then(Value::as_bool);
        let (Some(principal), Some(accepted)) = (principal, accepted) else {
            return Err(answer.unexpected("PrincipalId and Accepted", &share.to_string()));
        };
        let principal = principal.to_owned();
        shares.push(OfferedShare {
            kind,
            principal,
            accepted,
        });
    }
    Ok(shares)
}

/// The accounts outside the organization that ListPortfolioAccess names for `portfolio`.
pub(super) async fn external_accounts(world: &World, portfolio: &str) -> Result<String, Unexpected> {
    let answer = call(
        world,
        &world.owner,
        "ListPortfolioAccess",
        json!({"PortfolioId": portfolio}),
    )
    .await?;
    let accounts: Vec<&str> = answer
        .list("/AccountIds")?
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let accounts = accounts.join(", ");
    answer.expect(&world.external_id, &accounts)?;
    Ok(accounts)
}

/// What three recipients see of `portfolio`: the external account, a member shared with by itself, and a member of the
/// innermost unit.
pub(super) async fn recipients_views(world: &World, portfolio: &str) -> Result<Vec<View>, Unexpected> {
    let mut views = vec![
        view(
            world,
            &world.external,
            &world.external_id,
            portfolio,
            ["Databases", ""],
        )
        .await?,
    ];
    let by_itself = world.at_root.first();
    let nested = world.in_units.last();
    for (name, account) in [
        ("Member, by itself", by_itself),
        ("Member, through its unit", nested),
    ] {
        let account = account.expect("the world has accounts in both places");
        let actor = world.client.assume_role(&world.owner, name, &account.id).await?;
        views.push(view(world, &actor, &account.id, portfolio, ["", "Databases"]).await?);
    }
    Ok(views)
}

/// What `actor` sees, which is to be `expected` in the two [`LISTS`].
async fn view(
    world: &World,
    actor: &Actor,
    account: &str,
    portfolio: &str,
    expected: [&str; 2],
) -> Result<View, Unexpected> {
    let mut lists = [String::new(), String::new()];
    for ((kind, list), expected) in LISTS.into_iter().zip(&mut lists).zip(expected) {
        let input = json!({"PortfolioShareType": kind});
        let answer = call(world, actor, "ListAcceptedPortfolioShares", input).await?;
        *list = answer.texts("/PortfolioDetails", "DisplayName")?.join(", ");
        answer.expect(&format!("[{expected}] in {kind}"), &format!("[{list}] in {kind}"))?;
    }
    let answer = call(world, actor, "DescribePortfolio", json!({"Id": portfolio})).await?;
    answer.expect(portfolio, answer.text("/PortfolioDetail/Id")?)?;
    let name = answer.text("/PortfolioDetail/DisplayName")?;
    let provider = answer.text("/PortfolioDetail/ProviderName")?;
    let described = format!("{name}, by {provider}");
    Ok(View {
        who: actor.name.clone(),
        account: account.to_owned(),
        lists,
        described,
    })
}

async fn call(world: &World, actor: &Actor, operation: &str, input: Value) -> Result<Answer, Unexpected> {
    world
        .client
        .call(actor, Service::ServiceCatalog, operation, input)
        .await
}
