//! ListPortfolioAccess.

use domain::{Fault, Organization, OrganizationId, ParentId, Portfolio, ShareKind};
use shapes::service_catalog::{
    ListPortfolioAccessInput, ListPortfolioAccessOutput, operations::ListPortfolioAccess,
};
use store::ReadTx;

use super::{administered, owned_portfolio, portfolio_resource};
use crate::{
    Cx, Query, Resource,
    page::{Items, Page, catalog_page},
    structure_walk,
};

/// Source: the model's range of `PageSize`.
const PAGE_SIZE_MAX: usize = 100;

/// How many accounts of the organization one page may look at: a few milliseconds' worth.
const MET_MAX: usize = 20_000;

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
        let found = match parent_id {
            None => {
                let shares = tx.list_shares(&portfolio, ShareKind::Account, &page.after, page.rows())?;
                let accounts = shares.iter().map(|it| it.target.principal_id().to_owned());
                page.cut(cx, accounts.collect(), String::as_str)
            }
            Some(id) => {
                let organization = administered(cx, tx)?;
                let parent = parent_in(tx, &organization, id)?;
                accounts_under(cx, tx, &portfolio, (&organization, &parent), &page)?
            }
        };
        Ok(ListPortfolioAccessOutput {
            account_ids: found.items,
            next_page_token: found.next,
        })
    }
}

/// The page of accounts under `parent` that organization shares of `portfolio` reach.
///
/// Ours: in a very large organization a page may have fewer accounts than asked for, and a token all the same, so that
/// none costs more than [`MET_MAX`].
fn accounts_under(
    cx: &Cx,
    tx: &ReadTx<'_>,
    portfolio: &Portfolio,
    (organization, parent): (&Organization, &ParentId),
    page: &Page,
) -> Result<Items<String>, Fault> {
    let key = (&portfolio.owner, &portfolio.region, &portfolio.id);
    let coverage = tx.coverage(key, &organization.id, None)?;
    let under = structure_walk::parent_and_below(tx, parent.clone())?;
    let (mut found, mut position) = (Vec::new(), page.after.clone());
    let (mut wanted, mut met_so_far) = (page.rows(), 0);
    while met_so_far < MET_MAX {
        let met = structure_walk::next_accounts(tx, &organization.id, &under, &position, wanted)?;
        let (Some(first), Some(last)) = (met.first(), met.last()) else {
            return Ok(page.cut(cx, found, String::as_str));
        };
        let singled = tx.singled_out(key, &organization.id, None, (&first.id, &last.id))?;
        last.id.as_str().clone_into(&mut position);
        met_so_far += met.len();
        let reached = met.into_iter().filter(|it| {
            it.id != portfolio.owner && under.contains(&it.parent) && coverage.reaches(it, &singled)
        });
        found.extend(reached.map(|it| String::from(it.id)));
        if found.len() > page.size {
            return Ok(page.cut(cx, found, String::as_str));
        }
        wanted *= 2;
    }
    Ok(page.broken_off(cx, found, &position))
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
