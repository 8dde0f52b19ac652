//! `DeleteOrganization`.

use domain::{Fault, Organization};
use shapes::{Unit, organizations::operations::DeleteOrganization};
use store::{ReadTx, WriteTx};

use super::super::resource;
use crate::{Command, Cx, Resource, organization_role::managed_organization};

impl Command for DeleteOrganization {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &Unit) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    fn run(cx: &Cx, tx: &WriteTx<'_>, _: &Unit) -> Result<Unit, Fault> {
        let organization = managed_organization(cx, tx)?;
        if tx.has_members(&organization.id, &organization.management)? {
            // Observed: the message of AWS.
            return Err(Fault::new(
                "OrganizationNotEmptyException",
                "To delete an organization you must first remove all member accounts (except the master).",
            ));
        }
        end_sharing(tx, &organization)?;
        // Who was invited can read that nobody waits for an answer any more.
        tx.cancel_handshakes(&organization.id, cx.now())?;
        remove(tx, &organization)?;
        Ok(Unit)
    }
}

/// Takes from Service Catalog what it knows of `organization`. Ours: AWS does not say what becomes of its shares. They
/// go with it, because nobody could be reached by them or take them back; so does what accounts kept that left while the
/// organization did not trust Service Catalog.
///
/// Its management account made all of them: whoever else did was deregistered before it could leave.
fn end_sharing(tx: &WriteTx<'_>, organization: &Organization) -> Result<(), Fault> {
    tx.remove_organization_shares(&organization.management)?;
    tx.forget_catalog_copies(&organization.id)?;
    Ok(())
}

/// Source: DeleteOrganization: only member accounts stand in the way. Units go with the organization.
fn remove(tx: &WriteTx<'_>, organization: &Organization) -> Result<(), Fault> {
    tx.remove_membership(&organization.management)?;
    tx.remove_all_service_access(&organization.id)?;
    tx.remove_account_creations(&organization.id)?;
    tx.remove_units(&organization.id)?;
    remove_policies(tx, organization)?;
    tx.remove_organization(&organization.id)?;
    Ok(())
}

fn remove_policies(tx: &WriteTx<'_>, organization: &Organization) -> Result<(), Fault> {
    tx.remove_policy_attachments(&organization.id)?;
    tx.remove_policies(&organization.id)?;
    tx.remove_policy_types(&organization.id)?;
    tx.remove_resource_policy(&organization.id)?;
    tx.remove_organization_tags(&organization.id)?;
    Ok(())
}
