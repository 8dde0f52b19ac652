//! Share operations: runs that carry a share change out to accounts, and what becomes of each account.

use std::fmt;

use crate::share::names;
use crate::{AccountId, PortfolioId, Region, ShareTarget, ShareToken, Time};

/// What a share operation carries out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareAction {
    /// A new share reaches accounts.
    Create,
    /// Changed options reach accounts.
    Update,
    /// A share is taken from accounts.
    Delete,
}

names! { ShareAction { Create = "CREATE", Update = "UPDATE", Delete = "DELETE" } }

/// How far a share operation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareStatus {
    /// Recorded; no account was visited.
    NotStarted,
    /// Accounts are being visited.
    InProgress,
    /// Every account was visited and none failed.
    Completed,
    /// Every account was visited and some failed.
    CompletedWithErrors,
    /// The operation as a whole failed.
    Error,
}

names! { ShareStatus {
    NotStarted = "NOT_STARTED",
    InProgress = "IN_PROGRESS",
    Completed = "COMPLETED",
    CompletedWithErrors = "COMPLETED_WITH_ERRORS",
    Error = "ERROR",
} }

impl ShareStatus {
    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        !matches!(self, ShareStatus::NotStarted | ShareStatus::InProgress)
    }
}

/// One run that carries a share change out to accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareOperation {
    /// What clients follow it by.
    pub token: ShareToken,
    /// The portfolio whose share changes.
    pub portfolio: PortfolioId,
    /// The account that owns the portfolio.
    pub owner: AccountId,
    /// The region of the portfolio.
    pub region: Region,
    /// Whom the share is for.
    pub target: ShareTarget,
    /// What is carried out.
    pub action: ShareAction,
    /// How far it has come.
    pub status: ShareStatus,
    /// When it was asked for.
    pub created_at: Time,
}

/// Why a share operation did not reach an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountError {
    /// The name of an exception, as clients match on it.
    pub error: String,
    /// For people. It names no account, so that accounts with the same error are told of together.
    pub message: String,
}

impl AccountError {
    /// Observed: reported for an account that another organization share of the portfolio reaches already. Clients
    /// treat it as harmless, and the account sees the portfolio all the same.
    pub fn duplicate(portfolio: &PortfolioId) -> Self {
        Self {
            error: "DuplicateResourceException".to_owned(),
            message: format!(
                "Portfolio {portfolio} is already shared with the account through its organization."
            ),
        }
    }

    /// Ours: AWS does not say how it reports an account that is closed. The state of the account is in the way.
    pub fn suspended() -> Self {
        Self {
            error: "InvalidStateException".to_owned(),
            message: "The account is suspended.".to_owned(),
        }
    }
}

/// Ids of accounts, one after the other without separators: twelve bytes each, so that a million take twelve megabytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountIds(String);

/// Text that is not made of account ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a list of account ids")]
pub struct InvalidAccountIds;

impl AccountIds {
    /// How long each id is.
    pub const ID_BYTES: usize = 12;

    /// Adds `id` at the end.
    pub fn push(&mut self, id: &AccountId) {
        self.0.push_str(id.as_str());
    }

    /// Adds the ids that `text` consists of.
    pub fn push_all(&mut self, text: &str) -> Result<(), InvalidAccountIds> {
        let is_ids = text.len().is_multiple_of(Self::ID_BYTES) && text.bytes().all(|it| it.is_ascii_digit());
        if !is_ids {
            return Err(InvalidAccountIds);
        }
        self.0.push_str(text);
        Ok(())
    }

    /// Makes room for `ids` more.
    pub fn reserve(&mut self, ids: usize) {
        self.0.reserve_exact(ids * Self::ID_BYTES);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len() / Self::ID_BYTES
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first of them as text, if there is one.
    pub fn first(&self) -> Option<&str> {
        self.0.get(..Self::ID_BYTES)
    }

    /// All of them, without separators.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Each of them as text, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| &self.0[at * Self::ID_BYTES..(at + 1) * Self::ID_BYTES])
    }
}

impl From<AccountIds> for String {
    fn from(ids: AccountIds) -> Self {
        ids.0
    }
}

impl<'a> FromIterator<&'a AccountId> for AccountIds {
    fn from_iter<T: IntoIterator<Item = &'a AccountId>>(ids: T) -> Self {
        let mut all = Self::default();
        ids.into_iter().for_each(|id| all.push(id));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_ids_are_kept_without_separators_and_come_back_one_by_one() {
        let ids = ["101010101010", "202020202020"].map(|it| AccountId::parse(it).unwrap());
        let mut all: AccountIds = ids.iter().collect();
        assert_eq!(all.as_str(), "101010101010202020202020");
        all.push_all("303030303030").unwrap();
        assert_eq!(
            all.iter().collect::<Vec<_>>(),
            ["101010101010", "202020202020", "303030303030"]
        );
        assert_eq!((all.len(), all.first()), (3, Some("101010101010")));
        assert_eq!(all.push_all("40404040404"), Err(InvalidAccountIds));
        assert_eq!(all.push_all("40404040404a"), Err(InvalidAccountIds));
        assert_eq!(AccountIds::default().first(), None);
    }
}
