//! Who is behind a request.

use crate::{AccountId, Arn, Partition};

/// The verified identity behind a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account the identity belongs to, in which the request acts.
    pub account: AccountId,
    /// Which of the account's identities.
    pub identity: Identity,
}

/// One identity of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The account itself.
    Root,
    /// An IAM user.
    User {
        /// `AIDA…`
        id: String,
        /// The user's name.
        name: String,
        /// `/` or a path that starts and ends with one.
        path: String,
    },
    /// A session of an IAM role.
    Session {
        /// `AROA…`
        role_id: String,
        /// The role's name.
        role: String,
        /// The name that the session was given.
        session: String,
    },
}

impl Caller {
    /// The ARN that names the caller, in messages and in GetCallerIdentity.
    pub fn arn(&self, partition: Partition) -> Arn {
        match &self.identity {
            Identity::Root => Arn::account_root(partition, &self.account),
            Identity::User { name, path, .. } => Arn::user(partition, &self.account, path, name),
            Identity::Session { role, session, .. } => {
                Arn::assumed_role(partition, &self.account, role, session)
            }
        }
    }

    /// The unique id of the caller. Source: GetCallerIdentity, `UserId`.
    pub fn user_id(&self) -> String {
        match &self.identity {
            Identity::Root => self.account.to_string(),
            Identity::User { id, .. } => id.clone(),
            Identity::Session { role_id, session, .. } => format!("{role_id}:{session}"),
        }
    }
}
