//! ListPortfolios.

use domain::{Arn, Fault};
use shapes::service_catalog::{ListPortfoliosInput, ListPortfoliosOutput, operations::ListPortfolios};
use store::ReadTx;

use crate::{Cx, Query, Resource, convert, page::catalog_page};

/// Source: the model's range of `PageSize`.
const PAGE_SIZE_MAX: usize = 100;

impl Query for ListPortfolios {
    fn resource(cx: &Cx, _: &ReadTx<'_>, _: &ListPortfoliosInput) -> Result<Resource, Fault> {
        Ok(Arn::any_in_catalog(cx.account(), cx.region()).into())
    }

    /// The caller's own portfolios. Imported ones are listed by ListAcceptedPortfolioShares.
    fn run(cx: &Cx, tx: &ReadTx<'_>, input: &ListPortfoliosInput) -> Result<ListPortfoliosOutput, Fault> {
        let token = input.page_token.as_deref();
        let page = catalog_page(cx, &["ListPortfolios"], input.page_size, PAGE_SIZE_MAX, token)?;
        let rows = tx.list_owned_portfolios(cx.account(), cx.region(), &page.after, page.rows())?;
        let found = page.cut(cx, rows, |it| it.id.as_str());
        Ok(ListPortfoliosOutput {
            portfolio_details: found.items.into_iter().map(convert::portfolio_detail).collect(),
            next_page_token: found.next,
        })
    }
}
