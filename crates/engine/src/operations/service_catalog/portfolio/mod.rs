//! Portfolios: made, read, changed and deleted by the account that owns them.

mod create_portfolio;
mod delete_portfolio;
mod describe_portfolio;
mod list_portfolios;
mod update_portfolio;

use domain::{Arn, Fault, Portfolio, PortfolioId};
use store::ReadTx;

use crate::{Cx, Resource};

/// Observed: the sentence that clients show when there is no portfolio they may know of.
pub(super) fn not_found(id: &str) -> Fault {
    Fault::resource_not_found(format!("Portfolio not found: {id}"))
}

/// The id `text`. Constraints have been checked, so anything else is an id that nothing has.
pub(super) fn portfolio_id(text: &str) -> Result<PortfolioId, Fault> {
    PortfolioId::parse(text).map_err(|_| not_found(text))
}

/// The portfolio `id` as policies name it.
///
/// Ours: with the caller's account, whoever owns it. A policy is asked before anything is looked up, so that its refusal
/// does not tell what exists.
pub(super) fn portfolio_resource(cx: &Cx, id: &str) -> Result<Resource, Fault> {
    Ok(Arn::portfolio(cx.account(), cx.region(), &portfolio_id(id)?).into())
}

/// The caller's own portfolio `id`. One of somebody else is not found, shared with the caller or not.
pub(super) fn owned_portfolio(cx: &Cx, tx: &ReadTx<'_>, id: &str) -> Result<Portfolio, Fault> {
    tx.find_owned_portfolio(cx.account(), cx.region(), &portfolio_id(id)?)?
        .ok_or_else(|| not_found(id))
}
