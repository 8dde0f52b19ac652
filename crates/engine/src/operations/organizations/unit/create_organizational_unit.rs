//! `CreateOrganizationalUnit`.

use domain::{Fault, SERVICE_CATALOG_PRINCIPAL, UNIT_DEPTH_MAX, Unit};
use shapes::organizations::{
    CreateOrganizationalUnitRequest, CreateOrganizationalUnitResponse, operations::CreateOrganizationalUnit,
};
use store::{Inserted, ReadTx, WriteTx};

use super::{
    super::{answer, lookup, resource, tag},
    name_is_taken,
};
use crate::{Command, Cx, Resource, organization_role::managed_organization};

impl Command for CreateOrganizationalUnit {
    fn resource(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &CreateOrganizationalUnitRequest,
    ) -> Result<Resource, Fault> {
        resource::parent(cx, tx, &input.parent_id)
    }

    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        input: &CreateOrganizationalUnitRequest,
    ) -> Result<CreateOrganizationalUnitResponse, Fault> {
        let organization = managed_organization(cx, tx)?;
        let parent = lookup::parent(tx, &organization, &input.parent_id)?;
        // The root is above every unit and no unit itself: the length is the depth at which the new one lies.
        if lookup::from_here_up(tx, &parent)?.len() > UNIT_DEPTH_MAX {
            return Err(
                constraint("You have exceeded the depth to which OUs can be nested.")
                    .because("OU_DEPTH_LIMIT_EXCEEDED"),
            );
        }
        if !tx.count_units(&organization.id, 1, cx.limits().units_max)? {
            return Err(constraint(
                "You have exceeded the number of OUs that you can have in an organization.",
            )
            .because("OU_NUMBER_LIMIT_EXCEEDED"));
        }
        let tags = tag::check_new(cx, &input.tags)?;
        let unit = Unit {
            id: cx.fresh().unit(&organization.root),
            organization: organization.id.clone(),
            parent,
            name: input.name.clone(),
            created_at: cx.now(),
        };
        if tx.insert_unit(&unit)? == Inserted::AlreadyThere {
            return Err(name_is_taken());
        }
        tag::put(tx, &organization.id, unit.id.as_str(), &tags)?;
        if tx.trusts(&organization.id, SERVICE_CATALOG_PRINCIPAL)? {
            tx.copy_unit_to_catalog(&unit.id)?;
        }
        Ok(CreateOrganizationalUnitResponse {
            organizational_unit: Some(answer::unit(cx, tx, &organization, unit)?),
        })
    }
}

fn constraint(message: &str) -> Fault {
    Fault::new("ConstraintViolationException", message)
}
