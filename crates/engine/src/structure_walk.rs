//! Walking the accounts below a node, as Service Catalog's copy of the structure has them.
//!
//! Invariant: accounts are met by id, so that one that moves meanwhile is met at most once. A few units are walked one
//! beside the other; where there are many, the whole organization is walked, and those that are elsewhere are passed by,
//! which costs a fraction of a second for a million accounts.

use std::collections::HashSet;

use domain::{Fault, OrganizationId, ParentId};
use store::{MetAccount, ReadTx};

/// How many rows may be read to meet as many accounts as are asked for, beside those that are. Ours: some milliseconds'
/// worth.
const ROWS_MAX: i64 = 8_000;

/// How many accounts of the whole organization are met for each that is asked for: many of them are elsewhere.
const MET_PER_WANTED: i64 = 8;

/// `parent` and the units below it.
pub(crate) fn parent_and_below(tx: &ReadTx<'_>, parent: ParentId) -> Result<HashSet<ParentId>, Fault> {
    let mut below: HashSet<ParentId> = tx.list_units_below(&parent)?.into_iter().collect();
    below.insert(parent);
    Ok(below)
}

/// The next accounts of `organization`, by id, after `after`: about `wanted` of those directly under `parents`, and maybe
/// others between them. None are left if there are none.
pub(crate) fn next_accounts(
    tx: &ReadTx<'_>,
    organization: &OrganizationId,
    parents: &HashSet<ParentId>,
    after: &str,
    wanted: i64,
) -> Result<Vec<MetAccount>, Fault> {
    let parent_count = i64::try_from(parents.len()).unwrap_or(i64::MAX);
    if parent_count.saturating_mul(wanted) <= ROWS_MAX {
        return Ok(tx.walk_accounts_of(organization, parents, after, wanted)?);
    }
    let met_max = wanted.saturating_mul(MET_PER_WANTED);
    Ok(tx.walk_accounts(organization, after, met_max)?)
}
