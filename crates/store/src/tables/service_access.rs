//! `service_access`: the services an organization trusts. The row of Service Catalog's principal is the single source
//! of truth for its access status.

use domain::{OrganizationId, ServiceAccess, Time};

use super::{Inserted, decode};
use crate::{ReadTx, StoreError, WriteTx, statements, values};

statements! {
    FIND = "SELECT 1 FROM service_access WHERE organization_id = $1 AND service_principal = $2";
    LIST = "SELECT service_principal, enabled_at FROM service_access
            WHERE organization_id = $1 AND service_principal > $2 ORDER BY service_principal LIMIT $3";
    INSERT = "INSERT INTO service_access (organization_id, service_principal, enabled_at) VALUES ($1, $2, $3)
              ON CONFLICT DO NOTHING";
    REMOVE = "DELETE FROM service_access WHERE organization_id = $1 AND service_principal = $2";
    REMOVE_ALL = "DELETE FROM service_access WHERE organization_id = $1";
}

impl ReadTx<'_> {
    /// Whether `organization` trusts `service_principal`.
    pub fn trusts(&self, organization: &OrganizationId, service_principal: &str) -> Result<bool, StoreError> {
        let found = self.maybe_one(FIND, values![organization, service_principal], |_| Ok(()))?;
        Ok(found.is_some())
    }

    /// A page of the services `organization` trusts, by principal, after `after`.
    pub fn list_service_access(
        &self,
        organization: &OrganizationId,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<ServiceAccess>, StoreError> {
        self.all(LIST, values![organization, after, rows_max], |row| {
            Ok(ServiceAccess {
                service_principal: row.text(0)?.to_owned(),
                enabled_at: decode::time(row, 1)?,
            })
        })
    }
}

impl WriteTx<'_> {
    /// Lets `organization` trust `service_principal`.
    pub fn insert_service_access(
        &self,
        organization: &OrganizationId,
        service_principal: &str,
        now: Time,
    ) -> Result<Inserted, StoreError> {
        Ok(Inserted::from_rows(self.execute(
            INSERT,
            values![organization, service_principal, now],
        )?))
    }

    /// Ends the trust, if there is any.
    pub fn remove_service_access(
        &self,
        organization: &OrganizationId,
        service_principal: &str,
    ) -> Result<(), StoreError> {
        self.execute(REMOVE, values![organization, service_principal])?;
        Ok(())
    }

    /// Ends every trust of `organization`, which is being deleted.
    pub fn remove_all_service_access(&self, organization: &OrganizationId) -> Result<(), StoreError> {
        self.execute(REMOVE_ALL, values![organization])?;
        Ok(())
    }
}
