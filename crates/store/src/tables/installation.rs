//! `installation`: the server's own identity. Invariant: one row, written at the first start and never changed.

use domain::{AccountId, Time};

use super::{Inserted, decode};
use crate::{ReadTx, Row, StoreError, WriteTx, statements, values};

/// What was decided at the first start, for all replicas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// The account that was there first.
    pub management: AccountId,
    /// What page tokens are sealed with.
    pub page_token_key: [u8; 32],
    /// When the first start was.
    pub created_at: Time,
}

statements! {
    FIND = "SELECT management_account_id, page_token_key, created_at FROM installation WHERE id = 1";
    INSERT = "INSERT INTO installation (id, management_account_id, page_token_key, created_at)
              VALUES (1, $1, $2, $3) ON CONFLICT DO NOTHING";
}

impl ReadTx<'_> {
    /// The installation, unless this is the first start.
    pub fn find_installation(&self) -> Result<Option<Installation>, StoreError> {
        self.maybe_one(FIND, values![], |row| read(row))
    }
}

impl WriteTx<'_> {
    /// Records `installation`, unless another replica was faster.
    pub fn insert_installation(&self, it: &Installation) -> Result<Inserted, StoreError> {
        Ok(Inserted::from_rows(self.execute(
            INSERT,
            values![it.management, it.page_token_key, it.created_at],
        )?))
    }
}

fn read(row: &dyn Row) -> Result<Installation, StoreError> {
    Ok(Installation {
        management: decode::id(row, 0, AccountId::parse)?,
        page_token_key: row
            .bytes(1)?
            .try_into()
            .map_err(|_| decode::broken("a page token key of another size"))?,
        created_at: decode::time(row, 2)?,
    })
}
