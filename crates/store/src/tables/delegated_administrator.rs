//! `delegated_administrator`: member accounts that administer a service for their organization.

use domain::{AccountId, DelegatedAdministrator, OrganizationId, ServiceAccess};

use super::{Inserted, decode};
use crate::{ReadTx, Row, StoreError, WriteTx, statements, values};

statements! {
    FIND = "SELECT 1 FROM delegated_administrator
            WHERE organization_id = $1 AND service_principal = $2 AND account_id = $3";
    LIST = "SELECT account_id, enabled_at FROM delegated_administrator
            WHERE organization_id = $1 AND service_principal = $2 AND account_id > $3 ORDER BY account_id LIMIT $4";
    LIST_OF_ALL = "SELECT account_id, MIN(enabled_at) FROM delegated_administrator
                   WHERE organization_id = $1 AND account_id > $2 GROUP BY account_id ORDER BY account_id LIMIT $3";
    ANY_OF_ACCOUNT = "SELECT 1 FROM delegated_administrator WHERE organization_id = $1 AND account_id = $2 LIMIT 1";
    LIST_SERVICES = "SELECT service_principal, enabled_at FROM delegated_administrator
                     WHERE organization_id = $1 AND account_id = $2 AND service_principal > $3
                     ORDER BY service_principal LIMIT $4";
    INSERT = "INSERT INTO delegated_administrator (organization_id, service_principal, account_id, enabled_at)
              VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    REMOVE = "DELETE FROM delegated_administrator
              WHERE organization_id = $1 AND service_principal = $2 AND account_id = $3";
}

impl ReadTx<'_> {
    /// Whether `account` administers `service_principal` for `organization`.
    pub fn is_delegated_administrator(
        &self,
        organization: &OrganizationId,
        service_principal: &str,
        account: &AccountId,
    ) -> Result<bool, StoreError> {
        Ok(self
            .maybe_one(
                FIND,
                values![organization, service_principal, account],
                |_| Ok(()),
            )?
            .is_some())
    }

    /// Whether `account` administers any service for `organization`.
    pub fn administers_a_service(
        &self,
        organization: &OrganizationId,
        account: &AccountId,
    ) -> Result<bool, StoreError> {
        Ok(self
            .maybe_one(ANY_OF_ACCOUNT, values![organization, account], |_| Ok(()))?
            .is_some())
    }

    /// A page of the services that `account` administers for `organization`, by principal, after `after`.
    pub fn list_administered_services(
        &self,
        organization: &OrganizationId,
        account: &AccountId,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<ServiceAccess>, StoreError> {
        self.all(
            LIST_SERVICES,
            values![organization, account, after, rows_max],
            |row| {
                Ok(ServiceAccess {
                    service_principal: row.text(0)?.to_owned(),
                    enabled_at: decode::time(row, 1)?,
                })
            },
        )
    }

    /// A page of the administrators of `service_principal`, or of any service, by account, after `after`.
    pub fn list_delegated_administrators(
        &self,
        organization: &OrganizationId,
        service_principal: Option<&str>,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<DelegatedAdministrator>, StoreError> {
        match service_principal {
            Some(service) => self.all(LIST, values![organization, service, after, rows_max], |row| {
                read(row)
            }),
            None => self.all(LIST_OF_ALL, values![organization, after, rows_max], |row| {
                read(row)
            }),
        }
    }
}

impl WriteTx<'_> {
    /// Makes `account` an administrator of `service_principal`.
    pub fn insert_delegated_administrator(
        &self,
        organization: &OrganizationId,
        service_principal: &str,
        it: &DelegatedAdministrator,
    ) -> Result<Inserted, StoreError> {
        Ok(Inserted::from_rows(self.execute(
            INSERT,
            values![organization, service_principal, it.account, it.enabled_at],
        )?))
    }

    /// Takes the administration from `account`. Says whether it had it.
    pub fn remove_delegated_administrator(
        &self,
        organization: &OrganizationId,
        service_principal: &str,
        account: &AccountId,
    ) -> Result<bool, StoreError> {
        Ok(self.execute(REMOVE, values![organization, service_principal, account])? == 1)
    }
}

fn read(row: &dyn Row) -> Result<DelegatedAdministrator, StoreError> {
    Ok(DelegatedAdministrator {
        account: decode::id(row, 0, AccountId::parse)?,
        enabled_at: decode::time(row, 1)?,
    })
}
