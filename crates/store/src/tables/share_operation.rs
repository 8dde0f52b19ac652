//! `share_operation` and what became of each account: `share_operation_success`, `share_operation_error`.
//!
//! Invariant: an account is in one of the two at most once per operation, whatever ran twice; a token stays readable as
//! long as its portfolio lives. Successes are kept a step at a time as concatenated ids, so that a million of them are
//! twelve megabytes and still readable with plain SQL.

use domain::{
    AccountError, AccountId, OrganizationId, PortfolioId, Region, ShareAction, ShareOperation, ShareStatus,
    ShareToken, Time,
};

use super::{decode, portfolio_share};
use crate::{ReadTx, StoreError, WriteTx, statements, values};

const ACCOUNT_ID_CHARS: usize = 12;

/// What became of the accounts so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShareOutcome {
    /// Accounts that were reached, by id.
    pub successes: Vec<AccountId>,
    /// Accounts that were not, by error, message and id.
    pub errors: Vec<AccountError>,
}

statements! {
    FIND = "SELECT token, portfolio_id, account_id, region, kind, principal_id, action, status, created_at
            FROM share_operation WHERE token = $1";
    ORGANIZATION = "SELECT a.catalog_organization_id FROM share_operation o JOIN account a ON a.id = o.account_id
                    WHERE o.token = $1";
    INSERT = "INSERT INTO share_operation
                  (token, account_id, region, portfolio_id, kind, principal_id, action, status, created_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    PUT_STATUS = "UPDATE share_operation SET status = $1, finished_at = $2 WHERE token = $3";
    INSERT_SUCCESSES = "INSERT INTO share_operation_success (token, first_account_id, account_ids) VALUES ($1, $2, $3)
                        ON CONFLICT DO NOTHING";
    LIST_SUCCESSES = "SELECT account_ids FROM share_operation_success WHERE token = $1 ORDER BY first_account_id";
    INSERT_ERROR = "INSERT INTO share_operation_error (token, account_id, error, message) VALUES ($1, $2, $3, $4)
                    ON CONFLICT DO NOTHING";
    LIST_ERRORS = "SELECT error, message, account_id FROM share_operation_error WHERE token = $1
                   ORDER BY error, message, account_id";
    ANY_ERROR = "SELECT 1 FROM share_operation_error WHERE token = $1 LIMIT 1";
    UNFINISHED = "SELECT 1 FROM share_operation
                  WHERE portfolio_id = $1 AND status IN ('NOT_STARTED', 'IN_PROGRESS') LIMIT 1";
}

impl ReadTx<'_> {
    /// The operation that `token` follows.
    pub fn find_share_operation(&self, token: &ShareToken) -> Result<Option<ShareOperation>, StoreError> {
        self.maybe_one(FIND, values![token], |row| {
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
        })
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
        let steps = self.all(LIST_SUCCESSES, values![token], |row| accounts(row.text(0)?))?;
        let errors = self.all(LIST_ERRORS, values![token], |row| {
            Ok(AccountError {
                error: row.text(0)?.to_owned(),
                message: row.text(1)?.to_owned(),
                account: decode::id(row, 2, AccountId::parse)?,
            })
        })?;
        Ok(ShareOutcome {
            successes: steps.into_iter().flatten().collect(),
            errors,
        })
    }

    /// Whether an operation on `portfolio` has not ended.
    pub fn has_unfinished_share_operation(&self, portfolio: &PortfolioId) -> Result<bool, StoreError> {
        Ok(self
            .maybe_one(UNFINISHED, values![portfolio], |_| Ok(()))?
            .is_some())
    }

    /// Whether any account failed.
    pub fn has_share_errors(&self, token: &ShareToken) -> Result<bool, StoreError> {
        Ok(self.maybe_one(ANY_ERROR, values![token], |_| Ok(()))?.is_some())
    }
}

impl WriteTx<'_> {
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
                it.created_at
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
    pub fn insert_share_successes(
        &self,
        token: &ShareToken,
        reached: &[AccountId],
    ) -> Result<(), StoreError> {
        let Some(first) = reached.first() else {
            return Ok(());
        };
        let ids: String = reached.iter().map(AccountId::as_str).collect();
        self.execute(INSERT_SUCCESSES, values![token, first, ids])?;
        Ok(())
    }

    /// Records why an account was not reached.
    pub fn insert_share_error(&self, token: &ShareToken, it: &AccountError) -> Result<(), StoreError> {
        self.execute(INSERT_ERROR, values![token, it.account, it.error, it.message])?;
        Ok(())
    }
}

/// The ids that one step wrote.
fn accounts(ids: &str) -> Result<Vec<AccountId>, StoreError> {
    let (ids, rest) = ids.as_bytes().as_chunks::<ACCOUNT_ID_CHARS>();
    if !rest.is_empty() {
        return Err(decode::broken("a list of account ids that does not end with one"));
    }
    let id =
        |it: &[u8; ACCOUNT_ID_CHARS]| AccountId::parse(String::from_utf8_lossy(it)).map_err(decode::broken);
    ids.iter().map(id).collect()
}
