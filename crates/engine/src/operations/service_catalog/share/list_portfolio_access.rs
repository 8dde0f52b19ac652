//! ListPortfolioAccess.

use domain::{Fault, Organization, OrganizationId, ParentId, ShareKind};
use shapes::service_catalog::{
    ListPortfolioAccessInput, ListPortfolioAccessOutput, operations::ListPortfolioAccess,
};
use store::ReadTx;

use super::{administered, owned_portfolio, portfolio_resource};
use crate::{Cx, Query, Resource, page::catalog_page};

/// Source: the model's range of `PageSize`.
const PAGE_SIZE_MAX: usize = 100;

impl Query for ListPortfolioAccess {
    fn resource(cx: &Cx, _: &ReadTx<'_>, input: &ListPortfolioAccessInput) -> Result<Resource, Fault> {
        portfolio_resource(cx, &input.portfolio_id)
    }

    /// Source: without a parent, the accounts of account shares; with one, the accounts under it that inherit an
    /// organization share, and only those. Ours: shares that nobody accepted yet are included.
    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &ListPortfolioAccessInput,
    ) -> Result<ListPortfolioAccessOutput, Fault> {
        let portfolio = owned_portfolio(cx, tx, &input.portfolio_id)?;
        let parent_id = input.organization_parent_id.as_deref();
        let query = [
            "ListPortfolioAccess",
            portfolio.id.as_str(),
            parent_id.unwrap_or_default(),
        ];
        let page = catalog_page(
            cx,
            &query,
            input.page_size,
            PAGE_SIZE_MAX,
            input.page_token.as_deref(),
        )?;
        let rows: Vec<String> = match parent_id {
            None => {
                let shares = tx.list_shares(&portfolio, ShareKind::Account, &page.after, page.rows())?;
                shares
                    .iter()
                    .map(|it| it.target.principal_id().to_owned())
                    .collect()
            }
            Some(id) => {
                let organization = administered(cx, tx)?;
                let parent = parent_in(tx, &organization, id)?;
                let accounts =
                    tx.list_accounts_reached_under(&portfolio, &parent, &page.after, page.rows())?;
                accounts.into_iter().map(String::from).collect()
            }
        };
        let found = page.cut(cx, rows, String::as_str);
        Ok(ListPortfolioAccessOutput {
            account_ids: found.items,
            next_page_token: found.next,
        })
    }
}

/// The root or unit that `id` names in `organization`; the organization's own id names its root.
fn parent_in(tx: &ReadTx<'_>, organization: &Organization, id: &str) -> Result<ParentId, Fault> {
    let not_found = || Fault::resource_not_found(format!("Organization node not found: {id}"));
    if let Ok(named) = OrganizationId::parse(id) {
        return if named == organization.id {
            Ok(organization.root.clone().into())
        } else {
            Err(not_found())
        };
    }
    let parent = ParentId::parse(id).map_err(|_| {
        Fault::invalid_parameters(
            "OrganizationParentId must be an organization, a root or an organizational unit.",
        )
    })?;
    let found = match parent.unit() {
        Some(unit) => tx.find_unit(&organization.id, &unit)?.is_some(),
        None => parent.as_str() == organization.root.as_str(),
    };
    if found { Ok(parent) } else { Err(not_found()) }
}
