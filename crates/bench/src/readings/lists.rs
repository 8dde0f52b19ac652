//! Lists of a small and of a large organization: a page costs what is on it, not what there is.

use anyhow::Result;
use client::{Service, Signed};
use serde_json::{Value, json};

use super::share_operation::{carry_out, unit};
use super::world::{SMALL_ACCOUNTS, World};
use super::{GROWTH, REQUESTS, growth};
use crate::run::{Bench, Subject};
use crate::scale::written;

/// Measures.
pub(crate) async fn measure(bench: &mut Bench, small: &World, large: &World) -> Result<()> {
    let last = |world: &World| world.organization.units[world.organization.units.len() - 1].clone();
    let (in_small, in_large) = (last(small), last(large));
    let portfolio_small = shared(small, &in_small).await?;
    let portfolio_large = shared(large, &in_large).await?;
    let first_large = &large.organization.units[0];
    let portfolio_of_few = shared(large, first_large).await?;

    let lists: [(&str, Signed, Signed); 5] = [
        (
            "ListAccounts, 20",
            organizations(small, "ListAccounts", json!({}))?,
            organizations(large, "ListAccounts", json!({}))?,
        ),
        (
            "ListAccountsForParent, 20",
            organizations(small, "ListAccountsForParent", json!({"ParentId": in_small}))?,
            organizations(large, "ListAccountsForParent", json!({"ParentId": in_large}))?,
        ),
        (
            "ListChildren, 20 accounts",
            organizations(
                small,
                "ListChildren",
                json!({"ParentId": in_small, "ChildType": "ACCOUNT"}),
            )?,
            organizations(
                large,
                "ListChildren",
                json!({"ParentId": in_large, "ChildType": "ACCOUNT"}),
            )?,
        ),
        (
            "ListPortfolioAccess, 20 under a unit with most accounts",
            access(small, &portfolio_small, &in_small)?,
            access(large, &portfolio_large, &in_large)?,
        ),
        (
            "ListPortfolioAccess, 20 under a unit with few of many accounts",
            access(small, &portfolio_small, &in_small)?,
            access(large, &portfolio_of_few, first_large)?,
        ),
    ];
    let total = written(bench.scale.accounts);
    for (name, of_small, of_large) in &lists {
        let subjects = [(small, of_small), (large, of_large)].map(|(world, request)| Subject {
            endpoint: &world.server.endpoint,
            request,
        });
        let found = bench.compared(&subjects)?;
        if let [few, many] = &found[..] {
            let line = many.line(format!("{name}, of {total}"), None);
            bench.report.add(REQUESTS, line);
            bench.report.add(
                GROWTH,
                growth(*name, &[(SMALL_ACCOUNTS, few), (bench.scale.accounts, many)]),
            );
        }
    }
    Ok(())
}

/// A portfolio that is shared with `node`.
async fn shared(world: &World, node: &str) -> Result<String> {
    let portfolio = world.management.portfolio(&format!("listed-{node}")).await?;
    carry_out(&world.management, &portfolio, &unit(node)).await?;
    Ok(portfolio)
}

fn organizations(world: &World, operation: &str, mut input: Value) -> Result<Signed> {
    input["MaxResults"] = json!(20);
    world
        .management
        .signed_for(Service::Organizations, operation, &input)
}

fn access(world: &World, portfolio: &str, parent: &str) -> Result<Signed> {
    let input = json!({"PortfolioId": portfolio, "OrganizationParentId": parent, "PageSize": 20});
    world.management.signed("ListPortfolioAccess", &input)
}
