//! `iam_role`: the roles of each account.

use std::time::Duration;

use domain::{AccountId, Time};

use super::{Inserted, decode};
use crate::{ReadTx, StoreError, ToValue as _, Value, WriteTx, statements, values};

/// A role of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The account it belongs to.
    pub account: AccountId,
    /// Its name, unique in the account.
    pub name: String,
    /// `AROA…`
    pub id: String,
    /// `/` or a path that starts and ends with one.
    pub path: String,
    /// The account whose principals may assume it.
    pub trusted_account: AccountId,
    /// How long a session may be.
    pub session_max: Duration,
    /// When it was made.
    pub created_at: Time,
}

statements! {
    FIND = "SELECT account_id, name, id, path, trusted_account_id, session_seconds_max, created_at FROM iam_role
            WHERE account_id = $1 AND name = $2";
    INSERT = "INSERT INTO iam_role (account_id, name, id, path, trusted_account_id, session_seconds_max, created_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
}

impl ReadTx<'_> {
    /// The role of `account` called `name`.
    pub fn find_role(&self, account: &AccountId, name: &str) -> Result<Option<Role>, StoreError> {
        self.maybe_one(FIND, values![account, name], |row| {
            let seconds = u64::try_from(row.integer(5)?).map_err(decode::broken)?;
            Ok(Role {
                account: decode::id(row, 0, AccountId::parse)?,
                name: row.text(1)?.to_owned(),
                id: row.text(2)?.to_owned(),
                path: row.text(3)?.to_owned(),
                trusted_account: decode::id(row, 4, AccountId::parse)?,
                session_max: Duration::from_secs(seconds),
                created_at: decode::time(row, 6)?,
            })
        })
    }
}

impl WriteTx<'_> {
    /// Records `role`.
    pub fn insert_role(&self, role: &Role) -> Result<Inserted, StoreError> {
        let rows = self.execute(INSERT, &row(role))?;
        Ok(Inserted::from_rows(rows))
    }

    /// Records `roles`, those apart that are there already.
    pub fn insert_roles(&self, roles: &[Role]) -> Result<(), StoreError> {
        let rows: Vec<_> = roles.iter().map(|it| row(it).to_vec()).collect();
        self.execute_each(INSERT, &rows)?;
        Ok(())
    }
}

fn row(it: &Role) -> [Value<'_>; 7] {
    [
        it.account.to_value(),
        it.name.to_value(),
        it.id.to_value(),
        it.path.to_value(),
        it.trusted_account.to_value(),
        Value::Integer(i64::try_from(it.session_max.as_secs()).unwrap_or(i64::MAX)),
        it.created_at.to_value(),
    ]
}
