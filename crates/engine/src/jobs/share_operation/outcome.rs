//! What becomes of each account that a share operation visits.

use std::collections::HashSet;
use std::sync::Arc;

use domain::{
    AccountError, AccountId, AccountIds, Fault, OrganizationId, ParentId, ShareAction, ShareOperation,
};
use store::{Coverage, FailedAccounts, MetAccount, Singled, WriteTx};

use crate::injection::ChosenAccounts;
use crate::jobs::JobCx;
use crate::meters::ShareProgress;
use crate::structure_walk;

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

/// Accounts for which the operation is to fail, and how.
pub(super) struct Provoked<'f> {
    chosen: &'f ChosenAccounts,
    /// The units that they are below, and those units themselves.
    below: HashSet<ParentId>,
}

/// The same, with their units looked up.
pub(super) fn provoked<'f>(
    tx: &WriteTx<'_>,
    failing: &'f [Arc<ChosenAccounts>],
) -> Result<Vec<Provoked<'f>>, Fault> {
    let mut provoked = Vec::with_capacity(failing.len());
    for chosen in failing {
        let mut below = HashSet::new();
        for unit in chosen.units() {
            below.extend(structure_walk::parent_and_below(tx, unit.clone().into())?);
        }
        provoked.push(Provoked { chosen, below });
    }
    Ok(provoked)
}

impl Provoked<'_> {
    fn has(&self, account: &MetAccount) -> bool {
        self.chosen
            .has(&account.id, || self.below.contains(&account.parent))
    }
}

/// What becomes of `accounts`, which are by id. What is provoked goes before everything else.
pub(super) fn of(
    cx: &JobCx,
    tx: &WriteTx<'_>,
    organization: &OrganizationId,
    operation: &ShareOperation,
    accounts: &[MetAccount],
    provoked: &[Provoked<'_>],
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
        let failure = match provoked.iter().find(|it| it.has(account)) {
            Some(provoked) => Some(provoked.chosen.error().clone()),
            // What is taken away is taken from everybody.
            None => (is_closed && operation.action != ShareAction::Delete).then(AccountError::suspended),
        };
        if let Some(error) = failure {
            outcome.fail(account, error);
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
    /// Adds to what is counted of the step.
    pub(super) fn tell(&self, progress: &mut ShareProgress) {
        progress.reached += self.reached.len();
        let failed = self.failed.iter();
        let counted = failed.map(|it| (it.error.error.clone(), it.accounts.len()));
        progress.failed.extend(counted);
    }

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
