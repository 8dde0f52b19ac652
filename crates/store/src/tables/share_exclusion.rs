//! `share_exclusion`: accounts that a share does not reach although they are below its node, because carrying it out to
//! them failed.
//!
//! Invariant: a row lives no longer than its share; sharing anew, or once more, starts without any. Deliberately absent: why, which the
//! share operation knows.

use domain::{AccountId, PortfolioId, ShareTarget};

use super::{decode, portfolio_share};
use crate::{ReadTx, StoreError, ToValue as _, WriteTx, statements, values};

statements! {
    LIST = "SELECT account_id, kind, principal_id FROM share_exclusion
            WHERE portfolio_id = $1 AND account_id >= $2 AND account_id <= $3";
    INSERT = "INSERT INTO share_exclusion (portfolio_id, account_id, kind, principal_id) VALUES ($1, $2, $3, $4)
              ON CONFLICT DO NOTHING";
    REMOVE = "DELETE FROM share_exclusion WHERE portfolio_id = $1 AND kind = $2 AND principal_id = $3";
    REMOVE_OF_OWNER = "DELETE FROM share_exclusion
                       WHERE portfolio_id IN (SELECT id FROM portfolio WHERE account_id = $1)";
}

impl ReadTx<'_> {
    /// The accounts from `first` to `last` that shares of `portfolio` exclude, with the share that does.
    pub fn list_share_exclusions(
        &self,
        portfolio: &PortfolioId,
        first: &AccountId,
        last: &AccountId,
    ) -> Result<Vec<(AccountId, ShareTarget)>, StoreError> {
        self.all(LIST, values![portfolio, first, last], |row| {
            Ok((
                decode::id(row, 0, AccountId::parse)?,
                portfolio_share::target(row, 1)?,
            ))
        })
    }
}

impl WriteTx<'_> {
    /// Excludes `accounts` from the share of `portfolio` with `target`.
    pub fn insert_share_exclusions(
        &self,
        portfolio: &PortfolioId,
        target: &ShareTarget,
        accounts: &[AccountId],
    ) -> Result<(), StoreError> {
        let (kind, principal_id) = (target.kind(), target.principal_id());
        let row = |it| {
            vec![
                portfolio.to_value(),
                AccountId::to_value(it),
                kind.to_value(),
                principal_id.to_value(),
            ]
        };
        let rows: Vec<_> = accounts.iter().map(row).collect();
        self.execute_each(INSERT, &rows)?;
        Ok(())
    }

    /// Lets the share of `portfolio` with `target` exclude nobody any more. Says whether it excluded anybody.
    pub fn lift_share_exclusions(
        &self,
        portfolio: &PortfolioId,
        target: &ShareTarget,
    ) -> Result<bool, StoreError> {
        let lifted = self.execute(REMOVE, values![portfolio, target.kind(), target.principal_id()])?;
        Ok(lifted > 0)
    }

    /// Lets no share of `owner` exclude anybody, in any region.
    pub(super) fn remove_share_exclusions_of(&self, owner: &AccountId) -> Result<(), StoreError> {
        self.execute(REMOVE_OF_OWNER, values![owner])?;
        Ok(())
    }
}
