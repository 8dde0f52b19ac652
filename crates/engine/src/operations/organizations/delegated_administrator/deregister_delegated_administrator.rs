//! `DeregisterDelegatedAdministrator`.

use domain::{Fault, SERVICE_CATALOG_PRINCIPAL};
use shapes::{
    Unit,
    organizations::{DeregisterDelegatedAdministratorRequest, operations::DeregisterDelegatedAdministrator},
};
use store::{ReadTx, WriteTx};

use super::{
    super::{lookup, resource, service_access::check_principal},
    not_registered,
};
use crate::{Command, Cx, Resource, organization_role::managed_organization};

impl Command for DeregisterDelegatedAdministrator {
    fn resource(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &DeregisterDelegatedAdministratorRequest,
    ) -> Result<Resource, Fault> {
        resource::account(cx, tx, &input.account_id)
    }

    /// Source: Service Catalog, sharing with AWS Organizations: once an administrator is deregistered, the portfolio
    /// shares it made through the organization are removed.
    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        input: &DeregisterDelegatedAdministratorRequest,
    ) -> Result<Unit, Fault> {
        let organization = managed_organization(cx, tx)?;
        let principal = &input.service_principal;
        check_principal(principal)?;
        let account = lookup::account(tx, &organization, &input.account_id)?;
        if !tx.remove_delegated_administrator(&organization.id, principal, &account.id)? {
            return Err(not_registered());
        }
        if principal == SERVICE_CATALOG_PRINCIPAL {
            tx.remove_organization_shares(&account.id)?;
        }
        Ok(Unit)
    }
}
