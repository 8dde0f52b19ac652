//! Where an account is: the one place that lets it join an organization, move in it and leave it.
//!
//! Invariant: while the organization trusts Service Catalog, Service Catalog's copy follows in the same transaction;
//! while it does not, the copy stays as it is, so that an account that leaves keeps what it had. Deliberately absent:
//! who may ask for it. That is for the operations to say.

use std::time::Duration;

use domain::{
    Account, AccountId, Fault, JoinedMethod, Membership, Organization, ParentId, PolicyType,
    SERVICE_CATALOG_PRINCIPAL, Time,
};
use shapes::{organizations::OrganizationFeatureSet, read::Enumeration as _};
use store::{Inserted, ReadTx, Role, WriteTx};

use crate::{Cx, Fresh};

/// The name of the role by which the management account gets into an account. Source: CreateAccount, `RoleName`.
pub(crate) const ACCESS_ROLE: &str = "OrganizationAccountAccessRole";

/// How long sessions of that role may be. Source: IAM, `MaxSessionDuration`: an hour unless its administrators change it.
const SESSION_MAX: Duration = Duration::from_hours(1);

/// Records `organization`, which its management account, in none so far, manages.
///
/// Changes nothing if that account manages one already, or if an id is taken.
pub(crate) fn create(tx: &WriteTx<'_>, organization: &Organization) -> Result<Inserted, Fault> {
    if tx.insert_organization(organization)? == Inserted::AlreadyThere {
        return Ok(Inserted::AlreadyThere);
    }
    // Source: CreateOrganization, `FeatureSet`: with all features, service control policies are enabled in the root.
    if organization.feature_set == OrganizationFeatureSet::All.name() {
        tx.enable_policy_type(&organization.id, PolicyType::ServiceControl)?;
    }
    // Observed: the management account counts as invited.
    let (management, now) = (&organization.management, organization.created_at);
    join(tx, organization, management, JoinedMethod::Invited, now)?;
    Ok(Inserted::New)
}

/// The role that the management account of `organization` may assume in its new member `account`.
pub(crate) fn access_role(
    fresh: &Fresh,
    organization: &Organization,
    account: &AccountId,
    name: &str,
    now: Time,
) -> Role {
    Role {
        account: account.clone(),
        name: name.to_owned(),
        id: fresh.role_id(),
        path: "/".to_owned(),
        trusted_account: organization.management.clone(),
        session_max: SESSION_MAX,
        created_at: now,
    }
}

/// Lets `account`, which is in no organization, join `organization`.
///
/// Source: CreateAccount, and inviting an account: a new member lies under the root.
pub(crate) fn join(
    tx: &WriteTx<'_>,
    organization: &Organization,
    account: &AccountId,
    joined_method: JoinedMethod,
    now: Time,
) -> Result<(), Fault> {
    let membership = Membership {
        organization: organization.id.clone(),
        parent: organization.root.clone().into(),
        joined_method,
        joined_at: now,
    };
    tx.put_membership(account, &membership)?;
    follow(tx, organization, account)
}

/// Moves `account`, a member of `organization`, under `parent`.
pub(crate) fn move_under(
    tx: &WriteTx<'_>,
    organization: &Organization,
    account: &AccountId,
    parent: &ParentId,
) -> Result<(), Fault> {
    tx.put_account_parent(account, parent)?;
    follow(tx, organization, account)
}

/// Takes `account` out of `organization`, with its tags and what is attached to it. [`check_may_leave`] comes first.
///
/// Source: RemoveAccountFromOrganization: the account becomes a standalone one and stays in use.
pub(crate) fn leave(
    tx: &WriteTx<'_>,
    organization: &Organization,
    account: &AccountId,
    now: Time,
) -> Result<(), Fault> {
    tx.remove_membership(account)?;
    tx.cancel_approvals(&organization.id, account, now)?;
    tx.remove_policy_attachments_of(&account.clone().into())?;
    tx.remove_organization_tags_of(account.as_str())?;
    follow(tx, organization, account)
}

/// Whether `organization` may have one more account. Ours: without a limit by default.
pub(crate) fn has_space(cx: &Cx, tx: &ReadTx<'_>, organization: &Organization) -> Result<bool, Fault> {
    let Some(accounts_max) = cx.limits().organization_accounts_max else {
        return Ok(true);
    };
    Ok(tx.count_accounts(&organization.id)? < accounts_max)
}

/// Whether `organization` may have one more account although everybody it invited joins.
pub(crate) fn has_space_beside_invited(
    cx: &Cx,
    tx: &ReadTx<'_>,
    organization: &Organization,
) -> Result<bool, Fault> {
    let Some(accounts_max) = cx.limits().organization_accounts_max else {
        return Ok(true);
    };
    let invited = tx.count_open_invitations(&organization.id, cx.now())?;
    Ok(tx.count_accounts(&organization.id)? + invited < accounts_max)
}

/// Checks that nothing keeps `account` in `organization`.
///
/// # Errors
///
/// `MasterCannotLeaveOrganizationException` for the management account, else `ConstraintViolationException`.
pub(crate) fn check_may_leave(
    cx: &Cx,
    tx: &ReadTx<'_>,
    organization: &Organization,
    account: &Account,
) -> Result<(), Fault> {
    if account.id == organization.management {
        return Err(Fault::new(
            "MasterCannotLeaveOrganizationException",
            "You can't remove the management account from an organization. Remove all member accounts, and delete \
             the organization instead.",
        ));
    }
    if tx.administers_a_service(&organization.id, &account.id)? {
        return Err(constraint(
            "You can't remove an account that is a delegated administrator. Deregister it first.",
        )
        .because("CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG"));
    }
    check_created_account(cx, account)
}

/// Source: LeaveOrganization: an account that was created in the organization waits, and has to be able to pay for
/// itself; an invited one was on its own before. Both are configuration.
fn check_created_account(cx: &Cx, account: &Account) -> Result<(), Fault> {
    let was_created = |it: &Membership| it.joined_method == JoinedMethod::Created;
    if !account.membership.as_ref().is_some_and(was_created) {
        return Ok(());
    }
    let limits = cx.limits();
    if cx.now() < account.created_at.after(limits.leaving_wait) {
        return Err(constraint(
            "A newly created account has a waiting period before it can leave its organization.",
        )
        .because("WAIT_PERIOD_ACTIVE"));
    }
    if limits.leaving_needs_payment_method {
        return Err(
            constraint("The account has no payment method, which a standalone account must have.")
                .because("MEMBER_ACCOUNT_PAYMENT_INSTRUMENT_REQUIRED"),
        );
    }
    Ok(())
}

/// Lets Service Catalog see where `account` is now, if `organization` trusts it.
fn follow(tx: &WriteTx<'_>, organization: &Organization, account: &AccountId) -> Result<(), Fault> {
    if tx.trusts(&organization.id, SERVICE_CATALOG_PRINCIPAL)? {
        tx.copy_account_to_catalog(account)?;
    }
    Ok(())
}

fn constraint(message: &str) -> Fault {
    Fault::new("ConstraintViolationException", message)
}
