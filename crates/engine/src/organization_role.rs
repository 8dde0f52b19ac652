//! The organization a caller is in, and what the caller is in it.
//!
//! Invariant: an operation that needs an organization gets it here, so that a caller outside one hears the same from
//! every operation. Deliberately absent: organizations of others. Nobody can ask for those.

use domain::{AccountId, Fault, Organization, SERVICE_CATALOG_PRINCIPAL};
use store::ReadTx;

use crate::Cx;

/// What an account is in its organization, in the eyes of Service Catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The account that made the organization.
    Management,
    /// A member that administers Service Catalog for the organization.
    DelegatedAdministrator,
    /// Any other member.
    Member,
}

/// The organization the caller is in.
pub(crate) fn organization_of(cx: &Cx, tx: &ReadTx<'_>) -> Result<Organization, Fault> {
    // Observed: the message of AWS.
    tx.find_organization_of(cx.account())?.ok_or_else(|| {
        Fault::new(
            "AWSOrganizationsNotInUseException",
            "Your account is not a member of an organization.",
        )
    })
}

/// The organization the caller manages: for everything that changes an organization.
pub(crate) fn managed_organization(cx: &Cx, tx: &ReadTx<'_>) -> Result<Organization, Fault> {
    let organization = organization_of(cx, tx)?;
    if organization.management == *cx.account() {
        Ok(organization)
    } else {
        Err(not_yours())
    }
}

/// The organization the caller may look around in.
///
/// Source: the Organizations API reference: "can be called only from the organization's management account or by a
/// member account that is a delegated administrator", whatever the service it administers.
pub(crate) fn administered_organization(cx: &Cx, tx: &ReadTx<'_>) -> Result<Organization, Fault> {
    let organization = organization_of(cx, tx)?;
    if organization.management == *cx.account() || tx.administers_a_service(&organization.id, cx.account())? {
        Ok(organization)
    } else {
        Err(not_yours())
    }
}

/// What `account` is in `organization`, which it is a member of.
pub(crate) fn role_in(
    account: &AccountId,
    organization: &Organization,
    tx: &ReadTx<'_>,
) -> Result<Role, Fault> {
    if organization.management == *account {
        return Ok(Role::Management);
    }
    let administers = tx.is_delegated_administrator(&organization.id, SERVICE_CATALOG_PRINCIPAL, account)?;
    Ok(if administers {
        Role::DelegatedAdministrator
    } else {
        Role::Member
    })
}

/// Source: Service Catalog's and Resource Explorer's troubleshooting pages show this for calls from a member account.
fn not_yours() -> Fault {
    Fault::access_denied("You don't have permissions to access this resource.")
}
