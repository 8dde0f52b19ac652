//! How much there is, over all accounts: for whoever looks after the server, never for a client.
//!
//! Invariant: what a table keeps count of is summed, and the rest counted over an index: a million accounts and a million
//! shares take 40 ms on SQLite. The statuses of share operations are the exception: a million of them take half a second.
//! Deliberately absent: quotas, which are counters on their parents' rows.

use domain::ShareStatus;

use super::decode;
use crate::{ReadTx, StoreError, statements, values};

/// How much there is of what accounts make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Accounts, closed ones included.
    pub accounts: i64,
    /// Organizations.
    pub organizations: i64,
    /// Portfolios.
    pub portfolios: i64,
    /// Shares of any kind.
    pub shares: i64,
}

statements! {
    TOTALS = "SELECT (SELECT COUNT(*) FROM account),
                     (SELECT COUNT(*) FROM organization),
                     (SELECT CAST(COALESCE(SUM(portfolio_count), 0) AS BIGINT) FROM catalog),
                     (SELECT COUNT(*) FROM portfolio_share)";
    STATUSES = "SELECT status, COUNT(*) FROM share_operation GROUP BY status ORDER BY status";
}

impl ReadTx<'_> {
    /// How much there is.
    pub fn totals(&self) -> Result<Totals, StoreError> {
        self.one(TOTALS, values![], |row| {
            Ok(Totals {
                accounts: row.integer(0)?,
                organizations: row.integer(1)?,
                portfolios: row.integer(2)?,
                shares: row.integer(3)?,
            })
        })
    }

    /// How many share operations there are of each status. Reads the whole table.
    pub fn count_share_operations(&self) -> Result<Vec<(ShareStatus, i64)>, StoreError> {
        self.all(STATUSES, values![], |row| {
            Ok((decode::name(row, 0, ShareStatus::from_name)?, row.integer(1)?))
        })
    }
}
