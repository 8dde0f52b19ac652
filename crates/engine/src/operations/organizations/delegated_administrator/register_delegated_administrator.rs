//! `RegisterDelegatedAdministrator`.

use domain::{Account, AccountState, DelegatedAdministrator, Fault, Organization};
use shapes::{
    Unit,
    organizations::{RegisterDelegatedAdministratorRequest, operations::RegisterDelegatedAdministrator},
};
use store::{Inserted, ReadTx, WriteTx};

use super::super::{lookup, resource, service_access::check_principal};
use crate::{Command, Cx, Resource, organization_role::managed_organization};

impl Command for RegisterDelegatedAdministrator {
    fn resource(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &RegisterDelegatedAdministratorRequest,
    ) -> Result<Resource, Fault> {
        resource::account(cx, tx, &input.account_id)
    }

    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &RegisterDelegatedAdministratorRequest) -> Result<Unit, Fault> {
        let organization = managed_organization(cx, tx)?;
        let principal = &input.service_principal;
        check_principal(principal)?;
        let account = lookup::account(tx, &organization, &input.account_id)?;
        check_eligible(cx, &organization, &account)?;
        if !tx.trusts(&organization.id, principal)? {
            return Err(constraint(
                "You must enable the service's access to your organization before you register an administrator.",
            )
            .because("SERVICE_ACCESS_NOT_ENABLED"));
        }
        let registration = DelegatedAdministrator {
            account: account.id,
            enabled_at: cx.now(),
        };
        let inserted = tx.insert_delegated_administrator(&organization.id, principal, &registration)?;
        if inserted == Inserted::AlreadyThere {
            // Observed: the message of AWS.
            return Err(Fault::new(
                "AccountAlreadyRegisteredException",
                "The provided account is already a delegated administrator for your organization.",
            ));
        }
        check_number(cx, tx, &organization, principal)?;
        Ok(Unit)
    }
}

fn check_eligible(cx: &Cx, organization: &Organization, account: &Account) -> Result<(), Fault> {
    if account.id == organization.management {
        return Err(
            constraint("You can't register the management account as a delegated administrator.")
                .because("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR"),
        );
    }
    if account.state_at(cx.now()) != AccountState::Active {
        return Err(
            constraint("You can't register a suspended account as a delegated administrator.")
                .because("CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR"),
        );
    }
    Ok(())
}

/// Checks, after the registration, that it was not one too many. A fault takes the registration back.
fn check_number(cx: &Cx, tx: &ReadTx<'_>, organization: &Organization, principal: &str) -> Result<(), Fault> {
    let number_max = cx.limits().delegated_administrators_max;
    let rows_max = i64::try_from(number_max).unwrap_or(i64::MAX - 1) + 1;
    let registered = tx.list_delegated_administrators(&organization.id, Some(principal), "", rows_max)?;
    if registered.len() > number_max {
        // Source: Resource Explorer's troubleshooting page shows the message.
        return Err(constraint(
            "You have exceeded the allowed number of delegated administrators for the delegated service.",
        )
        .because("MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED"));
    }
    Ok(())
}

fn constraint(message: &str) -> Fault {
    Fault::new("ConstraintViolationException", message)
}
