//! DescribePortfolioShares.

use domain::{Fault, Share, ShareKind};
use shapes::{
    read::Enumeration as _,
    service_catalog::{
        DescribePortfolioShareType, DescribePortfolioSharesInput, DescribePortfolioSharesOutput,
        PortfolioShareDetail, operations::DescribePortfolioShares,
    },
};
use store::ReadTx;

use super::{owned_portfolio, portfolio_resource};
use crate::{Cx, Query, Resource, page::catalog_page};

/// Source: the model's range of `PageSize`.
const PAGE_SIZE_MAX: usize = 100;

impl Query for DescribePortfolioShares {
    fn resource(cx: &Cx, _: &ReadTx<'_>, input: &DescribePortfolioSharesInput) -> Result<Resource, Fault> {
        portfolio_resource(cx, &input.portfolio_id)
    }

    /// Source: lists the shares as they were created, not the accounts they reach, one kind at a time. Observed: the
    /// principal is the bare id, also where an ARN was given.
    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &DescribePortfolioSharesInput,
    ) -> Result<DescribePortfolioSharesOutput, Fault> {
        let portfolio = owned_portfolio(cx, tx, &input.portfolio_id)?;
        let query = [
            "DescribePortfolioShares",
            portfolio.id.as_str(),
            input.r#type.name(),
        ];
        let page = catalog_page(
            cx,
            &query,
            input.page_size,
            PAGE_SIZE_MAX,
            input.page_token.as_deref(),
        )?;
        let rows = tx.list_shares(&portfolio, kind_of(input.r#type), &page.after, page.rows())?;
        let found = page.cut(cx, rows, |it| it.target.principal_id());
        Ok(DescribePortfolioSharesOutput {
            next_page_token: found.next,
            portfolio_share_details: found.items.iter().map(|it| detail(it, input.r#type)).collect(),
        })
    }
}

fn kind_of(name: DescribePortfolioShareType) -> ShareKind {
    match name {
        DescribePortfolioShareType::Account => ShareKind::Account,
        DescribePortfolioShareType::Organization => ShareKind::Organization,
        DescribePortfolioShareType::OrganizationalUnit => ShareKind::OrganizationalUnit,
        DescribePortfolioShareType::OrganizationMemberAccount => ShareKind::OrganizationMemberAccount,
    }
}

fn detail(share: &Share, kind: DescribePortfolioShareType) -> PortfolioShareDetail {
    PortfolioShareDetail {
        principal_id: Some(share.target.principal_id().to_owned()),
        r#type: Some(kind),
        accepted: share.accepted,
        share_tag_options: share.options.tag_options,
        share_principals: share.options.principals,
    }
}
