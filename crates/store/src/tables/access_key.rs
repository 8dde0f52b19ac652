//! `access_key`: long-term keys. Invariant: a key never changes its owner or its secret.

use std::fmt;

use domain::{AccessKeyId, AccountId, Time};

use super::{Inserted, decode};
use crate::{ReadTx, Row, StoreError, WriteTx, statements, values};

/// A long-term key.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// `AKIA…`
    pub id: AccessKeyId,
    /// Whose it is.
    pub owner: KeyOwner,
    /// What its owner signs with.
    pub secret: String,
    /// When it was made.
    pub created_at: Time,
}

/// Whose key it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyOwner {
    /// The account.
    pub account: AccountId,
    /// The user; `None` for the account's root user.
    pub user: Option<KeyUser>,
}

/// The user that a key belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUser {
    /// `AIDA…`
    pub id: String,
    /// The user's name.
    pub name: String,
    /// The user's path.
    pub path: String,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("id", &self.id)
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}

statements! {
    FIND = "SELECT k.id, k.account_id, k.secret, k.created_at, u.id, u.name, u.path
            FROM access_key k LEFT JOIN iam_user u ON u.account_id = k.account_id AND u.name = k.user_name
            WHERE k.id = $1";
    FIND_OLDEST_OF_USER = "SELECT k.id, k.account_id, k.secret, k.created_at, u.id, u.name, u.path
                           FROM access_key k JOIN iam_user u ON u.account_id = k.account_id AND u.name = k.user_name
                           WHERE k.account_id = $1 AND k.user_name = $2 ORDER BY k.created_at, k.id LIMIT 1";
    LIST_OF_USERS = "SELECT k.id, k.account_id, k.secret, k.created_at, u.id, u.name, u.path
                     FROM access_key k JOIN iam_user u ON u.account_id = k.account_id AND u.name = k.user_name
                     WHERE k.user_name = $1 ORDER BY k.account_id, k.created_at, k.id";
    INSERT = "INSERT INTO access_key (id, account_id, user_name, secret, created_at) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT DO NOTHING";
}

impl ReadTx<'_> {
    /// The key `id`.
    pub fn find_access_key(&self, id: &AccessKeyId) -> Result<Option<AccessKey>, StoreError> {
        self.maybe_one(FIND, values![id], |row| read(row))
    }

    /// The key that a user has had longest.
    pub fn find_oldest_access_key(
        &self,
        account: &AccountId,
        user: &str,
    ) -> Result<Option<AccessKey>, StoreError> {
        self.maybe_one(FIND_OLDEST_OF_USER, values![account, user], |row| read(row))
    }

    /// The keys of every account's user called `user`: by account, then the oldest first. Costs a visit to each key.
    pub fn list_access_keys_of_users(&self, user: &str) -> Result<Vec<AccessKey>, StoreError> {
        self.all(LIST_OF_USERS, values![user], |row| read(row))
    }
}

impl WriteTx<'_> {
    /// Records `key`. Its user must be recorded already.
    pub fn insert_access_key(&self, it: &AccessKey) -> Result<Inserted, StoreError> {
        Ok(Inserted::from_rows(self.execute(
            INSERT,
            values![
                it.id,
                it.owner.account,
                it.owner.user.as_ref().map(|user| user.name.as_str()),
                it.secret,
                it.created_at
            ],
        )?))
    }
}

fn read(row: &dyn Row) -> Result<AccessKey, StoreError> {
    let user = match decode::maybe_text(row, 4)? {
        None => None,
        Some(id) => Some(KeyUser {
            id,
            name: row.text(5)?.to_owned(),
            path: row.text(6)?.to_owned(),
        }),
    };
    Ok(AccessKey {
        id: decode::id(row, 0, AccessKeyId::parse)?,
        owner: KeyOwner {
            account: decode::id(row, 1, AccountId::parse)?,
            user,
        },
        secret: row.text(2)?.to_owned(),
        created_at: decode::time(row, 3)?,
    })
}
