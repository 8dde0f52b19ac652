//! Creates an account that CreateAccount asked for. Subject: the request's id.
//!
//! Invariant: the account, its place under the root, its tags, the role that the management account may assume, and the
//! outcome of the request are written in one step. A second run finds the outcome and changes nothing. Deliberately
//! absent: the users of the account. It has none until its own administrators make some.

use domain::{
    Account, AccountCreation, AccountId, AccountState, CreateAccountRequestId, CreationState, Fault,
    JoinedMethod,
};
use shapes::{organizations::CreateAccountFailureReason, read::Enumeration as _};
use store::{Inserted, Job, WriteTx};

use super::{JobCx, Step};
use crate::{access::unused_account_id, organization_membership};

#[cfg(test)]
mod tests;

/// Carries the request out. There is one step.
pub(super) fn step(cx: &JobCx, tx: &WriteTx<'_>, job: &Job) -> Result<Step, Fault> {
    let id = CreateAccountRequestId::parse(job.subject.as_str())
        .map_err(|error| Fault::internal_failure("The job's subject is no request.").caused_by(error))?;
    let Some(mut creation) = tx.find_account_creation(&id)? else {
        return Ok(Step::Done);
    };
    if creation.state != CreationState::InProgress {
        return Ok(Step::Done);
    }
    match create(cx, tx, &creation)? {
        Ok(account) => {
            tx.move_organization_tags(creation.id.as_str(), account.as_str())?;
            creation.state = CreationState::Succeeded;
            creation.account = Some(account);
        }
        Err(reason) => {
            tx.remove_organization_tags_of(creation.id.as_str())?;
            creation.state = CreationState::Failed;
            creation.failure_reason = Some(reason.name().to_owned());
        }
    }
    creation.completed_at = Some(cx.now());
    tx.put_account_creation_outcome(&creation)?;
    Ok(Step::Done)
}

/// Creates the account, or says why there will be none.
fn create(
    cx: &JobCx,
    tx: &WriteTx<'_>,
    creation: &AccountCreation,
) -> Result<Result<AccountId, CreateAccountFailureReason>, Fault> {
    let Some(organization) = tx.find_organization(&creation.organization)? else {
        return Ok(Err(CreateAccountFailureReason::InternalFailure));
    };
    let account = Account {
        id: unused_account_id(tx, cx.fresh())?,
        name: creation.account_name.clone(),
        email: creation.email.clone(),
        state: AccountState::Active,
        created_at: cx.now(),
        closes_at: None,
        membership: None,
    };
    // The id is unused, so that only the address can be in the way.
    if tx.insert_account(&account)? == Inserted::AlreadyThere {
        return Ok(Err(CreateAccountFailureReason::EmailAlreadyExists));
    }
    organization_membership::join(tx, &organization, &account.id, JoinedMethod::Created, cx.now())?;
    let role = organization_membership::access_role(
        cx.fresh(),
        &organization,
        &account.id,
        &creation.role_name,
        cx.now(),
    );
    tx.insert_role(&role)?;
    Ok(Ok(account.id))
}
