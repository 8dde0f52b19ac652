//! `default_policy_detachment`: what AWS's own policy of an enabled type is *not* attached to.
//!
//! Invariant: there are rows for enabled types only. The policy is attached to everything else in the organization, so
//! that a million accounts cost no row, and enabling a type writes one.

use domain::{OrganizationId, PolicyTarget, PolicyType, TargetId};

use super::{Inserted, decode};
use crate::{ReadTx, StoreError, WriteTx, statements, values};

statements! {
    FIND = "SELECT 1 FROM default_policy_detachment WHERE organization_id = $1 AND type = $2 AND target_id = $3";
    /// Accounts, then units, then the root: in the order of their ids. The range of each part is cut before the parts
    /// are put together, so that a page costs the same however many accounts there are. Units that were deleted may
    /// still be rows, without a parent.
    LIST_TARGETS = "SELECT t.id, t.name, d.target_id FROM (
                        SELECT id, name FROM (SELECT id, name FROM account
                            WHERE organization_id = $1 AND id > $2 ORDER BY id LIMIT $3) a
                        UNION ALL
                        SELECT id, name FROM (SELECT id, name FROM organizational_unit
                            WHERE organization_id = $1 AND id > $2 AND parent_id <> '' ORDER BY id LIMIT $3) u
                        UNION ALL
                        SELECT root_id, 'Root' FROM organization WHERE id = $1 AND root_id > $2
                    ) t
                    LEFT JOIN default_policy_detachment d
                        ON d.organization_id = $1 AND d.type = $4 AND d.target_id = t.id
                    ORDER BY t.id LIMIT $3";
    INSERT = "INSERT INTO default_policy_detachment (organization_id, type, target_id) VALUES ($1, $2, $3)
              ON CONFLICT DO NOTHING";
    REMOVE = "DELETE FROM default_policy_detachment WHERE organization_id = $1 AND type = $2 AND target_id = $3";
    REMOVE_OF_TARGET = "DELETE FROM default_policy_detachment WHERE target_id = $1";
    REMOVE_OF_TYPE = "DELETE FROM default_policy_detachment WHERE organization_id = $1 AND type = $2";
    REMOVE_ALL = "DELETE FROM default_policy_detachment WHERE organization_id = $1";
}

/// Something that a default policy can be attached to, and whether it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultPolicyTarget {
    /// What it is.
    pub target: PolicyTarget,
    /// Whether the policy is attached to it.
    pub is_attached: bool,
}

impl ReadTx<'_> {
    /// Whether the default policy of a type was detached from `target`.
    pub fn default_policy_is_detached(
        &self,
        organization: &OrganizationId,
        policy_type: PolicyType,
        target: &TargetId,
    ) -> Result<bool, StoreError> {
        let found = self.maybe_one(FIND, values![organization, policy_type, target], |_| Ok(()))?;
        Ok(found.is_some())
    }

    /// A page of all that is in `organization`, by id, after `after`, with whether the default policy of a type is
    /// attached to it.
    pub fn list_default_policy_targets(
        &self,
        organization: &OrganizationId,
        policy_type: PolicyType,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<DefaultPolicyTarget>, StoreError> {
        self.all(
            LIST_TARGETS,
            values![organization, after, rows_max, policy_type],
            |row| {
                Ok(DefaultPolicyTarget {
                    target: PolicyTarget {
                        id: decode::id(row, 0, TargetId::parse)?,
                        name: row.text(1)?.to_owned(),
                    },
                    is_attached: row.maybe_text(2)?.is_none(),
                })
            },
        )
    }
}

impl WriteTx<'_> {
    /// Detaches the default policy of a type from `target`, unless it is detached.
    pub fn insert_default_policy_detachment(
        &self,
        organization: &OrganizationId,
        policy_type: PolicyType,
        target: &TargetId,
    ) -> Result<Inserted, StoreError> {
        Ok(Inserted::from_rows(
            self.execute(INSERT, values![organization, policy_type, target])?,
        ))
    }

    /// Attaches the default policy of a type to `target` again. Says whether it was detached.
    pub fn remove_default_policy_detachment(
        &self,
        organization: &OrganizationId,
        policy_type: PolicyType,
        target: &TargetId,
    ) -> Result<bool, StoreError> {
        Ok(self.execute(REMOVE, values![organization, policy_type, target])? == 1)
    }

    pub(super) fn remove_default_policy_detachments_of(&self, target: &TargetId) -> Result<(), StoreError> {
        self.execute(REMOVE_OF_TARGET, values![target])?;
        Ok(())
    }

    pub(super) fn remove_default_policy_detachments_of_type(
        &self,
        organization: &OrganizationId,
        policy_type: PolicyType,
    ) -> Result<(), StoreError> {
        self.execute(REMOVE_OF_TYPE, values![organization, policy_type])?;
        Ok(())
    }

    pub(super) fn remove_default_policy_detachments(
        &self,
        organization: &OrganizationId,
    ) -> Result<(), StoreError> {
        self.execute(REMOVE_ALL, values![organization])?;
        Ok(())
    }
}
