//! `share_rejection`: accounts that rejected a portfolio which their organization shares with them. The mark outlives
//! moves and repeated shares; accepting the portfolio takes it away.

use domain::{AccountId, PortfolioId, Time};

use crate::{StoreError, WriteTx, statements, values};

statements! {
    PUT = "INSERT INTO share_rejection (account_id, portfolio_id, rejected_at) VALUES ($1, $2, $3)
           ON CONFLICT DO NOTHING";
    REMOVE = "DELETE FROM share_rejection WHERE account_id = $1 AND portfolio_id = $2";
}

impl WriteTx<'_> {
    /// Hides `portfolio` from `account`, as far as the organization shares it.
    pub fn put_share_rejection(
        &self,
        account: &AccountId,
        portfolio: &PortfolioId,
        now: Time,
    ) -> Result<(), StoreError> {
        self.execute(PUT, values![account, portfolio, now])?;
        Ok(())
    }

    /// Shows it again.
    pub fn remove_share_rejection(
        &self,
        account: &AccountId,
        portfolio: &PortfolioId,
    ) -> Result<(), StoreError> {
        self.execute(REMOVE, values![account, portfolio])?;
        Ok(())
    }
}
