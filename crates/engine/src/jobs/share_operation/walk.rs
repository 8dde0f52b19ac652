//! Which accounts an operation visits next.
//!
//! Invariant: accounts are visited by id, each at most once.

use std::collections::HashSet;

use domain::{AccountId, Fault, OrganizationId, OrganizationNode, ParentId, ShareOperation, ShareTarget};
use store::{MetAccount, WriteTx};

use crate::jobs::Step;
use crate::structure_walk;

/// The next accounts, and how far the walk has come with them.
pub(super) struct Page {
    /// By id; there may be none.
    pub(super) accounts: Vec<MetAccount>,
    /// The last account that was met, visited or not.
    pub(super) position: AccountId,
}

impl Page {
    /// The step that has come past this page.
    pub(super) fn passed(&self) -> Step {
        Step::Continue {
            position: self.position.to_string(),
            visited: self.accounts.len(),
        }
    }
}

/// The page after `after`, of up to `visits_max` accounts; `None` at the end.
pub(super) fn next_page(
    tx: &WriteTx<'_>,
    organization: &OrganizationId,
    operation: &ShareOperation,
    after: &str,
    visits_max: i64,
) -> Result<Option<Page>, Fault> {
    let mut below: Option<HashSet<ParentId>> = None;
    let met = match &operation.target {
        ShareTarget::Node(OrganizationNode::Organization(_)) => {
            tx.walk_accounts(organization, after, visits_max)?
        }
        ShareTarget::Node(OrganizationNode::Unit(unit)) => {
            let parents = below.insert(structure_walk::parent_and_below(tx, unit.clone().into())?);
            structure_walk::next_accounts(tx, organization, parents, after, visits_max)?
        }
        ShareTarget::Node(OrganizationNode::Account(id)) | ShareTarget::Account(id) => {
            let met = tx.meet_account(organization, id)?;
            met.into_iter().filter(|it| it.id.as_str() > after).collect()
        }
    };
    let Some(last) = met.last().map(|it| it.id.clone()) else {
        return Ok(None);
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
