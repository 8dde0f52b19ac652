//! `policy`: the policies that organizations made. Invariant: names are unique in an organization and type.
//!
//! Deliberately absent: AWS's own policies, which are the same in every organization and never change.

use domain::{OrganizationId, Policy, PolicyId, PolicyOwner, PolicySummary, PolicyType};

use super::{Inserted, decode};
use crate::{ReadTx, Row, StoreError, WriteTx, statements, values};

statements! {
    FIND = "SELECT id, organization_id, type, name, description, content, updated_at FROM policy
            WHERE id = $1 AND organization_id = $2";
    FIND_BY_NAME = "SELECT id FROM policy WHERE organization_id = $1 AND type = $2 AND name = $3";
    LIST = "SELECT id, organization_id, type, name, description FROM policy
            WHERE organization_id = $1 AND type = $2 AND id > $3 ORDER BY id LIMIT $4";
    INSERT = "INSERT INTO policy (id, organization_id, type, name, description, content, updated_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    PUT = "UPDATE policy SET name = $1, description = $2, content = $3, updated_at = $4 WHERE id = $5";
    REMOVE = "DELETE FROM policy WHERE id = $1";
    REMOVE_ALL = "DELETE FROM policy WHERE organization_id = $1";
}

impl ReadTx<'_> {
    /// The policy `id` that `organization` made.
    pub fn find_policy(
        &self,
        organization: &OrganizationId,
        id: &PolicyId,
    ) -> Result<Option<Policy>, StoreError> {
        self.maybe_one(FIND, values![id, organization], |row| {
            Ok(Policy {
                summary: read_summary(row)?,
                content: row.text(5)?.to_owned(),
                updated_at: decode::time(row, 6)?,
            })
        })
    }

    /// The policy of this type and name.
    pub fn find_policy_named(
        &self,
        organization: &OrganizationId,
        policy_type: PolicyType,
        name: &str,
    ) -> Result<Option<PolicyId>, StoreError> {
        self.maybe_one(FIND_BY_NAME, values![organization, policy_type, name], |row| {
            decode::id(row, 0, PolicyId::parse)
        })
    }

    /// A page of the policies of a type, by id, after `after`.
    pub fn list_policies(
        &self,
        organization: &OrganizationId,
        policy_type: PolicyType,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<PolicySummary>, StoreError> {
        self.all(LIST, values![organization, policy_type, after, rows_max], |row| {
            read_summary(row)
        })
    }
}

impl WriteTx<'_> {
    /// Records a policy that `organization` made, unless it has one of that type and name.
    pub fn insert_policy(&self, organization: &OrganizationId, it: &Policy) -> Result<Inserted, StoreError> {
        Ok(Inserted::from_rows(self.execute(
            INSERT,
            values![
                it.summary.id,
                organization,
                it.summary.policy_type,
                it.summary.name,
                it.summary.description,
                it.content,
                it.updated_at
            ],
        )?))
    }

    /// Overwrites what may change of a policy. Its name must be free.
    pub fn put_policy(&self, it: &Policy) -> Result<(), StoreError> {
        self.execute(
            PUT,
            values![
                it.summary.name,
                it.summary.description,
                it.content,
                it.updated_at,
                it.summary.id
            ],
        )?;
        Ok(())
    }

    /// Deletes a policy. It must be attached to nothing.
    pub fn remove_policy(&self, id: &PolicyId) -> Result<(), StoreError> {
        self.execute(REMOVE, values![id])?;
        Ok(())
    }

    /// Deletes the policies of an organization that ends.
    pub fn remove_policies(&self, organization: &OrganizationId) -> Result<(), StoreError> {
        self.execute(REMOVE_ALL, values![organization])?;
        Ok(())
    }
}

/// Reads the columns id, organization_id, type, name, description.
pub(super) fn read_summary(row: &dyn Row) -> Result<PolicySummary, StoreError> {
    Ok(PolicySummary {
        id: decode::id(row, 0, PolicyId::parse)?,
        owner: PolicyOwner::Organization(decode::id(row, 1, OrganizationId::parse)?),
        policy_type: decode::name(row, 2, PolicyType::from_name)?,
        name: row.text(3)?.to_owned(),
        description: row.text(4)?.to_owned(),
    })
}
