//! DeletePortfolio.

use domain::Fault;
use shapes::service_catalog::{DeletePortfolioInput, DeletePortfolioOutput, operations::DeletePortfolio};
use store::{ReadTx, WriteTx};

use super::{owned_portfolio, portfolio_resource};
use crate::{Command, Cx, Resource};

impl Command for DeletePortfolio {
    fn resource(cx: &Cx, _: &ReadTx<'_>, input: &DeletePortfolioInput) -> Result<Resource, Fault> {
        portfolio_resource(cx, &input.id)
    }

    /// Source: "You cannot delete a portfolio if ... it has ... shared accounts."
    ///
    /// Ours: it is also in use while a share is being taken away. The tokens of its share operations can be followed
    /// afterwards: automation that tears down a portfolio may still look at them.
    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &DeletePortfolioInput) -> Result<DeletePortfolioOutput, Fault> {
        let portfolio = owned_portfolio(cx, tx, &input.id)?;
        if tx.has_shares(&portfolio)? {
            return Err(Fault::resource_in_use(format!(
                "Portfolio {} still has associated shares",
                portfolio.id
            )));
        }
        if tx.has_unfinished_share_operation(&portfolio.id)? {
            return Err(Fault::resource_in_use(format!(
                "Portfolio {} is still being unshared",
                portfolio.id
            )));
        }
        tx.remove_share_rejections(&portfolio)?;
        tx.remove_portfolio(&portfolio.id)?;
        tx.uncount_portfolio(cx.account(), cx.region())?;
        Ok(DeletePortfolioOutput {})
    }
}
