//! `RemoveAccountFromOrganization`.

use domain::Fault;
use shapes::{
    Unit,
    organizations::{RemoveAccountFromOrganizationRequest, operations::RemoveAccountFromOrganization},
};
use store::{ReadTx, WriteTx};

use super::super::{lookup, resource};
use crate::{Command, Cx, Resource, organization_membership, organization_role::managed_organization};

impl Command for RemoveAccountFromOrganization {
    fn resource(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &RemoveAccountFromOrganizationRequest,
    ) -> Result<Resource, Fault> {
        resource::account(cx, tx, &input.account_id)
    }

    /// Ours: a closed account may be removed as well, so that an organization can be taken down. AWS keeps it for 90
    /// days.
    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &RemoveAccountFromOrganizationRequest) -> Result<Unit, Fault> {
        let organization = managed_organization(cx, tx)?;
        let account = lookup::account(tx, &organization, &input.account_id)?;
        organization_membership::check_may_leave(cx, tx, &organization, &account)?;
        organization_membership::leave(tx, &organization, &account.id, cx.now())?;
        Ok(Unit)
    }
}
