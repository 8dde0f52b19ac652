//! What becomes of each account that a share operation visits.

use domain::{AccountError, AccountId, AccountIds, Fault, OrganizationId, ShareAction, ShareOperation};
use store::{Coverage, FailedAccounts, MetAccount, Singled, WriteTx};

use crate::jobs::JobCx;

/// What became of the accounts of one step.
#[derive(Default)]
pub(super) struct Outcome {
    /// Those that were reached.
    pub(super) reached: AccountIds,
    /// Those that were not, by reason.
    pub(super) failed: Vec<FailedAccounts>,
    /// Those of them that the share does not reach from now on.
    pub(super) excluded: Vec<AccountId>,
}

/// What becomes of `accounts`, which are by id.
pub(super) fn of(
    cx: &JobCx,
    tx: &WriteTx<'_>,
    organization: &OrganizationId,
    operation: &ShareOperation,
    accounts: &[MetAccount],
) -> Result<Outcome, Fault> {
    let mut outcome = Outcome::default();
    let (Some(first), Some(last)) = (accounts.first(), accounts.last()) else {
        return Ok(outcome);
    };
    let (coverage, singled) = match operation.action {
        ShareAction::Create => {
            let portfolio = (&operation.owner, &operation.region, &operation.portfolio);
            let except = Some(&operation.target);
            (
                tx.coverage(portfolio, organization, except)?,
                tx.singled_out(portfolio, organization, except, (&first.id, &last.id))?,
            )
        }
        // Only what is new can be there twice.
        ShareAction::Update | ShareAction::Delete => (Coverage::default(), Singled::default()),
    };
    for account in accounts {
        let is_closed = account.closes_at.is_some_and(|it| it <= cx.now());
        // What is taken away is taken from everybody.
        if is_closed && operation.action != ShareAction::Delete {
            outcome.fail(account, AccountError::suspended());
            if operation.action == ShareAction::Create {
                outcome.excluded.push(account.id.clone());
            }
        } else if coverage.reaches(account, &singled) {
            // It sees the portfolio all the same.
            outcome.fail(account, AccountError::duplicate(&operation.portfolio));
        } else {
            outcome.reached.push(&account.id);
        }
    }
    Ok(outcome)
}

impl Outcome {
    fn fail(&mut self, account: &MetAccount, error: AccountError) {
        let at = self.failed.iter().position(|it| it.error == error);
        let at = at.unwrap_or_else(|| {
            let accounts = AccountIds::default();
            self.failed.push(FailedAccounts { error, accounts });
            self.failed.len() - 1
        });
        self.failed[at].accounts.push(&account.id);
    }
}
