//! `iam_user`: the users of each account.

use domain::{AccountId, Time};

use super::{Inserted, decode};
use crate::{ReadTx, StoreError, WriteTx, statements, values};

/// A user of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The account it belongs to.
    pub account: AccountId,
    /// Its name, unique in the account.
    pub name: String,
    /// `AIDA…`
    pub id: String,
    /// `/` or a path that starts and ends with one.
    pub path: String,
    /// When it was made.
    pub created_at: Time,
}

statements! {
    FIND = "SELECT account_id, name, id, path, created_at FROM iam_user WHERE account_id = $1 AND name = $2";
    INSERT = "INSERT INTO iam_user (account_id, name, id, path, created_at) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT DO NOTHING";
}

impl ReadTx<'_> {
    /// The user of `account` called `name`.
    pub fn find_user(&self, account: &AccountId, name: &str) -> Result<Option<User>, StoreError> {
        self.maybe_one(FIND, values![account, name], |row| {
            Ok(User {
                account: decode::id(row, 0, AccountId::parse)?,
                name: row.text(1)?.to_owned(),
                id: row.text(2)?.to_owned(),
                path: row.text(3)?.to_owned(),
                created_at: decode::time(row, 4)?,
            })
        })
    }
}

impl WriteTx<'_> {
    /// Records `user`.
    pub fn insert_user(&self, it: &User) -> Result<Inserted, StoreError> {
        Ok(Inserted::from_rows(self.execute(
            INSERT,
            values![it.account, it.name, it.id, it.path, it.created_at],
        )?))
    }
}
