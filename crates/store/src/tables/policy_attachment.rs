//! `policy_attachment`: which of an organization's own policies are attached to what.
//!
//! Invariant: a row names a policy and a target of one organization, and the type of that policy. A target has a handful
//! of rows: their number has a quota. Deliberately absent: AWS's own policies, see `default_policy_detachment`.

use domain::{
    AttachedDocument, OrganizationId, Policy, PolicyId, PolicySummary, PolicyTarget, PolicyType, TargetId,
    Time,
};

use super::{Inserted, decode, policy};
use crate::{ReadTx, StoreError, WriteTx, statements, values};

statements! {
    LIST_OF_TARGET = "SELECT p.id, p.organization_id, p.type, p.name, p.description
                      FROM policy_attachment a JOIN policy p ON p.id = a.policy_id
                      WHERE a.target_id = $1 AND a.type = $2 ORDER BY p.id";
    LIST_DOCUMENTS = "SELECT p.content, p.updated_at, a.attached_at
                      FROM policy_attachment a JOIN policy p ON p.id = a.policy_id
                      WHERE a.target_id = $1 AND a.type = $2 ORDER BY a.position";
    LIST_TARGETS = "SELECT p.target_id, COALESCE(a.name, u.name, 'Root')
                    FROM policy_attachment p
                    LEFT JOIN account a ON a.id = p.target_id
                    LEFT JOIN organizational_unit u ON u.id = p.target_id
                    WHERE p.policy_id = $1 AND p.target_id > $2 ORDER BY p.target_id LIMIT $3";
    IS_ATTACHED = "SELECT 1 FROM policy_attachment WHERE policy_id = $1 LIMIT 1";
    INSERT = "INSERT INTO policy_attachment (target_id, policy_id, organization_id, type, position, attached_at)
              VALUES ($1, $2, $3, $4,
                      (SELECT COALESCE(MAX(position), 0) + 1 FROM policy_attachment WHERE target_id = $1), $5)
              ON CONFLICT DO NOTHING";
    REMOVE = "DELETE FROM policy_attachment WHERE target_id = $1 AND policy_id = $2";
    REMOVE_OF_TARGET = "DELETE FROM policy_attachment WHERE target_id = $1";
    REMOVE_OF_TYPE = "DELETE FROM policy_attachment WHERE organization_id = $1 AND type = $2";
    REMOVE_ALL = "DELETE FROM policy_attachment WHERE organization_id = $1";
}

impl ReadTx<'_> {
    /// The policies of a type that are attached to `target`, by id. There are few: their number has a quota.
    pub fn list_policies_attached_to(
        &self,
        target: &TargetId,
        policy_type: PolicyType,
    ) -> Result<Vec<PolicySummary>, StoreError> {
        self.all(LIST_OF_TARGET, values![target, policy_type], |row| {
            policy::read_summary(row)
        })
    }

    /// The documents of a type that are attached to `target`, in the order in which they were attached.
    pub fn list_documents_attached_to(
        &self,
        target: &TargetId,
        policy_type: PolicyType,
    ) -> Result<Vec<AttachedDocument>, StoreError> {
        self.all(LIST_DOCUMENTS, values![target, policy_type], |row| {
            Ok(AttachedDocument {
                content: row.text(0)?.to_owned(),
                since: Time::from_microseconds(row.integer(1)?.max(row.integer(2)?)),
            })
        })
    }

    /// A page of what `policy` is attached to, by id, after `after`.
    pub fn list_targets_of_policy(
        &self,
        policy: &PolicyId,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<PolicyTarget>, StoreError> {
        self.all(LIST_TARGETS, values![policy, after, rows_max], |row| {
            Ok(PolicyTarget {
                id: decode::id(row, 0, TargetId::parse)?,
                name: row.text(1)?.to_owned(),
            })
        })
    }

    /// Whether `policy` is attached to anything.
    pub fn policy_is_attached(&self, policy: &PolicyId) -> Result<bool, StoreError> {
        Ok(self
            .maybe_one(IS_ATTACHED, values![policy], |_| Ok(()))?
            .is_some())
    }
}

impl WriteTx<'_> {
    /// Attaches `policy`, unless it is.
    pub fn insert_policy_attachment(
        &self,
        organization: &OrganizationId,
        target: &TargetId,
        policy: &Policy,
        now: Time,
    ) -> Result<Inserted, StoreError> {
        let summary = &policy.summary;
        Ok(Inserted::from_rows(self.execute(
            INSERT,
            values![target, summary.id, organization, summary.policy_type, now],
        )?))
    }

    /// Detaches `policy`. Says whether it was attached.
    pub fn remove_policy_attachment(&self, target: &TargetId, policy: &PolicyId) -> Result<bool, StoreError> {
        Ok(self.execute(REMOVE, values![target, policy])? == 1)
    }

    /// Forgets what was attached to `target`, and that something was detached from it: for what leaves the organization
    /// or ends.
    pub fn remove_policy_attachments_of(&self, target: &TargetId) -> Result<(), StoreError> {
        self.execute(REMOVE_OF_TARGET, values![target])?;
        self.remove_default_policy_detachments_of(target)
    }

    /// Detaches every policy of a type from everything.
    pub fn remove_policy_attachments_of_type(
        &self,
        organization: &OrganizationId,
        policy_type: PolicyType,
    ) -> Result<(), StoreError> {
        self.execute(REMOVE_OF_TYPE, values![organization, policy_type])?;
        self.remove_default_policy_detachments_of_type(organization, policy_type)
    }

    /// Forgets the attachments of an organization that ends.
    pub fn remove_policy_attachments(&self, organization: &OrganizationId) -> Result<(), StoreError> {
        self.execute(REMOVE_ALL, values![organization])?;
        self.remove_default_policy_detachments(organization)
    }
}
