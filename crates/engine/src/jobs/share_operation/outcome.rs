//! What becomes of each account that a share operation visits.

use std::collections::HashSet;
use std::sync::Arc;

use domain::{
    AccountError, AccountId, AccountIds, Fault, OrganizationId, ParentId, ShareAction, ShareOperation,
    ShareToken,
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
    /// How many may still fail; any number if absent.
    left: Option<u64>,
}

/// The same for a step of the operation `token`, with their units looked up.
pub(super) fn provoked<'f>(
    tx: &WriteTx<'_>,
    token: &ShareToken,
    failing: &'f [Arc<ChosenAccounts>],
) -> Result<Vec<Provoked<'f>>, Fault> {
    let mut provoked = Vec::with_capacity(failing.len());
    for chosen in failing {
        let mut below = HashSet::new();
        for unit in chosen.units() {
            below.extend(structure_walk::parent_and_below(tx, unit.clone().into())?);
        }
        let left = match chosen.accounts_max() {
            None => None,
            Some(accounts_max) => {
                let failed = tx.count_share_failures(token, chosen.error())?;
                Some(accounts_max.saturating_sub(u64::try_from(failed).unwrap_or(0)))
            }
        };
        provoked.push(Provoked { chosen, below, left });
    }
    Ok(provoked)
}

impl Provoked<'_> {
    /// Whether the operation fails for `account`, which counts as one more.
    fn takes(&mut self, account: &MetAccount) -> bool {
        let has = self.left != Some(0)
            && self
                .chosen
                .has(&account.id, || self.below.contains(&account.parent));
        if let (true, Some(left)) = (has, &mut self.left) {
            *left -= 1;
        }
        has
    }
}

/// What becomes of `accounts`, which are by id. What is provoked goes before everything else.
pub(super) fn of(
    cx: &JobCx,
    tx: &WriteTx<'_>,
    organization: &OrganizationId,
    operation: &ShareOperation,
    accounts: &[MetAccount],
    provoked: &mut [Provoked<'_>],
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
        let failure = match provoked.iter_mut().find_map(|it| it.takes(account).then_some(it)) {
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
