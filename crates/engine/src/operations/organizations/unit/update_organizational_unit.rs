//! `UpdateOrganizationalUnit`.

use domain::Fault;
use shapes::organizations::{
    UpdateOrganizationalUnitRequest, UpdateOrganizationalUnitResponse, operations::UpdateOrganizationalUnit,
};
use store::{ReadTx, WriteTx};

use super::{
    super::{answer, lookup, resource},
    name_is_taken,
};
use crate::{Command, Cx, Resource, organization_role::managed_organization};

impl Command for UpdateOrganizationalUnit {
    fn resource(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &UpdateOrganizationalUnitRequest,
    ) -> Result<Resource, Fault> {
        resource::unit(cx, tx, &input.organizational_unit_id)
    }

    /// Source: UpdateOrganizationalUnit: the id stays, and what is in the unit stays there. Without a name there is
    /// nothing to change.
    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        input: &UpdateOrganizationalUnitRequest,
    ) -> Result<UpdateOrganizationalUnitResponse, Fault> {
        let organization = managed_organization(cx, tx)?;
        let mut unit = lookup::unit(tx, &organization, &input.organizational_unit_id)?;
        if let Some(name) = &input.name {
            if !tx.rename_unit(&unit, name)? {
                return Err(name_is_taken());
            }
            unit.name.clone_from(name);
        }
        Ok(UpdateOrganizationalUnitResponse {
            organizational_unit: Some(answer::unit(cx, tx, &organization, unit)?),
        })
    }
}
