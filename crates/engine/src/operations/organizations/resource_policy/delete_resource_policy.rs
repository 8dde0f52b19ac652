//! `DeleteResourcePolicy`.

use domain::Fault;
use shapes::{Unit, organizations::operations::DeleteResourcePolicy};
use store::{ReadTx, WriteTx};

use super::{super::resource, not_found};
use crate::{Command, Cx, Resource, organization_role::managed_organization};

impl Command for DeleteResourcePolicy {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &Unit) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    fn run(cx: &Cx, tx: &WriteTx<'_>, _: &Unit) -> Result<Unit, Fault> {
        let organization = managed_organization(cx, tx)?;
        let policy = tx.find_resource_policy(&organization.id)?.ok_or_else(not_found)?;
        tx.remove_resource_policy(&organization.id)?;
        tx.remove_organization_tags_of(policy.id.as_str())?;
        Ok(Unit)
    }
}
