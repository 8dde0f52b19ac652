//! Lets Service Catalog's copy of an organization follow Organizations, after access was enabled.
//!
//! While the job is there, the access status is UNDER_CHANGE. Source: EnableAWSOrganizationsAccess, "your portfolio
//! shares sync with the current structure". Ours: an account that left while access was off keeps what it had, as AWS
//! documents; it is not in the organization any more, so the job does not meet it. The job ends where it is when access is
//! disabled again: from then on the copy stays as it is.

use domain::{Fault, OrganizationId, SERVICE_CATALOG_PRINCIPAL};
use store::{Job, WriteTx};

use super::{JobCx, Step};

/// Copies the units, then a page of accounts. `job.position` is the last account copied.
pub(super) fn step(cx: &JobCx, tx: &WriteTx<'_>, job: &Job) -> Result<Step, Fault> {
    let organization = OrganizationId::parse(job.subject.as_str())
        .map_err(|it| Fault::internal_failure("A job names no organization.").caused_by(it))?;
    if !tx.trusts(&organization, SERVICE_CATALOG_PRINCIPAL)? {
        return Ok(Step::Done);
    }
    if job.position.is_empty() {
        tx.copy_units_to_catalog(&organization)?;
    }
    Ok(
        match tx.copy_accounts_to_catalog(&organization, &job.position, cx.step_accounts_max())? {
            Some(last) => Step::Continue {
                position: last.into(),
                visited: 0,
            },
            None => Step::Done,
        },
    )
}
