//! Between columns and domain types. A column that does not hold what it should is a broken store, never a caller's
//! mistake.

use std::fmt::Display;

use domain::{
    AccessKeyId, AccountId, AccountState, CreateAccountRequestId, CreationState, HandshakeAction,
    HandshakeId, HandshakeState, InvalidId, JobId, JoinedMethod, OrganizationId, ParentId, PolicyId,
    PolicyType, PortfolioId, Region, ResourcePolicyId, RootId, ShareAction, ShareKind, ShareStatus,
    ShareToken, TargetId, Time, UnitId,
};
use smol_str::SmolStr;

use crate::{Kind, Row, StoreError, ToValue, Value};

/// The id in column `at`.
pub(super) fn id<T>(
    row: &dyn Row,
    at: usize,
    parse: fn(SmolStr) -> Result<T, InvalidId>,
) -> Result<T, StoreError> {
    parse(row.text(at)?.into()).map_err(broken)
}

/// The id in column `at`, if there is one.
pub(super) fn maybe_id<T>(
    row: &dyn Row,
    at: usize,
    parse: fn(SmolStr) -> Result<T, InvalidId>,
) -> Result<Option<T>, StoreError> {
    row.maybe_text(at)?
        .map(|text| parse(text.into()).map_err(broken))
        .transpose()
}

/// The name in column `at`.
pub(super) fn name<T>(row: &dyn Row, at: usize, from_name: fn(&str) -> Option<T>) -> Result<T, StoreError> {
    let text = row.text(at)?;
    from_name(text).ok_or_else(|| broken(format_args!("unknown name '{text}'")))
}

/// The time in column `at`.
pub(super) fn time(row: &dyn Row, at: usize) -> Result<Time, StoreError> {
    row.integer(at).map(Time::from_microseconds)
}

/// The text in column `at`, if there is one.
pub(super) fn maybe_text(row: &dyn Row, at: usize) -> Result<Option<String>, StoreError> {
    Ok(row.maybe_text(at)?.map(str::to_owned))
}

pub(super) fn broken(what: impl Display) -> StoreError {
    StoreError::corrupt(what.to_string())
}

/// Domain types that a statement takes as they are.
macro_rules! columns {
    ($($type:ty),+ => $kind:ident($it:ident: $as:expr)) => {$(
        impl ToValue for $type {
            const KIND: Kind = Kind::$kind;

            fn to_value(&self) -> Value<'_> {
                let $it = self;
                Value::$kind($as)
            }
        }
    )+};
}

columns! {
    AccessKeyId, AccountId, CreateAccountRequestId, HandshakeId, JobId, OrganizationId, ParentId, PolicyId,
    PortfolioId, ResourcePolicyId, RootId, ShareToken, TargetId, UnitId, Region => Text(it: it.as_str())
}
columns! {
    AccountState, CreationState, HandshakeAction, HandshakeState, JoinedMethod, PolicyType, ShareAction, ShareKind,
    ShareStatus => Text(it: it.name())
}
columns! { Time => Integer(it: it.microseconds()) }
