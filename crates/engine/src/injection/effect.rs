//! What a rule does.
//!
//! Effects are of two sorts: those on requests, and those on share operations, which are carried out after their request.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use domain::{AccountError, AccountId, UnitId};
use serde::{Deserialize, Serialize};

use super::rule::{InvalidRule, ids, seconds};
use super::share_operations::ChosenAccounts;

/// What a rule does, as somebody gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultEffect {
    /// The request is refused with `ThrottlingException`.
    Throttle {
        /// Only what goes beyond so many requests a second, for each account by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        per_second: Option<f64>,
    },
    /// The request is answered with an error.
    Respond {
        /// The HTTP status, 400 to 599.
        status: u16,
        /// The name of the error; one that fits a 5xx status if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        /// The message; one that says that it was provoked if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        /// Whether the request is carried out first. The client cannot tell.
        #[serde(default)]
        after_commit: bool,
    },
    /// The connection is cut without an answer.
    Cut {
        /// Whether the request is carried out first. The client cannot tell.
        #[serde(default)]
        after_commit: bool,
    },
    /// The request waits, then goes on.
    Delay {
        /// How long, in real time.
        seconds: f64,
    },
    /// The share operation takes its time, by the server's clock.
    DelayShare {
        /// From its request to its start; it is `NOT_STARTED` until then.
        #[serde(default)]
        before_seconds: f64,
        /// For each account, from its start on.
        #[serde(default)]
        per_account_seconds: f64,
    },
    /// The share operation fails for some accounts: those that are named by id or by unit, all if none are named; of them
    /// as many as `percent` says, and of those the first `count` by id.
    FailAccounts {
        /// Accounts, by id.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        accounts: Vec<String>,
        /// Accounts below these units.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        units: Vec<String>,
        /// How many of them, about: each account is in or out by its id and `seed` alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        percent: Option<f64>,
        /// Another seed chooses others.
        #[serde(default)]
        seed: u64,
        /// How many at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        count: Option<u64>,
        /// The name of the error; one that fits most if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        /// The message; one that says that it was provoked if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// The share operation stays `IN_PROGRESS` until it is released.
    HoldShare {
        /// How many accounts are visited before.
        #[serde(default)]
        after_accounts: u64,
    },
    /// The share operation ends with `ERROR` and visits no account. The share itself is there.
    FailShare {},
}

/// The same, checked.
pub(super) enum Effect {
    Request(RequestEffect),
    Share(ShareEffect),
}

pub(super) enum RequestEffect {
    ThrottleAll,
    ThrottleBeyond { per_second: f64 },
    Respond(Response),
    Cut(Moment),
    Delay(Duration),
}

/// An error that a request is answered with.
#[derive(Clone)]
pub(super) struct Response {
    pub(super) status: u16,
    /// One of ours, or one that somebody chose.
    pub(super) error: Cow<'static, str>,
    pub(super) message: String,
    pub(super) moment: Moment,
}

/// When something happens to a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    BeforeCommit,
    AfterCommit,
}

pub(super) enum ShareEffect {
    Delay { before: Duration, per_account: Duration },
    FailAccounts(Arc<ChosenAccounts>),
    HoldAfter(u64),
    Fail,
}

impl Effect {
    pub(super) fn of(given: &FaultEffect) -> Result<Self, InvalidRule> {
        Ok(match given {
            FaultEffect::Throttle { per_second } => Self::Request(throttle(*per_second)?),
            FaultEffect::Respond {
                status,
                error,
                message,
                after_commit,
            } => Self::Request(RequestEffect::Respond(Response {
                status: checked_status(*status)?,
                error: error_of(*status, error.as_deref())?,
                message: message_of(message.as_deref())?,
                moment: Moment::of(*after_commit),
            })),
            FaultEffect::Cut { after_commit } => Self::Request(RequestEffect::Cut(Moment::of(*after_commit))),
            FaultEffect::Delay { seconds: delay } => {
                Self::Request(RequestEffect::Delay(seconds("delay: seconds", *delay)?))
            }
            FaultEffect::DelayShare {
                before_seconds,
                per_account_seconds,
            } => Self::Share(delay_share(*before_seconds, *per_account_seconds)?),
            FaultEffect::FailAccounts {
                accounts,
                units,
                percent,
                seed,
                count,
                error,
                message,
            } => {
                let error = AccountError {
                    error: checked_error(error.as_deref().unwrap_or("InvalidStateException"))?,
                    message: message_of(message.as_deref())?,
                };
                if accounts.is_empty() && units.is_empty() && percent.is_none() && count.is_none() {
                    return Err(InvalidRule::new(
                        "fail_accounts: accounts, units, percent or count says which; percent 100 is all of them",
                    ));
                }
                Self::Share(ShareEffect::FailAccounts(Arc::new(ChosenAccounts {
                    accounts: ids("fail_accounts: accounts", accounts, AccountId::parse)?,
                    units: ids("fail_accounts: units", units, UnitId::parse)?,
                    percent: checked_percent(percent.unwrap_or(100.0))?,
                    seed: *seed,
                    accounts_max: *count,
                    error,
                })))
            }
            FaultEffect::HoldShare { after_accounts } => Self::Share(ShareEffect::HoldAfter(*after_accounts)),
            FaultEffect::FailShare {} => Self::Share(ShareEffect::Fail),
        })
    }
}

impl Moment {
    fn of(after_commit: bool) -> Self {
        if after_commit {
            Self::AfterCommit
        } else {
            Self::BeforeCommit
        }
    }
}

fn throttle(per_second: Option<f64>) -> Result<RequestEffect, InvalidRule> {
    match per_second {
        None => Ok(RequestEffect::ThrottleAll),
        Some(per_second) if per_second.is_finite() && per_second > 0.0 => {
            Ok(RequestEffect::ThrottleBeyond { per_second })
        }
        Some(per_second) => Err(InvalidRule::new(format!(
            "throttle: per_second: {per_second} is not a rate; without it each request is refused"
        ))),
    }
}

fn delay_share(before: f64, per_account: f64) -> Result<ShareEffect, InvalidRule> {
    let before = seconds("delay_share: before_seconds", before)?;
    let per_account = seconds("delay_share: per_account_seconds", per_account)?;
    if before.is_zero() && per_account.is_zero() {
        return Err(InvalidRule::new(
            "delay_share: before_seconds or per_account_seconds says how long",
        ));
    }
    Ok(ShareEffect::Delay { before, per_account })
}

fn checked_percent(percent: f64) -> Result<f64, InvalidRule> {
    if (0.0..=100.0).contains(&percent) {
        return Ok(percent);
    }
    Err(InvalidRule::new(format!(
        "fail_accounts: percent: {percent} is not between 0 and 100"
    )))
}

fn checked_status(status: u16) -> Result<u16, InvalidRule> {
    if (400..600).contains(&status) {
        return Ok(status);
    }
    Err(InvalidRule::new(format!(
        "respond: status: {status} is not the status of an error, 400 to 599"
    )))
}

/// Source: the common errors of AWS's services, for what a server's failures are called.
fn error_of(status: u16, error: Option<&str>) -> Result<Cow<'static, str>, InvalidRule> {
    match (status, error) {
        (_, Some(error)) => checked_error(error).map(Cow::Owned),
        (503, None) => Ok(Cow::Borrowed("ServiceUnavailable")),
        (500.., None) => Ok(Cow::Borrowed("InternalFailure")),
        (_, None) => Err(InvalidRule::new(format!(
            "respond: error: status {status} needs the name of the error"
        ))),
    }
}

/// Ours: names have the form that AWS's have, so that no protocol has trouble with them.
fn checked_error(name: &str) -> Result<String, InvalidRule> {
    let is_name = name.len() <= 128
        && name.starts_with(|it: char| it.is_ascii_alphabetic())
        && name
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || "._-".contains(it));
    if is_name {
        return Ok(name.to_owned());
    }
    Err(InvalidRule::new(format!(
        "error: '{name}' is not the name of an error: up to 128 letters and digits"
    )))
}

/// Ours: one that nobody takes for AWS's.
fn message_of(message: Option<&str>) -> Result<String, InvalidRule> {
    let message = message.unwrap_or("This error was provoked by a fault rule.");
    // The last two have no place in XML.
    let is_odd = |it: char| it.is_control() || matches!(it, '\u{fffe}' | '\u{ffff}');
    if message.len() <= 1024 && !message.chars().any(is_odd) {
        return Ok(message.to_owned());
    }
    Err(InvalidRule::new("message: it is one line of up to 1,024 bytes"))
}
