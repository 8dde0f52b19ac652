//! `UntagResource`.

use domain::Fault;
use shapes::{
    Unit,
    organizations::{UntagResourceRequest, operations::UntagResource},
};
use store::{ReadTx, WriteTx};

use super::{super::resource, check_key, check_resource};
use crate::{Command, Cx, Resource, organization_role::managed_organization};

impl Command for UntagResource {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &UntagResourceRequest) -> Result<Resource, Fault> {
        resource::taggable(cx, tx, &input.resource_id)
    }

    /// Ours: a key that is not there is no error, as with tags elsewhere.
    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &UntagResourceRequest) -> Result<Unit, Fault> {
        let organization = managed_organization(cx, tx)?;
        check_resource(tx, &organization, &input.resource_id)?;
        for key in &input.tag_keys {
            check_key(key)?;
            tx.remove_organization_tag(&input.resource_id, key)?;
        }
        Ok(Unit)
    }
}
