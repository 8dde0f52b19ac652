//! `EnableAWSServiceAccess`.

use domain::{Fault, Organization};
use shapes::{
    Unit,
    organizations::{
        EnableAWSServiceAccessRequest, OrganizationFeatureSet, operations::EnableAWSServiceAccess,
    },
    read::Enumeration as _,
};
use store::{ReadTx, WriteTx};

use super::{super::resource, check_principal};
use crate::{Command, Cx, Resource, organization_access, organization_role::managed_organization};

impl Command for EnableAWSServiceAccess {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &EnableAWSServiceAccessRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &EnableAWSServiceAccessRequest) -> Result<Unit, Fault> {
        let organization = managed_organization(cx, tx)?;
        check_principal(&input.service_principal)?;
        check_features(&organization)?;
        organization_access::enable(cx, tx, &organization, &input.service_principal)?;
        Ok(Unit)
    }
}

/// Source: EnableAWSServiceAccess: only an organization with all features enabled can do this.
fn check_features(organization: &Organization) -> Result<(), Fault> {
    if organization.feature_set == OrganizationFeatureSet::All.name() {
        return Ok(());
    }
    Err(Fault::new(
        "ConstraintViolationException",
        "Your organization must have all features enabled to perform this operation.",
    )
    .because("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE"))
}
