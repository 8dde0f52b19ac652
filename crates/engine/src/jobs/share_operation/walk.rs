//! Which accounts an operation visits next.
//!
//! Invariant: accounts are visited by id, each at most once. A unit's accounts are picked out of those of the whole
//! organization, whose index holds all that is looked at: passing a million accounts by costs a fraction of a second.

use std::collections::HashSet;

use domain::{AccountId, Fault, OrganizationId, OrganizationNode, ParentId, ShareOperation, ShareTarget};
use store::{MetAccount, WriteTx};

use crate::jobs::JobCx;

/// How many accounts a step may pass by for each that it may visit. Ours: passing one by costs about a tenth.
const PASSED_PER_VISITED: i64 = 8;

/// The next accounts, and how far the walk has come with them.
pub(super) struct Page {
    /// By id; there may be none.
    pub(super) accounts: Vec<MetAccount>,
    /// The last account that was met, visited or not.
    pub(super) position: AccountId,
}

/// The page after `after`; `None` at the end.
pub(super) fn next_page(
    cx: &JobCx,
    tx: &WriteTx<'_>,
    organization: &OrganizationId,
    operation: &ShareOperation,
    after: &str,
) -> Result<Option<Page>, Fault> {
    let visits_max = cx.step_accounts_max();
    let (met, unit) = match &operation.target {
        ShareTarget::Node(OrganizationNode::Organization(_)) => {
            (tx.walk_accounts(organization, after, visits_max)?, None)
        }
        ShareTarget::Node(OrganizationNode::Unit(unit)) => {
            let passed_max = visits_max.saturating_mul(PASSED_PER_VISITED);
            (tx.walk_accounts(organization, after, passed_max)?, Some(unit))
        }
        ShareTarget::Node(OrganizationNode::Account(id)) | ShareTarget::Account(id) => {
            let met = tx.meet_account(organization, id)?;
            let met = met.filter(|it| it.id.as_str() > after);
            (met.into_iter().collect(), None)
        }
    };
    let Some(last) = met.last().map(|it| it.id.clone()) else {
        return Ok(None);
    };
    let below = match unit {
        Some(unit) => {
            let unit = ParentId::from(unit.clone());
            let mut below: HashSet<ParentId> = tx.list_units_below(&unit)?.into_iter().collect();
            below.insert(unit);
            Some(below)
        }
        None => None,
    };
    let is_below = |it: &MetAccount| below.as_ref().is_none_or(|below| below.contains(&it.parent));
    // The owner has no need of a share.
    let mut wanted = met
        .into_iter()
        .filter(|it| it.id != operation.owner && is_below(it));
    let visits_max = usize::try_from(visits_max).unwrap_or(usize::MAX);
    let accounts: Vec<MetAccount> = wanted.by_ref().take(visits_max).collect();
    let position = match (wanted.next(), accounts.last()) {
        (Some(_), Some(visited)) => visited.id.clone(),
        _ => last,
    };
    Ok(Some(Page { accounts, position }))
}
