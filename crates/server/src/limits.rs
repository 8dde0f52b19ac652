//! The table `[limits]` of the configuration file: the engine's limits, under names that say their units.
//!
//! Invariant: every limit of the engine is here, leaving one out here does not compile; and no value gets through with
//! which the engine could not work. Deliberately absent: the defaults, which are the engine's.

use std::time::Duration;

use engine::Limits;
use serde::{Deserialize, Serialize};

/// What `[limits]` may hold. What it leaves out keeps its default.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct LimitsTable {
    portfolios_max: Quota,
    shared_accounts_max: Quota,
    portfolio_tags_max: usize,
    units_max: Quota,
    service_control_policies_max: Quota,
    other_policies_max: Quota,
    control_policies_per_target_max: usize,
    other_policies_per_target_max: usize,
    organization_tags_max: usize,
    delegated_administrators_max: usize,
    account_creation_delay_seconds: Seconds,
    organization_accounts_max: Option<Quota>,
    handshake_lifetime_seconds: Seconds,
    handshake_retention_seconds: Seconds,
    account_closing_delay_seconds: Seconds,
    leaving_wait_seconds: Seconds,
    leaving_needs_payment_method: bool,
    share_operation_delay_seconds: Seconds,
    step_accounts_max: StepAccounts,
    job_lease_seconds: LeaseSeconds,
    share_outcome_retention_seconds: Option<Seconds>,
    idempotency_retention_seconds: Seconds,
    clock_skew_max_seconds: Seconds,
}

impl Default for LimitsTable {
    fn default() -> Self {
        let Limits {
            portfolios_max,
            shared_accounts_max,
            portfolio_tags_max,
            units_max,
            service_control_policies_max,
            other_policies_max,
            control_policies_per_target_max,
            other_policies_per_target_max,
            organization_tags_max,
            delegated_administrators_max,
            account_creation_delay,
            organization_accounts_max,
            handshake_lifetime,
            handshake_retention,
            account_closing_delay,
            leaving_wait,
            leaving_needs_payment_method,
            share_operation_delay,
            step_accounts_max,
            job_lease,
            share_outcome_retention,
            idempotency_retention,
            clock_skew_max,
        } = Limits::default();
        Self {
            portfolios_max: Quota(portfolios_max),
            shared_accounts_max: Quota(shared_accounts_max),
            portfolio_tags_max,
            units_max: Quota(units_max),
            service_control_policies_max: Quota(service_control_policies_max),
            other_policies_max: Quota(other_policies_max),
            control_policies_per_target_max,
            other_policies_per_target_max,
            organization_tags_max,
            delegated_administrators_max,
            account_creation_delay_seconds: Seconds(account_creation_delay),
            organization_accounts_max: organization_accounts_max.map(Quota),
            handshake_lifetime_seconds: Seconds(handshake_lifetime),
            handshake_retention_seconds: Seconds(handshake_retention),
            account_closing_delay_seconds: Seconds(account_closing_delay),
            leaving_wait_seconds: Seconds(leaving_wait),
            leaving_needs_payment_method,
            share_operation_delay_seconds: Seconds(share_operation_delay),
            step_accounts_max: StepAccounts(step_accounts_max),
            job_lease_seconds: LeaseSeconds(job_lease),
            share_outcome_retention_seconds: share_outcome_retention.map(Seconds),
            idempotency_retention_seconds: Seconds(idempotency_retention),
            clock_skew_max_seconds: Seconds(clock_skew_max),
        }
    }
}

impl LimitsTable {
    /// The limits as the engine takes them.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            portfolios_max: self.portfolios_max.0,
            shared_accounts_max: self.shared_accounts_max.0,
            portfolio_tags_max: self.portfolio_tags_max,
            units_max: self.units_max.0,
            service_control_policies_max: self.service_control_policies_max.0,
            other_policies_max: self.other_policies_max.0,
            control_policies_per_target_max: self.control_policies_per_target_max,
            other_policies_per_target_max: self.other_policies_per_target_max,
            organization_tags_max: self.organization_tags_max,
            delegated_administrators_max: self.delegated_administrators_max,
            account_creation_delay: self.account_creation_delay_seconds.0,
            organization_accounts_max: self.organization_accounts_max.map(|it| it.0),
            handshake_lifetime: self.handshake_lifetime_seconds.0,
            handshake_retention: self.handshake_retention_seconds.0,
            account_closing_delay: self.account_closing_delay_seconds.0,
            leaving_wait: self.leaving_wait_seconds.0,
            leaving_needs_payment_method: self.leaving_needs_payment_method,
            share_operation_delay: self.share_operation_delay_seconds.0,
            step_accounts_max: self.step_accounts_max.0,
            job_lease: self.job_lease_seconds.0,
            share_outcome_retention: self.share_outcome_retention_seconds.map(|it| it.0),
            idempotency_retention: self.idempotency_retention_seconds.0,
            clock_skew_max: self.clock_skew_max_seconds.0,
        }
    }
}

/// A length of time, written as a number of seconds: `90`, `0.25`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
struct Seconds(Duration);

impl TryFrom<f64> for Seconds {
    type Error = String;

    fn try_from(seconds: f64) -> Result<Self, Self::Error> {
        let duration = Duration::try_from_secs_f64(seconds);
        duration
            .map(Self)
            .map_err(|_| format!("{seconds} is not a length of time in seconds"))
    }
}

impl From<Seconds> for f64 {
    fn from(it: Seconds) -> Self {
        it.0.as_secs_f64()
    }
}

/// How many of something there may be: none is a number, too.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
struct Quota(i64);

impl TryFrom<i64> for Quota {
    type Error = String;

    fn try_from(count: i64) -> Result<Self, Self::Error> {
        at_least(0, count).map(Self)
    }
}

impl From<Quota> for i64 {
    fn from(it: Quota) -> Self {
        it.0
    }
}

/// How many accounts a step visits: with none, no job would ever end.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
struct StepAccounts(i64);

impl TryFrom<i64> for StepAccounts {
    type Error = String;

    fn try_from(count: i64) -> Result<Self, Self::Error> {
        at_least(1, count).map(Self)
    }
}

impl From<StepAccounts> for i64 {
    fn from(it: StepAccounts) -> Self {
        it.0
    }
}

fn at_least(least: i64, count: i64) -> Result<i64, String> {
    if count < least {
        return Err(format!("{count} is less than {least}"));
    }
    Ok(count)
}

/// A lease, in seconds. Ours: one second at least, so that a worker that is only slow does not lose its job all the time.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
struct LeaseSeconds(Duration);

impl TryFrom<f64> for LeaseSeconds {
    type Error = String;

    fn try_from(seconds: f64) -> Result<Self, Self::Error> {
        let Seconds(duration) = Seconds::try_from(seconds)?;
        if duration < Duration::from_secs(1) {
            return Err(format!("{seconds} is less than 1"));
        }
        Ok(Self(duration))
    }
}

impl From<LeaseSeconds> for f64 {
    fn from(it: LeaseSeconds) -> Self {
        it.0.as_secs_f64()
    }
}
