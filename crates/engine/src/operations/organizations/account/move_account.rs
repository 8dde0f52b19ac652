//! `MoveAccount`.

use domain::Fault;
use shapes::{
    Unit,
    organizations::{MoveAccountRequest, operations::MoveAccount},
};
use store::{ReadTx, WriteTx};

use super::super::{lookup, resource};
use crate::{Command, Cx, Resource, organization_membership, organization_role::managed_organization};

impl Command for MoveAccount {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &MoveAccountRequest) -> Result<Resource, Fault> {
        resource::account(cx, tx, &input.account_id)
    }

    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &MoveAccountRequest) -> Result<Unit, Fault> {
        let organization = managed_organization(cx, tx)?;
        let account = lookup::account(tx, &organization, &input.account_id)?;
        // A parent that is there but does not hold the account is no source either.
        let source = lookup::find_parent(tx, &organization, &input.source_parent_id)?;
        if source.is_none() || source != account.membership.map(|it| it.parent) {
            return Err(Fault::new(
                "SourceParentNotFoundException",
                "You specified a source root or OU that doesn't exist or does not contain the account.",
            ));
        }
        let destination = lookup::find_parent(tx, &organization, &input.destination_parent_id)?;
        let Some(destination) = destination else {
            return Err(Fault::new(
                "DestinationParentNotFoundException",
                "You specified a destination root or OU that doesn't exist.",
            ));
        };
        if source.as_ref() == Some(&destination) {
            return Err(Fault::new(
                "DuplicateAccountException",
                "The account is already present in the destination root or OU.",
            ));
        }
        organization_membership::move_under(tx, &organization, &account.id, &destination)?;
        Ok(Unit)
    }
}
