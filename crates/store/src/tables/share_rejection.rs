//! `share_rejection`: accounts that rejected a portfolio which their organization shares with them. The mark outlives
//! moves; accepting the portfolio takes it away, and so does the end of the last share through the organization.

use domain::{AccountId, Portfolio, PortfolioId, Time};

use crate::{StoreError, WriteTx, statements, values};

statements! {
    PUT = "INSERT INTO share_rejection (account_id, portfolio_id, rejected_at) VALUES ($1, $2, $3)
           ON CONFLICT DO NOTHING";
    REMOVE = "DELETE FROM share_rejection WHERE account_id = $1 AND portfolio_id = $2";
    REMOVE_OF_UNSHARED = "DELETE FROM share_rejection WHERE portfolio_id = $1 AND NOT EXISTS (
                              SELECT 1 FROM portfolio_share s WHERE s.account_id = $2 AND s.region = $3
                                     AND s.portfolio_id = $1 AND s.kind <> 'ACCOUNT')";
    REMOVE_OF_OWNER = "DELETE FROM share_rejection
                       WHERE portfolio_id IN (SELECT id FROM portfolio WHERE account_id = $1)";
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

    /// Forgets who rejected `portfolio`, unless its organization still shares it.
    pub fn remove_share_rejections(&self, portfolio: &Portfolio) -> Result<(), StoreError> {
        let Portfolio {
            owner, region, id, ..
        } = portfolio;
        self.execute(REMOVE_OF_UNSHARED, values![id, owner, region])?;
        Ok(())
    }

    /// Forgets who rejected what `owner` shared, in all regions.
    pub(super) fn remove_share_rejections_of(&self, owner: &AccountId) -> Result<(), StoreError> {
        self.execute(REMOVE_OF_OWNER, values![owner])?;
        Ok(())
    }
}
