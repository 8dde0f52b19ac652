//! `portfolio` and `portfolio_tag`. Invariant: `shared_accounts` equals the number of the portfolio's shares of the
//! kinds ACCOUNT and ORGANIZATION_MEMBER_ACCOUNT; a portfolio with shares is never removed.

use domain::{AccountId, Portfolio, PortfolioDetails, PortfolioId, Region, Tag};

use super::decode;
use crate::{ReadTx, Row, StoreError, WriteTx, statements, values};

statements! {
    FIND_OWNED = "SELECT p.id, p.account_id, p.region, p.display_name, p.description, p.provider_name, p.created_at,
                         p.shared_accounts
                  FROM portfolio p WHERE p.id = $1 AND p.account_id = $2 AND p.region = $3";
    LIST = "SELECT p.id, p.account_id, p.region, p.display_name, p.description, p.provider_name, p.created_at,
                   p.shared_accounts
            FROM portfolio p WHERE p.account_id = $1 AND p.region = $2 AND p.id > $3 ORDER BY p.id LIMIT $4";
    INSERT = "INSERT INTO portfolio
                  (id, account_id, region, display_name, description, provider_name, created_at, shared_accounts)
              VALUES ($1, $2, $3, $4, $5, $6, $7, 0)";
    PUT_DETAILS = "UPDATE portfolio SET display_name = $1, description = $2, provider_name = $3 WHERE id = $4";
    COUNT_SHARED = "UPDATE portfolio SET shared_accounts = shared_accounts + 1
                    WHERE id = $1 AND shared_accounts < $2";
    UNCOUNT_SHARED = "UPDATE portfolio SET shared_accounts = shared_accounts - 1 WHERE id = $1";
    REMOVE = "DELETE FROM portfolio WHERE id = $1";
    REMOVE_TAGS = "DELETE FROM portfolio_tag WHERE portfolio_id = $1";
    LIST_TAGS = "SELECT key, value FROM portfolio_tag WHERE portfolio_id = $1 ORDER BY key";
    PUT_TAG = "INSERT INTO portfolio_tag (portfolio_id, key, value) VALUES ($1, $2, $3)
               ON CONFLICT (portfolio_id, key) DO UPDATE SET value = excluded.value";
    REMOVE_TAG = "DELETE FROM portfolio_tag WHERE portfolio_id = $1 AND key = $2";
}

impl ReadTx<'_> {
    /// The portfolio `id`, if `account` owns it in `region`.
    pub fn find_owned_portfolio(
        &self,
        account: &AccountId,
        region: &Region,
        id: &PortfolioId,
    ) -> Result<Option<Portfolio>, StoreError> {
        self.maybe_one(FIND_OWNED, values![id, account, region], |row| read(row))
    }

    /// A page of the portfolios that `account` owns in `region`, by id, after `after`.
    pub fn list_owned_portfolios(
        &self,
        account: &AccountId,
        region: &Region,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<Portfolio>, StoreError> {
        self.all(LIST, values![account, region, after, rows_max], |row| read(row))
    }

    /// The tags of a portfolio, by key. There are few: their number has a quota.
    pub fn list_portfolio_tags(&self, portfolio: &PortfolioId) -> Result<Vec<Tag>, StoreError> {
        self.all(LIST_TAGS, values![portfolio], |row| {
            Ok(Tag {
                key: row.text(0)?.to_owned(),
                value: row.text(1)?.to_owned(),
            })
        })
    }
}

impl WriteTx<'_> {
    /// Records `portfolio`.
    pub fn insert_portfolio(&self, it: &Portfolio) -> Result<(), StoreError> {
        let PortfolioDetails {
            display_name,
            description,
            provider_name,
        } = &it.details;
        self.execute(
            INSERT,
            values![
                it.id,
                it.owner,
                it.region,
                display_name,
                description,
                provider_name,
                it.created_at
            ],
        )?;
        Ok(())
    }

    /// Overwrites what people read about a portfolio.
    pub fn put_portfolio_details(&self, id: &PortfolioId, it: &PortfolioDetails) -> Result<(), StoreError> {
        self.execute(
            PUT_DETAILS,
            values![it.display_name, it.description, it.provider_name, id],
        )?;
        Ok(())
    }

    /// Counts one more shared account, if there are fewer than `accounts_max`. Says whether it did.
    pub fn count_shared_account(&self, id: &PortfolioId, accounts_max: i64) -> Result<bool, StoreError> {
        Ok(self.execute(COUNT_SHARED, values![id, accounts_max])? == 1)
    }

    /// Counts one shared account less.
    pub fn uncount_shared_account(&self, id: &PortfolioId) -> Result<(), StoreError> {
        self.execute(UNCOUNT_SHARED, values![id])?;
        Ok(())
    }

    /// Deletes a portfolio and its tags. It must have no shares.
    pub fn remove_portfolio(&self, id: &PortfolioId) -> Result<(), StoreError> {
        self.execute(REMOVE_TAGS, values![id])?;
        self.execute(REMOVE, values![id])?;
        Ok(())
    }

    /// Sets a tag.
    pub fn put_portfolio_tag(&self, portfolio: &PortfolioId, tag: &Tag) -> Result<(), StoreError> {
        self.execute(PUT_TAG, values![portfolio, tag.key, tag.value])?;
        Ok(())
    }

    /// Deletes a tag, if it is there.
    pub fn remove_portfolio_tag(&self, portfolio: &PortfolioId, key: &str) -> Result<(), StoreError> {
        self.execute(REMOVE_TAG, values![portfolio, key])?;
        Ok(())
    }
}

/// Reads the columns id, account_id, region, display_name, description, provider_name, created_at, shared_accounts.
pub(super) fn read(row: &dyn Row) -> Result<Portfolio, StoreError> {
    Ok(Portfolio {
        id: decode::id(row, 0, PortfolioId::parse)?,
        owner: decode::id(row, 1, AccountId::parse)?,
        region: decode::name(row, 2, Region::parse)?,
        details: PortfolioDetails {
            display_name: row.text(3)?.to_owned(),
            description: decode::maybe_text(row, 4)?,
            provider_name: row.text(5)?.to_owned(),
        },
        created_at: decode::time(row, 6)?,
        shared_accounts: row.integer(7)?,
    })
}
