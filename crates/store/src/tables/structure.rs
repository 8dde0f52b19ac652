//! Walks through Service Catalog's copy of an organization's structure, which is in `account` and `organizational_unit`.
//!
//! Invariant: accounts are walked by id, across all units, so that one that moves meanwhile is met at most once; a step
//! costs what it visits, wherever in an organization of any size it is. Deliberately absent: shares.

use std::collections::HashSet;

use domain::{AccountId, OrganizationId, ParentId, Time};

use super::decode;
use crate::{ReadTx, Row, StoreError, statements, values};

statements! {
    WALK = "SELECT id, catalog_parent_id, closes_at FROM account
            WHERE catalog_organization_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    WALK_UNIT = "SELECT id, catalog_parent_id, closes_at FROM account
                 WHERE catalog_parent_id = $1 AND id > $2 AND catalog_organization_id || '' = $3
                 ORDER BY id LIMIT $4";
    FIND = "SELECT id, catalog_parent_id, closes_at FROM account WHERE catalog_organization_id = $1 AND id = $2";
    LIST_BELOW = "WITH RECURSIVE below(id) AS (
                      SELECT id FROM organizational_unit WHERE catalog_parent_id = $1
                      UNION ALL
                      SELECT u.id FROM organizational_unit u JOIN below ON u.catalog_parent_id = below.id
                  ) SELECT id FROM below";
}

/// An account that a walk meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetAccount {
    /// The account.
    pub id: AccountId,
    /// The root or unit it lies under.
    pub parent: ParentId,
    /// When it is closed, if somebody closes it.
    pub closes_at: Option<Time>,
}

impl ReadTx<'_> {
    /// The next accounts of `organization`, by id, after `after`.
    pub fn walk_accounts(
        &self,
        organization: &OrganizationId,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<MetAccount>, StoreError> {
        self.all(WALK, values![organization, after, rows_max], |row| read(row))
    }

    /// The next accounts of `organization` directly under any of `units`, by id, after `after`. Costs as many visits for
    /// each unit as for all of them. An expression has no index: by the organization's, SQLite would look at all accounts
    /// that come before those of the unit.
    pub fn walk_accounts_of(
        &self,
        organization: &OrganizationId,
        units: &HashSet<ParentId>,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<MetAccount>, StoreError> {
        let mut met = Vec::new();
        for unit in units {
            met.extend(
                self.all(WALK_UNIT, values![unit, after, organization, rows_max], |row| {
                    read(row)
                })?,
            );
        }
        // The first of all are among the first of each.
        met.sort_unstable_by(|one: &MetAccount, other| one.id.cmp(&other.id));
        met.truncate(usize::try_from(rows_max).unwrap_or(usize::MAX));
        Ok(met)
    }

    /// The account `id`, if it is in `organization`.
    pub fn meet_account(
        &self,
        organization: &OrganizationId,
        id: &AccountId,
    ) -> Result<Option<MetAccount>, StoreError> {
        self.maybe_one(FIND, values![organization, id], |row| read(row))
    }

    /// The units below `parent`, at any depth, without itself.
    pub fn list_units_below(&self, parent: &ParentId) -> Result<Vec<ParentId>, StoreError> {
        self.all(LIST_BELOW, values![parent], |row| {
            decode::id(row, 0, ParentId::parse)
        })
    }
}

fn read(row: &dyn Row) -> Result<MetAccount, StoreError> {
    Ok(MetAccount {
        id: decode::id(row, 0, AccountId::parse)?,
        parent: decode::id(row, 1, ParentId::parse)?,
        closes_at: row.maybe_integer(2)?.map(Time::from_microseconds),
    })
}
