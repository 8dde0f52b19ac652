//! `organization_tag`: tags on what an organization consists of: its root, units, accounts and policies.
//!
//! Invariant: what is tagged is in the organization, or is a request that will put it there; the tags of such a request
//! go where it leads. Ids of all kinds share one column, because their prefixes tell them apart.

use domain::{OrganizationId, Tag};

use crate::{ReadTx, StoreError, WriteTx, statements, values};

statements! {
    LIST = "SELECT key, value FROM organization_tag WHERE resource_id = $1 ORDER BY key";
    PUT = "INSERT INTO organization_tag (resource_id, key, value, organization_id) VALUES ($1, $2, $3, $4)
           ON CONFLICT (resource_id, key) DO UPDATE SET value = excluded.value";
    REMOVE = "DELETE FROM organization_tag WHERE resource_id = $1 AND key = $2";
    MOVE = "UPDATE organization_tag SET resource_id = $1 WHERE resource_id = $2";
    REMOVE_OF_RESOURCE = "DELETE FROM organization_tag WHERE resource_id = $1";
    REMOVE_ALL = "DELETE FROM organization_tag WHERE organization_id = $1";
}

impl ReadTx<'_> {
    /// The tags of `resource`, by key. There are few: their number has a quota.
    pub fn list_organization_tags(&self, resource: &str) -> Result<Vec<Tag>, StoreError> {
        self.all(LIST, values![resource], |row| {
            Ok(Tag {
                key: row.text(0)?.to_owned(),
                value: row.text(1)?.to_owned(),
            })
        })
    }
}

impl WriteTx<'_> {
    /// Sets a tag of `resource`, a part of `organization`.
    pub fn put_organization_tag(
        &self,
        organization: &OrganizationId,
        resource: &str,
        tag: &Tag,
    ) -> Result<(), StoreError> {
        self.execute(PUT, values![resource, tag.key, tag.value, organization])?;
        Ok(())
    }

    /// Deletes a tag, if it is there.
    pub fn remove_organization_tag(&self, resource: &str, key: &str) -> Result<(), StoreError> {
        self.execute(REMOVE, values![resource, key])?;
        Ok(())
    }

    /// Hands the tags of a request over to what came of it, which must have none.
    pub fn move_organization_tags(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.execute(MOVE, values![to, from])?;
        Ok(())
    }

    /// Forgets the tags of `resource`: for what leaves the organization or ends.
    pub fn remove_organization_tags_of(&self, resource: &str) -> Result<(), StoreError> {
        self.execute(REMOVE_OF_RESOURCE, values![resource])?;
        Ok(())
    }

    /// Forgets the tags of an organization that ends.
    pub fn remove_organization_tags(&self, organization: &OrganizationId) -> Result<(), StoreError> {
        self.execute(REMOVE_ALL, values![organization])?;
        Ok(())
    }
}
