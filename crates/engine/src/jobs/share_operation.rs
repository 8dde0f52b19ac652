//! Carries a share operation out to the accounts below its node, a page of them at a time.
//!
//! The shares themselves decide who sees what; this records the outcome for each account, which is what clients follow
//! by the token. The last step sets the final status and gives back the owner's right to the next action, in one
//! transaction.

use domain::{
    AccountError, AccountId, Fault, ShareAction, ShareOperation, ShareStatus, ShareTarget, ShareToken,
};
use store::{Job, JobKind, WriteTx};

use super::{JobCx, Step};

/// Visits a page of accounts. `job.position` is the last account visited.
pub(super) fn step(cx: &JobCx, tx: &WriteTx<'_>, job: &Job) -> Result<Step, Fault> {
    let token = ShareToken::parse(job.subject.as_str())
        .map_err(|it| Fault::internal_failure("A job names no share operation.").caused_by(it))?;
    let Some(operation) = tx.find_share_operation(&token)? else {
        return Ok(Step::Done);
    };
    if operation.status.is_final() {
        return Ok(Step::Done);
    }
    if structure_is_syncing(tx, &operation)? {
        return Ok(Step::Wait);
    }
    let page = next_accounts(cx, tx, &operation, &job.position)?;
    let (Some(first), Some(last)) = (page.first(), page.last()) else {
        finish(cx, tx, &operation)?;
        return Ok(Step::Done);
    };
    let duplicates = match operation.action {
        ShareAction::Create => {
            let portfolio = (&operation.owner, &operation.region, &operation.portfolio);
            tx.list_accounts_reached_otherwise(portfolio, &operation.target, first, last)?
        }
        ShareAction::Update | ShareAction::Delete => Vec::new(),
    };
    let reached: Vec<AccountId> = page
        .iter()
        .filter(|it| duplicates.binary_search(it).is_err())
        .cloned()
        .collect();
    tx.insert_share_successes(&token, &reached)?;
    for account in page.iter().filter(|it| duplicates.binary_search(it).is_ok()) {
        tx.insert_share_error(
            &token,
            &AccountError::duplicate(account.clone(), &operation.portfolio),
        )?;
    }
    tx.put_share_status(&token, ShareStatus::InProgress, None)?;
    Ok(Step::Continue {
        position: last.to_string(),
    })
}

/// Whether Service Catalog does not know all accounts yet, because access was enabled a moment ago.
fn structure_is_syncing(tx: &WriteTx<'_>, operation: &ShareOperation) -> Result<bool, Fault> {
    let Some(organization) = tx.find_organization_of(&operation.owner)? else {
        return Ok(false);
    };
    Ok(tx.job_is_pending(JobKind::StructureSync, organization.id.as_str())?)
}

fn next_accounts(
    cx: &JobCx,
    tx: &WriteTx<'_>,
    operation: &ShareOperation,
    after: &str,
) -> Result<Vec<AccountId>, Fault> {
    let ShareTarget::Node(node) = &operation.target else {
        return Ok(Vec::new());
    };
    // An owner that left its organization has nobody below any node.
    let Some(organization) = tx.find_share_operation_organization(&operation.token)? else {
        return Ok(Vec::new());
    };
    let accounts_max = cx.step_accounts_max();
    Ok(tx.list_accounts_below(&organization, node, &operation.owner, after, accounts_max)?)
}

fn finish(cx: &JobCx, tx: &WriteTx<'_>, operation: &ShareOperation) -> Result<(), Fault> {
    let status = if tx.has_share_errors(&operation.token)? {
        ShareStatus::CompletedWithErrors
    } else {
        ShareStatus::Completed
    };
    tx.put_share_status(&operation.token, status, Some(cx.now()))?;
    tx.end_share_action(&operation.owner, &operation.region, &operation.token)?;
    Ok(())
}
