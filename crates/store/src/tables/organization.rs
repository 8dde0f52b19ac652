//! `organization`: an organization and its root. Invariant: an account manages at most one; `unit_count` equals the
//! number of its units.

use domain::{AccountId, Organization, OrganizationId, RootId};

use super::{Inserted, decode};
use crate::{ReadTx, Row, StoreError, WriteTx, statements, values};

statements! {
    FIND = "SELECT id, management_account_id, root_id, feature_set, created_at FROM organization WHERE id = $1";
    LIST = "SELECT id, management_account_id, root_id, feature_set, created_at FROM organization ORDER BY id";
    OF_ACCOUNT = "SELECT o.id, o.management_account_id, o.root_id, o.feature_set, o.created_at
                  FROM account a JOIN organization o ON o.id = a.organization_id WHERE a.id = $1";
    INSERT = "INSERT INTO organization (id, management_account_id, root_id, feature_set, created_at, unit_count)
              VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT DO NOTHING";
    COUNT_UNITS = "UPDATE organization SET unit_count = unit_count + $1 WHERE id = $2 AND unit_count + $1 <= $3";
    UNCOUNT_UNIT = "UPDATE organization SET unit_count = unit_count - 1 WHERE id = $1";
    PUT_FEATURE_SET = "UPDATE organization SET feature_set = $1 WHERE id = $2";
    REMOVE = "DELETE FROM organization WHERE id = $1";
}

impl ReadTx<'_> {
    /// The organization `id`.
    pub fn find_organization(&self, id: &OrganizationId) -> Result<Option<Organization>, StoreError> {
        self.maybe_one(FIND, values![id], |row| read(row))
    }

    /// Every organization of this server, by id.
    pub fn list_organizations(&self) -> Result<Vec<Organization>, StoreError> {
        self.all(LIST, &[], |row| read(row))
    }

    /// The organization that `account` is in.
    pub fn find_organization_of(&self, account: &AccountId) -> Result<Option<Organization>, StoreError> {
        self.maybe_one(OF_ACCOUNT, values![account], |row| read(row))
    }
}

impl WriteTx<'_> {
    /// Records `organization`, unless its management account has one.
    pub fn insert_organization(&self, it: &Organization) -> Result<Inserted, StoreError> {
        Ok(Inserted::from_rows(self.execute(
            INSERT,
            values![it.id, it.management, it.root, it.feature_set, it.created_at],
        )?))
    }

    /// Counts `more` units, if there are no more than `units_max` then. Says whether it did.
    pub fn count_units(
        &self,
        organization: &OrganizationId,
        more: i64,
        units_max: i64,
    ) -> Result<bool, StoreError> {
        Ok(self.execute(COUNT_UNITS, values![more, organization, units_max])? == 1)
    }

    /// Counts one unit less.
    pub fn uncount_unit(&self, organization: &OrganizationId) -> Result<(), StoreError> {
        self.execute(UNCOUNT_UNIT, values![organization])?;
        Ok(())
    }

    /// Changes what `organization` can do: `ALL` or `CONSOLIDATED_BILLING`.
    pub fn put_feature_set(
        &self,
        organization: &OrganizationId,
        feature_set: &str,
    ) -> Result<(), StoreError> {
        self.execute(PUT_FEATURE_SET, values![feature_set, organization])?;
        Ok(())
    }

    /// Deletes `organization`. What belongs to it is deleted by whoever asks for this.
    pub fn remove_organization(&self, organization: &OrganizationId) -> Result<(), StoreError> {
        self.execute(REMOVE, values![organization])?;
        Ok(())
    }
}

fn read(row: &dyn Row) -> Result<Organization, StoreError> {
    Ok(Organization {
        id: decode::id(row, 0, OrganizationId::parse)?,
        management: decode::id(row, 1, AccountId::parse)?,
        root: decode::id(row, 2, RootId::parse)?,
        feature_set: row.text(3)?.to_owned(),
        created_at: decode::time(row, 4)?,
    })
}
