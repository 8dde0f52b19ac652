//! What an account sees that is five units deep, each of which has portfolios shared with it.

use anyhow::Result;
use serde_json::json;

use super::REQUESTS;
use super::share_operation::{carry_out, unit};
use super::world::World;
use crate::organization::account_of;
use crate::run::{Bench, Subject};
use crate::scale::written;

/// Measures.
pub(crate) async fn measure(bench: &mut Bench, world: &World) -> Result<()> {
    let World {
        management,
        organization,
        ..
    } = world;
    let seen = bench.scale.portfolios_seen;
    for number in 0..seen {
        let portfolio = management.portfolio(&format!("seen-{number}")).await?;
        let node = unit(&organization.units[number % organization.units.len()]);
        carry_out(management, &portfolio, &node).await?;
    }
    let innermost = &organization.units[organization.units.len() - 1];
    let account = account_of(management, innermost).await?;
    let recipient = management.in_account(&account).await?;
    let input = json!({"PortfolioShareType": "AWS_ORGANIZATIONS", "PageSize": 20});
    let request = recipient.signed("ListAcceptedPortfolioShares", &input)?;
    let subject = Subject {
        endpoint: &world.server.endpoint,
        request: &request,
    };
    for found in bench.compared(&[subject])? {
        let of = written(u64::try_from(seen)?);
        let name = format!("ListAcceptedPortfolioShares, 20 of {of}, 5 units deep");
        bench.report.add(REQUESTS, found.line(name, None));
    }
    Ok(())
}
