//! `policy_type`: the types of policies in an organization. Invariant: `policy_count` equals the number of the
//! organization's own policies of the type. A type without a row was never used.

use domain::{OrganizationId, PolicyType};

use super::decode;
use crate::{ReadTx, StoreError, WriteTx, statements, values};

statements! {
    IS_ENABLED = "SELECT 1 FROM policy_type WHERE organization_id = $1 AND type = $2 AND enabled";
    LIST_ENABLED = "SELECT type FROM policy_type WHERE organization_id = $1 AND enabled ORDER BY type";
    ENABLE = "INSERT INTO policy_type (organization_id, type, enabled, policy_count) VALUES ($1, $2, TRUE, 0)
              ON CONFLICT (organization_id, type) DO UPDATE SET enabled = TRUE WHERE NOT policy_type.enabled";
    DISABLE = "UPDATE policy_type SET enabled = FALSE WHERE organization_id = $1 AND type = $2 AND enabled";
    COUNT_POLICY = "INSERT INTO policy_type (organization_id, type, enabled, policy_count)
                    VALUES ($1, $2, FALSE, 1)
                    ON CONFLICT (organization_id, type) DO UPDATE SET policy_count = policy_type.policy_count + 1
                    WHERE policy_type.policy_count < $3";
    UNCOUNT_POLICY = "UPDATE policy_type SET policy_count = policy_count - 1 WHERE organization_id = $1 AND type = $2";
    REMOVE_ALL = "DELETE FROM policy_type WHERE organization_id = $1";
}

impl ReadTx<'_> {
    /// Whether the root of `organization` has `policy_type` enabled.
    pub fn policy_type_is_enabled(
        &self,
        organization: &OrganizationId,
        policy_type: PolicyType,
    ) -> Result<bool, StoreError> {
        let found = self.maybe_one(IS_ENABLED, values![organization, policy_type], |_| Ok(()))?;
        Ok(found.is_some())
    }

    /// The types that the root of `organization` has enabled, by name.
    pub fn list_enabled_policy_types(
        &self,
        organization: &OrganizationId,
    ) -> Result<Vec<PolicyType>, StoreError> {
        self.all(LIST_ENABLED, values![organization], |row| {
            decode::name(row, 0, PolicyType::from_name)
        })
    }
}

impl WriteTx<'_> {
    /// Enables `policy_type`. Says whether it was not.
    pub fn enable_policy_type(
        &self,
        organization: &OrganizationId,
        policy_type: PolicyType,
    ) -> Result<bool, StoreError> {
        Ok(self.execute(ENABLE, values![organization, policy_type])? == 1)
    }

    /// Disables `policy_type`. Says whether it was enabled. What is attached stays: see
    /// [`WriteTx::remove_policy_attachments_of_type`].
    pub fn disable_policy_type(
        &self,
        organization: &OrganizationId,
        policy_type: PolicyType,
    ) -> Result<bool, StoreError> {
        Ok(self.execute(DISABLE, values![organization, policy_type])? == 1)
    }

    /// Counts one more policy, if there are fewer than `policies_max`. Says whether it did.
    pub fn count_policy(
        &self,
        organization: &OrganizationId,
        policy_type: PolicyType,
        policies_max: i64,
    ) -> Result<bool, StoreError> {
        let counted = self.execute(COUNT_POLICY, values![organization, policy_type, policies_max])?;
        Ok(counted == 1)
    }

    /// Counts one policy less.
    pub fn uncount_policy(
        &self,
        organization: &OrganizationId,
        policy_type: PolicyType,
    ) -> Result<(), StoreError> {
        self.execute(UNCOUNT_POLICY, values![organization, policy_type])?;
        Ok(())
    }

    /// Forgets the types of an organization that ends.
    pub fn remove_policy_types(&self, organization: &OrganizationId) -> Result<(), StoreError> {
        self.execute(REMOVE_ALL, values![organization])?;
        Ok(())
    }
}
