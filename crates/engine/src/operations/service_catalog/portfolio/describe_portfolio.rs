//! DescribePortfolio.

use domain::{Fault, Portfolio};
use shapes::service_catalog::{
    DescribePortfolioInput, DescribePortfolioOutput, operations::DescribePortfolio,
};
use store::ReadTx;

use super::{not_found, portfolio_id, portfolio_resource};
use crate::{Cx, Query, Resource, convert};

impl Query for DescribePortfolio {
    fn resource(cx: &Cx, _: &ReadTx<'_>, input: &DescribePortfolioInput) -> Result<Resource, Fault> {
        portfolio_resource(cx, &input.id)
    }

    /// Ours: a recipient sees the owner's tags, because they end up on what it provisions.
    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &DescribePortfolioInput,
    ) -> Result<DescribePortfolioOutput, Fault> {
        let portfolio = visible_portfolio(cx, tx, &input.id)?;
        let tags = tx.list_portfolio_tags(&portfolio.id)?;
        Ok(DescribePortfolioOutput {
            portfolio_detail: Some(convert::portfolio_detail(portfolio)),
            tags: convert::tags(tags),
            tag_options: Vec::new(),
            budgets: Vec::new(),
        })
    }
}

/// The portfolio `id`, if the caller owns it, has imported it, or is reached by it through its organization.
///
/// Ours: an account share that is not accepted yet shows nothing.
fn visible_portfolio(cx: &Cx, tx: &ReadTx<'_>, id: &str) -> Result<Portfolio, Fault> {
    let (account, region, wanted) = (cx.account(), cx.region(), portfolio_id(id)?);
    if let Some(owned) = tx.find_owned_portfolio(account, region, &wanted)? {
        return Ok(owned);
    }
    if let Some(imported) = tx.find_imported_portfolio(account, region, &wanted)? {
        return Ok(imported);
    }
    tx.find_portfolio_through_organization(account, region, &wanted)?
        .ok_or_else(|| not_found(id))
}
