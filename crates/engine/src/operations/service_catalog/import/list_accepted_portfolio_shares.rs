//! ListAcceptedPortfolioShares.

use domain::{Arn, Fault};
use shapes::{
    read::Enumeration as _,
    service_catalog::{
        ListAcceptedPortfolioSharesInput, ListAcceptedPortfolioSharesOutput, PortfolioShareType,
        operations::ListAcceptedPortfolioShares,
    },
};
use store::ReadTx;

use crate::{Cx, Query, Resource, convert, page::catalog_page};

/// Source: the model's range of `PageSize`.
const PAGE_SIZE_MAX: usize = 100;

impl Query for ListAcceptedPortfolioShares {
    fn resource(cx: &Cx, _: &ReadTx<'_>, _: &ListAcceptedPortfolioSharesInput) -> Result<Resource, Fault> {
        Ok(Arn::any_in_catalog(cx.account(), cx.region()).into())
    }

    /// Source: IMPORTED, the default, lists account shares that were accepted; AWS_ORGANIZATIONS what the organization
    /// shares, without any acceptance. Ours: the deprecated type has nothing to list.
    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &ListAcceptedPortfolioSharesInput,
    ) -> Result<ListAcceptedPortfolioSharesOutput, Fault> {
        let kind = input.portfolio_share_type.unwrap_or(PortfolioShareType::Imported);
        let query = ["ListAcceptedPortfolioShares", kind.name()];
        let page = catalog_page(
            cx,
            &query,
            input.page_size,
            PAGE_SIZE_MAX,
            input.page_token.as_deref(),
        )?;
        let (account, region) = (cx.account(), cx.region());
        let rows = match kind {
            PortfolioShareType::Imported => {
                tx.list_imported_portfolios(account, region, &page.after, page.rows())?
            }
            PortfolioShareType::AwsOrganizations => {
                tx.list_portfolios_through_organization(account, region, &page.after, page.rows())?
            }
            PortfolioShareType::AwsServicecatalog => Vec::new(),
        };
        let found = page.cut(cx, rows, |it| it.id.as_str());
        Ok(ListAcceptedPortfolioSharesOutput {
            portfolio_details: found.items.into_iter().map(convert::portfolio_detail).collect(),
            next_page_token: found.next,
        })
    }
}
