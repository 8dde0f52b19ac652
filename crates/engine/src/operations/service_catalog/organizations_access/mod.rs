//! The organization in the eyes of Service Catalog: who may share with it, and whether it trusts the service.

mod disable_aws_organizations_access;
mod enable_aws_organizations_access;
mod get_aws_organizations_access_status;

use domain::{Fault, Organization, SERVICE_CATALOG_PRINCIPAL};
use shapes::service_catalog::AccessStatus;
use store::{JobKind, ReadTx};

use crate::{
    Cx,
    organization_role::{Role, role_in},
};

/// The caller's organization and what the caller is in it.
///
/// Ours: outside any organization, ResourceNotFoundException is the only error listed that fits.
fn organization_and_role(cx: &Cx, tx: &ReadTx<'_>) -> Result<(Organization, Role), Fault> {
    let Some(organization) = tx.find_organization_of(cx.account())? else {
        return Err(Fault::resource_not_found(
            "Your account is not a member of an organization.",
        ));
    };
    let role = role_in(cx.account(), &organization, tx)?;
    Ok((organization, role))
}

/// The organization that the caller manages.
fn managed(cx: &Cx, tx: &ReadTx<'_>) -> Result<Organization, Fault> {
    match organization_and_role(cx, tx)? {
        (organization, Role::Management) => Ok(organization),
        (_, Role::DelegatedAdministrator | Role::Member) => Err(not_authorized()),
    }
}

/// The organization for which the caller administers Service Catalog: as its management account or as its delegate.
pub(super) fn administered(cx: &Cx, tx: &ReadTx<'_>) -> Result<Organization, Fault> {
    match organization_and_role(cx, tx)? {
        (organization, Role::Management | Role::DelegatedAdministrator) => Ok(organization),
        (_, Role::Member) => Err(not_authorized()),
    }
}

/// Whether `organization` trusts Service Catalog, and whether the service's copy of its structure is up to date.
pub(super) fn access_status(tx: &ReadTx<'_>, organization: &Organization) -> Result<AccessStatus, Fault> {
    if !tx.trusts(&organization.id, SERVICE_CATALOG_PRINCIPAL)? {
        return Ok(AccessStatus::Disabled);
    }
    let syncing = tx.job_is_pending(JobKind::StructureSync, organization.id.as_str())?;
    Ok(if syncing {
        AccessStatus::UnderChange
    } else {
        AccessStatus::Enabled
    })
}

/// Observed: what a member account gets, with status 400.
fn not_authorized() -> Fault {
    Fault::access_denied("You are not authorized to perform this action")
}
