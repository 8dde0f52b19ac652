//! What stands in a file about one account or one unit, and the rules that each alone must keep.

use domain::{AccountId, AccountState, InvalidId, JoinedMethod, OrganizationId, RootId, UnitId};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// An account, with the members that `aws organizations list-accounts` prints.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AccountEntry {
    pub(super) id: Option<Id<AccountId>>,
    pub(super) name: String,
    pub(super) email: Option<String>,
    state: Option<State>,
    status: Option<State>,
    #[serde(rename = "Arn")]
    _arn: Option<IgnoredAny>,
    #[serde(rename = "Paths")]
    _paths: Option<IgnoredAny>,
    joined_method: Option<Joined>,
    #[serde(rename = "JoinedTimestamp")]
    _joined_timestamp: Option<IgnoredAny>,
}

/// The states that AWS tells of. An account that is being closed is loaded as closed, which it would be soon, and one that
/// is being activated as active.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum State {
    PendingActivation,
    Active,
    Suspended,
    PendingClosure,
    Closed,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Joined {
    Invited,
    Created,
}

impl AccountEntry {
    /// `State`, and where an older client wrote the file, `Status`.
    pub(super) fn state(&self) -> AccountState {
        match self.state.or(self.status) {
            None | Some(State::Active | State::PendingActivation) => AccountState::Active,
            Some(State::Suspended) => AccountState::Suspended,
            Some(State::PendingClosure | State::Closed) => AccountState::Closed,
        }
    }

    /// `JoinedMethod`; without it, the account counts as made by its organization.
    pub(super) fn joined_method(&self) -> JoinedMethod {
        match self.joined_method {
            Some(Joined::Invited) => JoinedMethod::Invited,
            Some(Joined::Created) | None => JoinedMethod::Created,
        }
    }

    /// What is wrong with it, if anything is.
    ///
    /// Source: Organizations model, `AccountName` and `Email`.
    pub(super) fn fault(&self) -> Option<String> {
        if let Some(fault) = fault_of_name("an account", &self.name) {
            return Some(fault);
        }
        let email = self.email.as_deref()?;
        (!is_email(email)).then(|| format!("'{email}' is not an email address of 6 to 64 characters"))
    }
}

/// What is wrong with the name of `thing`, if anything is. Source: Organizations model, `AccountName` and
/// `OrganizationalUnitName`.
pub(super) fn fault_of_name(thing: &str, name: &str) -> Option<String> {
    let fits = (1..=128).contains(&name.chars().count()) && !name.contains(char::is_control);
    (!fits).then(|| format!("the name of {thing} has 1 to 128 characters, and no control characters"))
}

fn is_email(text: &str) -> bool {
    let is_word = |it: &str| !it.is_empty() && !it.contains(|it: char| it == '@' || it.is_whitespace());
    let domain = |it: &str| {
        it.rsplit_once('.')
            .is_some_and(|(name, top)| is_word(name) && is_word(top))
    };
    (6..=64).contains(&text.len())
        && !text.contains(char::is_control)
        && text
            .split_once('@')
            .is_some_and(|(mailbox, host)| is_word(mailbox) && domain(host))
}

/// An id of one kind.
#[derive(Deserialize)]
#[serde(try_from = "String")]
#[serde(bound = "T: FileId")]
pub(super) struct Id<T>(pub(super) T);

/// A kind of id that a file may give.
pub(super) trait FileId: Sized {
    fn read(text: String) -> Result<Self, InvalidId>;
}

impl<T: FileId> TryFrom<String> for Id<T> {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        T::read(text).map(Self)
    }
}

macro_rules! parsed {
    ($($id:ident),+) => {
        $(impl FileId for $id {
            fn read(text: String) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        })+
    };
}

parsed!(AccountId, OrganizationId, RootId, UnitId);
