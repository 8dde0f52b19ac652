//! Members that administer a service for their organization.

mod deregister_delegated_administrator;
mod list_delegated_administrators;
mod list_delegated_services_for_account;
mod register_delegated_administrator;

use domain::Fault;

/// Observed: the message of AWS.
fn not_registered() -> Fault {
    Fault::new(
        "AccountNotRegisteredException",
        "The provided account is not a registered delegated administrator for your organization.",
    )
}
