//! `share_operation` and what became of each account: `share_operation_success`, `share_operation_failure`.
//!
//! Invariant: an account is in one of the two at most once per operation, whatever ran twice; a token stays readable as
//! long as its portfolio lives. Accounts are kept a step at a time as concatenated ids, so that a million of them are
//! twelve megabytes and still readable with plain SQL.

use domain::{
    AccountError, AccountId, AccountIds, OrganizationId, PortfolioId, Region, ShareAction, ShareOperation,
    ShareStatus, ShareToken, Time,
};

use super::{decode, portfolio_share};
use crate::{ReadTx, Row, StoreError, WriteTx, statements, values};

/// What became of the accounts so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShareOutcome {
    /// Accounts that were reached, by id.
    pub successes: AccountIds,
    /// Accounts that were not, by error and message.
    pub failures: Vec<FailedAccounts>,
}

/// Accounts that were not reached, for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedAccounts {
    /// Why.
    pub error: AccountError,
    /// Which, by id.
    pub accounts: AccountIds,
}

/// How many accounts an operation has visited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VisitedAccounts {
    /// Those that were reached.
    pub reached: i64,
    /// Those that were not.
    pub failed: i64,
}

statements! {
    FIND = "SELECT token, portfolio_id, account_id, region, kind, principal_id, action, status, created_at
            FROM share_operation WHERE token = $1";
    ORGANIZATION = "SELECT a.catalog_organization_id FROM share_operation o JOIN account a ON a.id = o.account_id
                    WHERE o.token = $1";
    INSERT = "INSERT INTO share_operation
                  (token, account_id, region, portfolio_id, kind, principal_id, action, status, created_at,
                   finished_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    PUT_STATUS = "UPDATE share_operation SET status = $1, finished_at = $2 WHERE token = $3";
    INSERT_SUCCESSES = "INSERT INTO share_operation_success (token, first_account_id, account_ids) VALUES ($1, $2, $3)
                        ON CONFLICT DO NOTHING";
    LIST_SUCCESSES = "SELECT account_ids FROM share_operation_success WHERE token = $1 ORDER BY first_account_id";
    INSERT_FAILURES = "INSERT INTO share_operation_failure (token, error, message, first_account_id, account_ids)
                       VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    LIST_FAILURES = "SELECT error, message, account_ids FROM share_operation_failure WHERE token = $1
                     ORDER BY error, message, first_account_id";
    LIST_UNFINISHED = "SELECT token, portfolio_id, account_id, region, kind, principal_id, action, status, created_at
                       FROM share_operation WHERE forgotten = FALSE AND finished_at IS NULL
                       ORDER BY created_at, token LIMIT $1";
    VISITED = "SELECT (SELECT CAST(COALESCE(SUM(LENGTH(account_ids)), 0) / 12 AS BIGINT)
                       FROM share_operation_success WHERE token = $1),
                      (SELECT CAST(COALESCE(SUM(LENGTH(account_ids)), 0) / 12 AS BIGINT)
                       FROM share_operation_failure WHERE token = $1)";
    COUNT_FAILURES = "SELECT CAST(COALESCE(SUM(LENGTH(account_ids)), 0) / 12 AS BIGINT)
                      FROM share_operation_failure WHERE token = $1 AND error = $2 AND message = $3";
    ANY_FAILURE = "SELECT 1 FROM share_operation_failure WHERE token = $1 LIMIT 1";
    LIST_FORGETTABLE = "SELECT token FROM share_operation WHERE forgotten = FALSE AND finished_at <= $1
                        ORDER BY finished_at LIMIT $2";
    FORGET_SUCCESSES = "DELETE FROM share_operation_success WHERE token = $1";
    FORGET_FAILURES = "DELETE FROM share_operation_failure WHERE token = $1";
    FORGET = "UPDATE share_operation SET forgotten = TRUE WHERE token = $1";
    REMOVE_OF_NO_PORTFOLIO = "DELETE FROM share_operation
                              WHERE token = $1 AND NOT EXISTS (
                                  SELECT 1 FROM portfolio p WHERE p.id = share_operation.portfolio_id)";
    UNFINISHED = "SELECT 1 FROM share_operation
                  WHERE portfolio_id = $1 AND status IN ('NOT_STARTED', 'IN_PROGRESS') LIMIT 1";
}

impl ReadTx<'_> {
    /// The operation that `token` follows.
    pub fn find_share_operation(&self, token: &ShareToken) -> Result<Option<ShareOperation>, StoreError> {
        self.maybe_one(FIND, values![token], |row| read(row))
    }

    /// The first operations that have not ended, by age.
    pub fn list_unfinished_share_operations(
        &self,
        operations_max: u32,
    ) -> Result<Vec<ShareOperation>, StoreError> {
        self.all(LIST_UNFINISHED, values![operations_max], |row| read(row))
    }

    /// How many accounts the operation has visited.
    pub fn visited_accounts(&self, token: &ShareToken) -> Result<VisitedAccounts, StoreError> {
        self.one(VISITED, values![token], |row| {
            Ok(VisitedAccounts {
                reached: row.integer(0)?,
                failed: row.integer(1)?,
            })
        })
    }

    /// How many accounts have failed with `error` so far.
    pub fn count_share_failures(&self, token: &ShareToken, error: &AccountError) -> Result<i64, StoreError> {
        self.one(
            COUNT_FAILURES,
            values![token, error.error, error.message],
            |row| row.integer(0),
        )
    }

    /// The organization in which the operation's owner is, as Service Catalog's copy has it.
    pub fn find_share_operation_organization(
        &self,
        token: &ShareToken,
    ) -> Result<Option<OrganizationId>, StoreError> {
        let found = self.maybe_one(ORGANIZATION, values![token], |row| {
            decode::maybe_id(row, 0, OrganizationId::parse)
        })?;
        Ok(found.flatten())
    }

    /// What became of the accounts so far.
    pub fn share_outcome(&self, token: &ShareToken) -> Result<ShareOutcome, StoreError> {
        let mut outcome = ShareOutcome::default();
        self.query(LIST_SUCCESSES, values![token], &mut |row| {
            outcome.successes.push_all(row.text(0)?).map_err(decode::broken)
        })?;
        self.query(LIST_FAILURES, values![token], &mut |row| {
            let error = AccountError {
                error: row.text(0)?.to_owned(),
                message: row.text(1)?.to_owned(),
            };
            if outcome.failures.last().is_none_or(|last| last.error != error) {
                let accounts = AccountIds::default();
                outcome.failures.push(FailedAccounts { error, accounts });
            }
            let last = outcome
                .failures
                .last_mut()
                .expect("one was pushed, if there was none");
            last.accounts.push_all(row.text(2)?).map_err(decode::broken)
        })?;
        Ok(outcome)
    }

    /// Whether an operation on `portfolio` has not ended.
    pub fn has_unfinished_share_operation(&self, portfolio: &PortfolioId) -> Result<bool, StoreError> {
        Ok(self
            .maybe_one(UNFINISHED, values![portfolio], |_| Ok(()))?
            .is_some())
    }

    /// Whether any account failed.
    pub fn has_share_failures(&self, token: &ShareToken) -> Result<bool, StoreError> {
        Ok(self.maybe_one(ANY_FAILURE, values![token], |_| Ok(()))?.is_some())
    }
}

impl WriteTx<'_> {
    /// Forgets what became of each account in up to `operations_max` operations that had ended by `ended`, and the whole
    /// operation if its portfolio is gone. Returns how many.
    pub fn forget_share_outcomes(&self, ended: Time, operations_max: u32) -> Result<u64, StoreError> {
        let tokens = self.all(LIST_FORGETTABLE, values![ended, operations_max], |row| {
            decode::id(row, 0, ShareToken::parse)
        })?;
        for token in &tokens {
            self.execute(FORGET_SUCCESSES, values![token])?;
            self.execute(FORGET_FAILURES, values![token])?;
            if self.execute(REMOVE_OF_NO_PORTFOLIO, values![token])? == 0 {
                self.execute(FORGET, values![token])?;
            }
        }
        Ok(tokens.len() as u64)
    }

    /// Records an operation that was accepted.
    pub fn insert_share_operation(&self, it: &ShareOperation) -> Result<(), StoreError> {
        let (kind, principal_id) = (it.target.kind(), it.target.principal_id());
        self.execute(
            INSERT,
            values![
                it.token,
                it.owner,
                it.region,
                it.portfolio,
                kind,
                principal_id,
                it.action,
                it.status,
                it.created_at,
                it.status.is_final().then_some(it.created_at)
            ],
        )?;
        Ok(())
    }

    /// Records how far an operation has come, and when it ended.
    pub fn put_share_status(
        &self,
        token: &ShareToken,
        status: ShareStatus,
        finished_at: Option<Time>,
    ) -> Result<(), StoreError> {
        self.execute(PUT_STATUS, values![status, finished_at, token])?;
        Ok(())
    }

    /// Records the accounts that one step reached, in the order of their ids.
    pub fn insert_share_successes(&self, token: &ShareToken, reached: &AccountIds) -> Result<(), StoreError> {
        let Some(first) = reached.first() else {
            return Ok(());
        };
        self.execute(INSERT_SUCCESSES, values![token, first, reached.as_str()])?;
        Ok(())
    }

    /// Records the accounts that one step could not reach for one reason, in the order of their ids.
    pub fn insert_share_failures(
        &self,
        token: &ShareToken,
        failed: &FailedAccounts,
    ) -> Result<(), StoreError> {
        let FailedAccounts { error, accounts } = failed;
        let Some(first) = accounts.first() else {
            return Ok(());
        };
        self.execute(
            INSERT_FAILURES,
            values![token, error.error, error.message, first, accounts.as_str()],
        )?;
        Ok(())
    }
}

fn read(row: &dyn Row) -> Result<ShareOperation, StoreError> {
    Ok(ShareOperation {
        token: decode::id(row, 0, ShareToken::parse)?,
        portfolio: decode::id(row, 1, PortfolioId::parse)?,
        owner: decode::id(row, 2, AccountId::parse)?,
        region: decode::name(row, 3, Region::parse)?,
        target: portfolio_share::target(row, 4)?,
        action: decode::name(row, 6, ShareAction::from_name)?,
        status: decode::name(row, 7, ShareStatus::from_name)?,
        created_at: decode::time(row, 8)?,
    })
}
