//! `CloseAccount`.

use domain::{Account, AccountState, Fault, Organization};
use shapes::{
    Unit,
    organizations::{CloseAccountRequest, OrganizationFeatureSet, operations::CloseAccount},
    read::Enumeration as _,
};
use store::{ReadTx, WriteTx};

use super::super::{lookup, resource};
use crate::{Command, Cx, Resource, organization_role::managed_organization};

impl Command for CloseAccount {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &CloseAccountRequest) -> Result<Resource, Fault> {
        resource::account(cx, tx, &input.account_id)
    }

    /// Source: CloseAccount: the account stays in its place, PENDING_CLOSURE and then SUSPENDED. Ours: a delegated
    /// administrator may be closed and stays registered, because AWS names no reason against it; any number may be
    /// closed within a month.
    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &CloseAccountRequest) -> Result<Unit, Fault> {
        let organization = managed_organization(cx, tx)?;
        let account = lookup::account(tx, &organization, &input.account_id)?;
        check_may_be_closed(cx, &organization, &account)?;
        let closes_at = cx.now().after(cx.limits().account_closing_delay);
        tx.close_account(&account.id, closes_at)?;
        Ok(Unit)
    }
}

fn check_may_be_closed(cx: &Cx, organization: &Organization, account: &Account) -> Result<(), Fault> {
    if organization.feature_set != OrganizationFeatureSet::All.name() {
        return Err(constraint(
            "Your organization must have all features enabled to perform this operation.",
            "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE",
        ));
    }
    if account.id == organization.management {
        return Err(constraint(
            "You can't close the management account of an organization.",
            "CANNOT_CLOSE_MANAGEMENT_ACCOUNT",
        ));
    }
    match account.state_at(cx.now()) {
        AccountState::Active => Ok(()),
        AccountState::PendingClosure => Err(Fault::new(
            "ConflictException",
            "The account is being closed already.",
        )),
        AccountState::Suspended | AccountState::Closed => Err(Fault::new(
            "AccountAlreadyClosedException",
            "You attempted to close an account that is already closed.",
        )),
    }
}

fn constraint(message: &str, reason: &'static str) -> Fault {
    Fault::new("ConstraintViolationException", message).because(reason)
}
