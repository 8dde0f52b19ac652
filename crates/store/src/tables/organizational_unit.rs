//! `organizational_unit`: the tree below an organization's root.
//!
//! Invariant: names are unique under a parent; following `parent_id` ends at the root. A unit that was deleted keeps its
//! row, with an empty `parent_id`, as long as something hangs under it in Service Catalog's copy: accounts that left
//! while the organization did not trust Service Catalog keep what they had, also through the units above.

use domain::{OrganizationId, ParentId, Unit, UnitId};

use super::{Inserted, decode};
use crate::{ReadTx, Row, StoreError, WriteTx, statements, values};

statements! {
    FIND = "SELECT id, organization_id, parent_id, name, created_at FROM organizational_unit
            WHERE id = $1 AND organization_id = $2 AND parent_id <> ''";
    FIND_NAMED = "SELECT id, organization_id, parent_id, name, created_at FROM organizational_unit
                  WHERE parent_id = $1 AND name = $2";
    INSERT = "INSERT INTO organizational_unit (id, organization_id, parent_id, name, created_at)
              VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    LIST_OF_PARENT = "SELECT id, organization_id, parent_id, name, created_at FROM organizational_unit
                      WHERE parent_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    ABOVE = "WITH RECURSIVE above(id, steps) AS (
                 SELECT parent_id, 1 FROM organizational_unit WHERE id = $1
                 UNION ALL
                 SELECT u.parent_id, above.steps + 1 FROM organizational_unit u JOIN above ON u.id = above.id
             ) SELECT id FROM above ORDER BY steps";
    ANY_OF_PARENT = "SELECT 1 FROM organizational_unit WHERE parent_id = $1 LIMIT 1";
    RENAME = "UPDATE organizational_unit SET name = $1 WHERE id = $2 AND NOT EXISTS (
                  SELECT 1 FROM organizational_unit WHERE parent_id = $3 AND name = $1 AND id <> $2)";
    REMOVE = "DELETE FROM organizational_unit
              WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM account WHERE catalog_parent_id = $1)
                    AND NOT EXISTS (SELECT 1 FROM organizational_unit u WHERE u.catalog_parent_id = $1)";
    REMOVE_FROM_TREE = "UPDATE organizational_unit SET parent_id = '', name = id WHERE id = $1";
    REMOVE_ALL = "DELETE FROM organizational_unit WHERE organization_id = $1";
    COPY_ONE = "UPDATE organizational_unit SET catalog_parent_id = parent_id WHERE id = $1";
    COPY_ALL = "UPDATE organizational_unit SET catalog_parent_id = parent_id
                WHERE organization_id = $1 AND parent_id <> ''
                      AND (catalog_parent_id IS NULL OR catalog_parent_id <> parent_id)";
}

impl ReadTx<'_> {
    /// The unit `id` of `organization`.
    pub fn find_unit(&self, organization: &OrganizationId, id: &UnitId) -> Result<Option<Unit>, StoreError> {
        self.maybe_one(FIND, values![id, organization], |row| read(row))
    }

    /// The unit called `name` directly under `parent`.
    pub fn find_unit_named(&self, parent: &ParentId, name: &str) -> Result<Option<Unit>, StoreError> {
        self.maybe_one(FIND_NAMED, values![parent, name], |row| read(row))
    }

    /// A page of the units directly under `parent`, by id, after `after`.
    pub fn list_units_of(
        &self,
        parent: &ParentId,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<Unit>, StoreError> {
        self.all(LIST_OF_PARENT, values![parent, after, rows_max], |row| read(row))
    }

    /// Whether any unit is directly under `parent`.
    pub fn has_units(&self, parent: &ParentId) -> Result<bool, StoreError> {
        Ok(self
            .maybe_one(ANY_OF_PARENT, values![parent], |_| Ok(()))?
            .is_some())
    }

    /// What is above `unit`, from its parent to the root.
    pub fn parents_above(&self, unit: &UnitId) -> Result<Vec<ParentId>, StoreError> {
        self.all(ABOVE, values![unit], |row| decode::id(row, 0, ParentId::parse))
    }
}

impl WriteTx<'_> {
    /// Records `unit`, unless its parent has one of that name.
    pub fn insert_unit(&self, it: &Unit) -> Result<Inserted, StoreError> {
        Ok(Inserted::from_rows(self.execute(
            INSERT,
            values![it.id, it.organization, it.parent, it.name, it.created_at],
        )?))
    }

    /// Calls `unit` by `name`. Says whether it did: it does not if another unit under its parent has that name.
    pub fn rename_unit(&self, unit: &Unit, name: &str) -> Result<bool, StoreError> {
        Ok(self.execute(RENAME, values![name, unit.id, unit.parent])? == 1)
    }

    /// Deletes `unit`, which nothing is under any more.
    pub fn remove_unit(&self, unit: &UnitId) -> Result<(), StoreError> {
        if self.execute(REMOVE, values![unit])? == 0 {
            self.execute(REMOVE_FROM_TREE, values![unit])?;
        }
        Ok(())
    }

    /// Deletes every unit of `organization`, which is being deleted.
    pub fn remove_units(&self, organization: &OrganizationId) -> Result<(), StoreError> {
        self.execute(REMOVE_ALL, values![organization])?;
        Ok(())
    }

    /// Lets Service Catalog's copy follow where `unit` is now.
    pub fn copy_unit_to_catalog(&self, unit: &UnitId) -> Result<(), StoreError> {
        self.execute(COPY_ONE, values![unit])?;
        Ok(())
    }

    /// Lets the copy follow for every unit of `organization`.
    pub fn copy_units_to_catalog(&self, organization: &OrganizationId) -> Result<(), StoreError> {
        self.execute(COPY_ALL, values![organization])?;
        Ok(())
    }
}

fn read(row: &dyn Row) -> Result<Unit, StoreError> {
    Ok(Unit {
        id: decode::id(row, 0, UnitId::parse)?,
        organization: decode::id(row, 1, OrganizationId::parse)?,
        parent: decode::id(row, 2, ParentId::parse)?,
        name: row.text(3)?.to_owned(),
        created_at: decode::time(row, 4)?,
    })
}
