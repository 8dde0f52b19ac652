//! Rules as they are given, as they are shown, and as they were checked.
//!
//! Invariant: a [`Rule`] is made of a [`FaultRule`] in which nothing is wrong. What is given is kept as it was, to be
//! shown again.

use std::time::Duration;

use domain::InvalidId;
use serde::{Deserialize, Serialize};

use super::effect::{Effect, FaultEffect};
use super::scope::Scope;

/// A rule, as somebody gives it: what happens, to whom, how often and how long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// What happens.
    pub effect: FaultEffect,
    /// The accounts whose requests, and the share operations of whose portfolios, it happens to; every account if there
    /// are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// The operations that it happens to, as AWS names them: `DescribePortfolio`, or `servicecatalog:DescribePortfolio`
    /// where several services have the name; every operation if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<String>,
    /// The portfolios that a request or share operation must be about; any or none if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub portfolios: Vec<String>,
    /// How many requests, or share operations, it lets pass before it happens to any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip: Option<u64>,
    /// Of those after them, it happens to each `every`th only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// How many requests, or share operations, it happens to; any number if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// For how long after it was given it holds, in seconds of real time; until it is cleared if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_seconds: Option<f64>,
}

/// A rule that was given, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptRule {
    /// What it is cleared by.
    pub id: String,
    /// The rule, as it was given.
    #[serde(flatten)]
    pub rule: FaultRule,
    /// Whether it still holds.
    pub state: FaultState,
    /// How many requests, or share operations, it has happened to.
    pub fired: u64,
    /// The tokens of the share operations that it holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holding: Vec<String>,
}

/// Whether a rule still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultState {
    /// It does.
    Active,
    /// It has happened as often as it should.
    Spent,
    /// Its time is over.
    Expired,
}

impl FaultState {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Spent => "spent",
            Self::Expired => "expired",
        }
    }
}

/// What is wrong with a rule, for whoever gave it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidRule(String);

impl InvalidRule {
    pub(super) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

/// There is no rule with this id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule {0}")]
pub struct UnknownRule(pub String);

/// A rule in which nothing is wrong.
pub(super) struct Rule {
    pub(super) effect: Effect,
    pub(super) scope: Scope,
    pub(super) skip: u64,
    pub(super) every: u64,
    pub(super) times: Option<u64>,
    pub(super) lasts: Option<Duration>,
}

impl Rule {
    pub(super) fn of(given: &FaultRule) -> Result<Self, InvalidRule> {
        if given.times == Some(0) {
            return Err(InvalidRule::new("times: a rule happens at least once"));
        }
        if given.for_seconds == Some(0.0) {
            return Err(InvalidRule::new("for_seconds: a rule holds for some time"));
        }
        if given.every == Some(0) {
            return Err(InvalidRule::new("every: 0 is never; 1 is each one"));
        }
        let effect = Effect::of(&given.effect)?;
        let lasts = given
            .for_seconds
            .map(|it| seconds("for_seconds", it))
            .transpose()?;
        Ok(Self {
            scope: Scope::of(given, &effect)?,
            effect,
            skip: given.skip.unwrap_or(0),
            every: given.every.unwrap_or(1),
            times: given.times,
            lasts,
        })
    }
}

/// `texts` as ids.
pub(super) fn ids<T, C: FromIterator<T>>(
    name: &str,
    texts: &[String],
    parse: fn(String) -> Result<T, InvalidId>,
) -> Result<C, InvalidRule> {
    let ids: Result<C, InvalidId> = texts.iter().cloned().map(parse).collect();
    ids.map_err(|it| InvalidRule::new(format!("{name}: {it}")))
}

/// The longest time that a rule may speak of. Ours: nobody waits for longer than a year.
const SECONDS_MAX: f64 = 366.0 * 24.0 * 60.0 * 60.0;

/// `seconds` as a length of time.
pub(super) fn seconds(name: &str, seconds: f64) -> Result<Duration, InvalidRule> {
    if !(0.0..=SECONDS_MAX).contains(&seconds) {
        return Err(InvalidRule::new(format!(
            "{name}: {seconds} is not a length of time in seconds, of up to a year"
        )));
    }
    Ok(Duration::from_secs_f64(seconds))
}
