//! `resource_policy`: what an organization lets its members do in its place. Invariant: an organization has one at most,
//! which keeps its id when it is written again.

use domain::{OrganizationId, ResourcePolicy, ResourcePolicyId};

use super::{Inserted, decode};
use crate::{ReadTx, StoreError, WriteTx, statements, values};

statements! {
    FIND = "SELECT id, content FROM resource_policy WHERE organization_id = $1";
    INSERT = "INSERT INTO resource_policy (organization_id, id, content) VALUES ($1, $2, $3)
              ON CONFLICT DO NOTHING";
    PUT_CONTENT = "UPDATE resource_policy SET content = $1 WHERE organization_id = $2";
    REMOVE = "DELETE FROM resource_policy WHERE organization_id = $1";
}

impl ReadTx<'_> {
    /// The resource policy of `organization`.
    pub fn find_resource_policy(
        &self,
        organization: &OrganizationId,
    ) -> Result<Option<ResourcePolicy>, StoreError> {
        self.maybe_one(FIND, values![organization], |row| {
            Ok(ResourcePolicy {
                id: decode::id(row, 0, ResourcePolicyId::parse)?,
                content: row.text(1)?.to_owned(),
            })
        })
    }
}

impl WriteTx<'_> {
    /// Records the first resource policy of `organization`, unless it has one.
    pub fn insert_resource_policy(
        &self,
        organization: &OrganizationId,
        it: &ResourcePolicy,
    ) -> Result<Inserted, StoreError> {
        Ok(Inserted::from_rows(
            self.execute(INSERT, values![organization, it.id, it.content])?,
        ))
    }

    /// Overwrites the document of the resource policy.
    pub fn put_resource_policy_content(
        &self,
        organization: &OrganizationId,
        content: &str,
    ) -> Result<(), StoreError> {
        self.execute(PUT_CONTENT, values![content, organization])?;
        Ok(())
    }

    /// Deletes the resource policy, if there is one.
    pub fn remove_resource_policy(&self, organization: &OrganizationId) -> Result<(), StoreError> {
        self.execute(REMOVE, values![organization])?;
        Ok(())
    }
}
