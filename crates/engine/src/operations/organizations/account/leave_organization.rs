//! `LeaveOrganization`.

use domain::Fault;
use shapes::{Unit, organizations::operations::LeaveOrganization};
use store::{ReadTx, WriteTx};

use super::super::{lookup, resource};
use crate::{Command, Cx, Resource, organization_membership, organization_role::organization_of};

impl Command for LeaveOrganization {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &Unit) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    fn run(cx: &Cx, tx: &WriteTx<'_>, _: &Unit) -> Result<Unit, Fault> {
        let organization = organization_of(cx, tx)?;
        let account = lookup::account(tx, &organization, cx.account().as_str())?;
        organization_membership::check_may_leave(cx, tx, &organization, &account)?;
        organization_membership::leave(tx, &organization, &account.id, cx.now())?;
        Ok(Unit)
    }
}
