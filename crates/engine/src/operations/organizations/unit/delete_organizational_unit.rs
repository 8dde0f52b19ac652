//! `DeleteOrganizationalUnit`.

use domain::{Fault, ParentId};
use shapes::{
    Unit,
    organizations::{DeleteOrganizationalUnitRequest, operations::DeleteOrganizationalUnit},
};
use store::{ReadTx, WriteTx};

use super::super::{lookup, resource};
use crate::{Command, Cx, Resource, organization_role::managed_organization};

impl Command for DeleteOrganizationalUnit {
    fn resource(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &DeleteOrganizationalUnitRequest,
    ) -> Result<Resource, Fault> {
        resource::unit(cx, tx, &input.organizational_unit_id)
    }

    /// Ours: portfolios that are shared with the unit stay so until their owners delete the share. It reaches nobody.
    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &DeleteOrganizationalUnitRequest) -> Result<Unit, Fault> {
        let organization = managed_organization(cx, tx)?;
        let unit = lookup::unit(tx, &organization, &input.organizational_unit_id)?;
        let parent = ParentId::from(unit.id.clone());
        if tx.has_accounts(&parent)? || tx.has_units(&parent)? {
            return Err(Fault::new(
                "OrganizationalUnitNotEmptyException",
                "The specified OU is not empty. Move all accounts and remove all child OUs, and try again.",
            ));
        }
        tx.remove_unit(&unit.id)?;
        tx.uncount_unit(&organization.id)?;
        tx.remove_policy_attachments_of(&unit.id.clone().into())?;
        tx.remove_organization_tags_of(unit.id.as_str())?;
        Ok(Unit)
    }
}
