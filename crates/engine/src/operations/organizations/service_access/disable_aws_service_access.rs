//! `DisableAWSServiceAccess`.

use domain::Fault;
use shapes::{
    Unit,
    organizations::{DisableAWSServiceAccessRequest, operations::DisableAWSServiceAccess},
};
use store::{ReadTx, WriteTx};

use super::{super::resource, check_principal};
use crate::{Command, Cx, Resource, organization_access, organization_role::managed_organization};

impl Command for DisableAWSServiceAccess {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &DisableAWSServiceAccessRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &DisableAWSServiceAccessRequest) -> Result<Unit, Fault> {
        let organization = managed_organization(cx, tx)?;
        let principal = &input.service_principal;
        check_principal(principal)?;
        // Source: Organizations model, the reason's name.
        if organization_access::has_delegated_administrators(tx, &organization, principal)? {
            return Err(Fault::new(
                "ConstraintViolationException",
                "You must deregister all delegated administrators of the service before you disable its access.",
            )
            .because("DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE"));
        }
        organization_access::disable(tx, &organization, principal)?;
        Ok(Unit)
    }
}
