//! ListOrganizationPortfolioAccess.

use domain::{Fault, ShareKind};
use shapes::{
    read::Enumeration as _,
    service_catalog::{
        ListOrganizationPortfolioAccessInput, ListOrganizationPortfolioAccessOutput, OrganizationNode,
        OrganizationNodeType, operations::ListOrganizationPortfolioAccess,
    },
};
use store::ReadTx;

use super::{administered, owned_portfolio, portfolio_resource};
use crate::{Cx, Query, Resource, page::catalog_page};

/// Source: the model's range of `PageSize`, smaller than that of its siblings.
const PAGE_SIZE_MAX: usize = 20;

impl Query for ListOrganizationPortfolioAccess {
    fn resource(
        cx: &Cx,
        _: &ReadTx<'_>,
        input: &ListOrganizationPortfolioAccessInput,
    ) -> Result<Resource, Fault> {
        portfolio_resource(cx, &input.portfolio_id)
    }

    /// The nodes of one type that the portfolio is shared with, as they were given, not the accounts below them.
    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &ListOrganizationPortfolioAccessInput,
    ) -> Result<ListOrganizationPortfolioAccessOutput, Fault> {
        administered(cx, tx)?;
        let portfolio = owned_portfolio(cx, tx, &input.portfolio_id)?;
        let node_type = input.organization_node_type;
        let kind = match node_type {
            OrganizationNodeType::Organization => ShareKind::Organization,
            OrganizationNodeType::OrganizationalUnit => ShareKind::OrganizationalUnit,
            OrganizationNodeType::Account => ShareKind::OrganizationMemberAccount,
        };
        let query = [
            "ListOrganizationPortfolioAccess",
            portfolio.id.as_str(),
            node_type.name(),
        ];
        let page = catalog_page(
            cx,
            &query,
            input.page_size,
            PAGE_SIZE_MAX,
            input.page_token.as_deref(),
        )?;
        let rows = tx.list_shares(&portfolio, kind, &page.after, page.rows())?;
        let found = page.cut(cx, rows, |it| it.target.principal_id());
        let nodes = found.items.iter().map(|it| OrganizationNode {
            r#type: Some(node_type),
            value: Some(it.target.principal_id().to_owned()),
        });
        Ok(ListOrganizationPortfolioAccessOutput {
            organization_nodes: nodes.collect(),
            next_page_token: found.next,
        })
    }
}
