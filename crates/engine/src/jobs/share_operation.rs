//! Carries a share operation out to the accounts below its node, a page of them at a time.
//!
//! The shares themselves decide who sees what; this records the outcome for each account, which is what clients follow
//! by the token, and excludes from the share whom it could not be carried out to. The last step sets the final status
//! and gives back the owner's right to the next action, in one transaction.

mod outcome;
mod walk;

use domain::{Fault, ShareAction, ShareOperation, ShareStatus, ShareToken};
use store::{Job, JobKind, WriteTx};

use self::outcome::Outcome;
use super::{JobCx, Step};
use crate::injection::{Orders, Reason};
use crate::meters::ShareProgress;

/// Visits a page of accounts. Ours: an operation whose share goes away meanwhile, because its owner administers nothing any
/// more, fails as a whole.
///
/// `job.position` is the last account that the walk came past. What is done is told to `progress`.
pub(super) fn step(
    cx: &JobCx,
    tx: &WriteTx<'_>,
    job: &Job,
    progress: &mut ShareProgress,
) -> Result<Step, Fault> {
    let token = ShareToken::parse(job.subject.as_str())
        .map_err(|it| Fault::internal_failure("A job names no share operation.").caused_by(it))?;
    let Some(operation) = tx.find_share_operation(&token)? else {
        return Ok(Step::Done);
    };
    if operation.status.is_final() {
        return Ok(Step::Done);
    }
    let Some(organization) = tx.find_share_operation_organization(&token)? else {
        let status = status_without_organization(operation.action);
        end(cx, tx, &operation, status, progress)?;
        return Ok(Step::Done);
    };
    if operation.action != ShareAction::Delete && !tx.share_is_there(&operation)? {
        end(cx, tx, &operation, ShareStatus::Error, progress)?;
        return Ok(Step::Done);
    }
    if structure_is_syncing(tx, &operation)? {
        return Ok(Step::Wait);
    }
    let orders = cx.faults().map(|it| it.orders(&operation, cx.now()));
    let (visits_max, failing) = match orders.unwrap_or_default() {
        Orders::Undisturbed => (cx.step_accounts_max(), Vec::new()),
        Orders::Visit {
            accounts_max,
            failing,
        } => (at_most(cx.step_accounts_max(), accounts_max), failing),
        Orders::Wait(pause, reason) => {
            if reason == Reason::NextAccount {
                match walk::next_page(tx, &organization, &operation, &job.position, 1)? {
                    None => {
                        end(cx, tx, &operation, status_of_all(tx, &operation)?, progress)?;
                        return Ok(Step::Done);
                    }
                    // Nobody that it waits for: the owner, or accounts elsewhere.
                    Some(page) if page.accounts.is_empty() => return Ok(page.passed()),
                    Some(_) => {}
                }
            }
            if reason != Reason::Start {
                tx.put_share_status(&token, ShareStatus::InProgress, None)?;
            }
            return Ok(Step::Pause(pause));
        }
        Orders::Fail => {
            end(cx, tx, &operation, ShareStatus::Error, progress)?;
            return Ok(Step::Done);
        }
    };
    let Some(page) = walk::next_page(tx, &organization, &operation, &job.position, visits_max)? else {
        end(cx, tx, &operation, status_of_all(tx, &operation)?, progress)?;
        return Ok(Step::Done);
    };
    let mut provoked = outcome::provoked(tx, &token, &failing)?;
    let outcome = outcome::of(cx, tx, &organization, &operation, &page.accounts, &mut provoked)?;
    record(tx, &operation, &outcome)?;
    outcome.tell(progress);
    tx.put_share_status(&token, ShareStatus::InProgress, None)?;
    Ok(page.passed())
}

fn at_most(visits_max: i64, accounts_max: Option<u64>) -> i64 {
    let ordered = accounts_max.and_then(|it| i64::try_from(it).ok());
    ordered.map_or(visits_max, |it| it.min(visits_max))
}

fn record(tx: &WriteTx<'_>, operation: &ShareOperation, outcome: &Outcome) -> Result<(), Fault> {
    tx.insert_share_successes(&operation.token, &outcome.reached)?;
    for failed in &outcome.failed {
        tx.insert_share_failures(&operation.token, failed)?;
    }
    tx.insert_share_exclusions(&operation.portfolio, &operation.target, &outcome.excluded)?;
    Ok(())
}

/// Whether Service Catalog does not know all accounts yet, because access was enabled a moment ago.
fn structure_is_syncing(tx: &WriteTx<'_>, operation: &ShareOperation) -> Result<bool, Fault> {
    let Some(organization) = tx.find_organization_of(&operation.owner)? else {
        return Ok(false);
    };
    Ok(tx.job_is_pending(JobKind::StructureSync, organization.id.as_str())?)
}

/// Ours: an owner that has left its organization has nobody there to share with, and the operation as a whole fails.
/// Taking a share away has nobody left to fail for.
fn status_without_organization(action: ShareAction) -> ShareStatus {
    match action {
        ShareAction::Create | ShareAction::Update => ShareStatus::Error,
        ShareAction::Delete => ShareStatus::Completed,
    }
}

fn status_of_all(tx: &WriteTx<'_>, operation: &ShareOperation) -> Result<ShareStatus, Fault> {
    Ok(if tx.has_share_failures(&operation.token)? {
        ShareStatus::CompletedWithErrors
    } else {
        ShareStatus::Completed
    })
}

fn end(
    cx: &JobCx,
    tx: &WriteTx<'_>,
    operation: &ShareOperation,
    status: ShareStatus,
    progress: &mut ShareProgress,
) -> Result<(), Fault> {
    progress.ended = Some((operation.action, status));
    tx.put_share_status(&operation.token, status, Some(cx.now()))?;
    tx.end_share_action(&operation.owner, &operation.region, &operation.token)?;
    Ok(())
}
