//! `session`: temporary keys of assumed roles. Invariant: a session never changes; it only expires.

use std::fmt;

use domain::{AccessKeyId, AccountId, Time};

use super::decode;
use crate::{ReadTx, StoreError, WriteTx, statements, values};

/// A session of an assumed role.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// `ASIA…`
    pub access_key_id: AccessKeyId,
    /// The account of the role.
    pub account: AccountId,
    /// The role's name.
    pub role: String,
    /// `AROA…`
    pub role_id: String,
    /// The name the session was given.
    pub name: String,
    /// What is signed with.
    pub secret: String,
    /// What every request has to carry.
    pub token: String,
    /// From when on it is refused.
    pub expires_at: Time,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("access_key_id", &self.access_key_id)
            .field("account", &self.account)
            .field("role", &self.role)
            .field("name", &self.name)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

statements! {
    FIND = "SELECT access_key_id, account_id, role_name, role_id, session_name, secret, token, expires_at
            FROM session WHERE access_key_id = $1";
    INSERT = "INSERT INTO session
                  (access_key_id, account_id, role_name, role_id, session_name, secret, token, expires_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    REMOVE_EXPIRED = "DELETE FROM session WHERE access_key_id IN
                      (SELECT access_key_id FROM session WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
}

impl ReadTx<'_> {
    /// The session whose key is `id`, expired or not.
    pub fn find_session(&self, id: &AccessKeyId) -> Result<Option<Session>, StoreError> {
        self.maybe_one(FIND, values![id], |row| {
            Ok(Session {
                access_key_id: decode::id(row, 0, AccessKeyId::parse)?,
                account: decode::id(row, 1, AccountId::parse)?,
                role: row.text(2)?.to_owned(),
                role_id: row.text(3)?.to_owned(),
                name: row.text(4)?.to_owned(),
                secret: row.text(5)?.to_owned(),
                token: row.text(6)?.to_owned(),
                expires_at: decode::time(row, 7)?,
            })
        })
    }
}

impl WriteTx<'_> {
    /// Records `session`.
    pub fn insert_session(&self, it: &Session) -> Result<(), StoreError> {
        self.execute(
            INSERT,
            values![
                it.access_key_id,
                it.account,
                it.role,
                it.role_id,
                it.name,
                it.secret,
                it.token,
                it.expires_at
            ],
        )?;
        Ok(())
    }

    /// Removes at most `rows_max` sessions that ended at `ended_by` or before; says how many there were.
    pub fn remove_expired_sessions(&self, ended_by: Time, rows_max: u32) -> Result<u64, StoreError> {
        self.execute(REMOVE_EXPIRED, values![ended_by, rows_max])
    }
}
