//! `catalog`: what one account owns in one region, as far as it has to be counted or locked.
//!
//! Invariant: `portfolio_count` equals the number of the account's portfolios in the region, and `share_token` names
//! the only organization share operation of the account and region that has not ended. Whoever ends the operation
//! clears it in the same transaction, so that no crash can leave it behind.

use domain::{AccountId, Region, ShareToken};

use crate::{StoreError, WriteTx, statements, values};

statements! {
    COUNT_PORTFOLIO = "INSERT INTO catalog (account_id, region, portfolio_count)
                       SELECT $1, $2, 1 WHERE CAST($3 AS BIGINT) > 0
                       ON CONFLICT (account_id, region) DO UPDATE SET portfolio_count = catalog.portfolio_count + 1
                       WHERE catalog.portfolio_count < $3";
    UNCOUNT_PORTFOLIO = "UPDATE catalog SET portfolio_count = portfolio_count - 1
                         WHERE account_id = $1 AND region = $2";
    BEGIN_SHARE_ACTION = "INSERT INTO catalog (account_id, region, portfolio_count, share_token)
                          VALUES ($1, $2, 0, $3)
                          ON CONFLICT (account_id, region) DO UPDATE SET share_token = excluded.share_token
                          WHERE catalog.share_token IS NULL";
    END_SHARE_ACTION = "UPDATE catalog SET share_token = NULL
                        WHERE account_id = $1 AND region = $2 AND share_token = $3";
}

impl WriteTx<'_> {
    /// Counts one more portfolio, if there are fewer than `portfolios_max`. Says whether it did.
    pub fn count_portfolio(
        &self,
        account: &AccountId,
        region: &Region,
        portfolios_max: i64,
    ) -> Result<bool, StoreError> {
        Ok(self.execute(COUNT_PORTFOLIO, values![account, region, portfolios_max])? == 1)
    }

    /// Counts one portfolio less.
    pub fn uncount_portfolio(&self, account: &AccountId, region: &Region) -> Result<(), StoreError> {
        self.execute(UNCOUNT_PORTFOLIO, values![account, region])?;
        Ok(())
    }

    /// Takes the right to the only organization share action of `account` in `region`. Says whether it was free.
    pub fn begin_share_action(
        &self,
        account: &AccountId,
        region: &Region,
        token: &ShareToken,
    ) -> Result<bool, StoreError> {
        Ok(self.execute(BEGIN_SHARE_ACTION, values![account, region, token])? == 1)
    }

    /// Gives the right back.
    pub fn end_share_action(
        &self,
        account: &AccountId,
        region: &Region,
        token: &ShareToken,
    ) -> Result<(), StoreError> {
        self.execute(END_SHARE_ACTION, values![account, region, token])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{TestStore, on_every_engine};

    async fn portfolios_are_counted_up_to_the_maximum_from_the_first_one_on(store: TestStore) {
        let account = AccountId::parse("111122223333").unwrap();
        let region = Region::parse("us-east-1").unwrap();
        let counted = store.step(move |tx| {
            let count = |portfolios_max| tx.count_portfolio(&account, &region, portfolios_max).unwrap();
            let none = count(0);
            let two = [count(2), count(2), count(2)];
            Ok::<_, StoreError>((none, two))
        });
        assert_eq!(counted.await.unwrap().unwrap(), (false, [true, true, false]));
    }

    on_every_engine!(portfolios_are_counted_up_to_the_maximum_from_the_first_one_on);
}
