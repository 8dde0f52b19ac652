//! Trusted access: the services an organization lets work in its accounts.
//!
//! Invariant: the row written here is the single source of truth for Service Catalog's access status, whichever
//! service's operation writes it, and Service Catalog's copy of the organization's structure follows only while the row
//! is there. Deliberately absent: who may do this, and when disabling is refused. Both services say that in errors of
//! their own.

use domain::{Fault, Organization, SERVICE_CATALOG_PRINCIPAL};
use store::{Inserted, JobKind, ReadTx, WriteTx};

use crate::Cx;

/// Lets `organization` trust the service `principal`. Changes nothing if it does already.
///
/// The first time it trusts Service Catalog, a job brings Service Catalog's copy of the structure up to date. Until it
/// ends, the access status is UNDER_CHANGE.
pub(crate) fn enable(
    cx: &Cx,
    tx: &WriteTx<'_>,
    organization: &Organization,
    principal: &str,
) -> Result<(), Fault> {
    let inserted = tx.insert_service_access(&organization.id, principal, cx.now())?;
    if inserted == Inserted::New && principal == SERVICE_CATALOG_PRINCIPAL {
        let job = cx.fresh().job();
        tx.insert_job(
            &job,
            JobKind::StructureSync,
            organization.id.as_str(),
            cx.now(),
            cx.now(),
        )?;
    }
    Ok(())
}

/// Ends the trust of `organization` in the service `principal`, if there is any.
///
/// Service Catalog's copy stays as it is: accounts that leave from now on keep what they had.
pub(crate) fn disable(tx: &WriteTx<'_>, organization: &Organization, principal: &str) -> Result<(), Fault> {
    tx.remove_service_access(&organization.id, principal)?;
    Ok(())
}

/// Whether any account administers the service `principal` for `organization`.
pub(crate) fn has_delegated_administrators(
    tx: &ReadTx<'_>,
    organization: &Organization,
    principal: &str,
) -> Result<bool, Fault> {
    Ok(!tx
        .list_delegated_administrators(&organization.id, Some(principal), "", 1)?
        .is_empty())
}
