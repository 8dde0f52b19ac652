//! Quotas, delays and retention: configuration, with AWS's documented defaults.

use std::time::Duration;

use domain::PolicyType;

/// What the service allows, and how long it takes. Times are real time.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Portfolios per account and region. Source: Service Catalog quotas.
    pub portfolios_max: i64,
    /// Accounts a portfolio is shared with one by one. Source: Service Catalog quotas.
    pub shared_accounts_max: i64,
    /// Tags on a portfolio. Source: Service Catalog quotas.
    pub portfolio_tags_max: usize,
    /// Units per organization. Source: Organizations quotas.
    pub units_max: i64,
    /// Service control policies per organization. Source: Organizations quotas.
    pub service_control_policies_max: i64,
    /// Policies of any other type per organization. Source: Organizations quotas.
    pub other_policies_max: i64,
    /// Service control policies attached to one root, unit or account, and as many resource control policies; AWS's own
    /// count. Source: Organizations quotas.
    pub control_policies_per_target_max: usize,
    /// Policies of any other type attached to one root, unit or account. Source: Organizations quotas. Ours: for the two
    /// types that have five there, too.
    pub other_policies_per_target_max: usize,
    /// Tags on a root, unit, account, policy or resource policy. Source: Organizations quotas.
    pub organization_tags_max: usize,
    /// Delegated administrators per organization and service. Source: Service Catalog quotas.
    pub delegated_administrators_max: usize,
    /// How long after acceptance the creation of an account is carried out. Ours: at once.
    pub account_creation_delay: Duration,
    /// Accounts per organization, closed ones too, with those it invited. Ours: any number, which nobody has to ask for.
    pub organization_accounts_max: Option<i64>,
    /// How long a handshake can be answered. Source: Organizations quotas.
    pub handshake_lifetime: Duration,
    /// How long a handshake can be read after it ended. Source: DescribeHandshake.
    pub handshake_retention: Duration,
    /// How long an account is PENDING_CLOSURE before it is closed. Ours: not at all.
    pub account_closing_delay: Duration,
    /// How long a created account has to wait before it may leave its organization. AWS: four days. Ours: nothing, so
    /// that what a test makes can be taken down again.
    pub leaving_wait: Duration,
    /// Whether a created account may not leave because it has no payment method of its own. Ours: it may, because
    /// nobody pays here.
    pub leaving_needs_payment_method: bool,
    /// How long after acceptance a share operation starts. Ours: at once.
    pub share_operation_delay: Duration,
    /// Accounts that a job visits in one step, and so in one transaction. Ours: a few milliseconds' worth, so that
    /// requests hardly wait behind it.
    pub step_accounts_max: i64,
    /// How long a worker may take for a step of a job before another one takes over, in case it is gone. Ours: longer
    /// than any store takes to fail over.
    pub job_lease: Duration,
    /// How long what became of each account is remembered after a share operation ended. Ours: for ever. Its token can
    /// be followed as long as its portfolio lives, whatever is forgotten.
    pub share_outcome_retention: Option<Duration>,
    /// How long an idempotency token is remembered. Ours: AWS does not say.
    pub idempotency_retention: Duration,
    /// How far a request's time may be from ours. Source: Signature Version 4.
    pub clock_skew_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            portfolios_max: 100,
            shared_accounts_max: 5_000,
            portfolio_tags_max: 20,
            units_max: 1_000,
            service_control_policies_max: 10_000,
            other_policies_max: 1_000,
            control_policies_per_target_max: 5,
            other_policies_per_target_max: 10,
            organization_tags_max: 50,
            delegated_administrators_max: 50,
            account_creation_delay: Duration::ZERO,
            organization_accounts_max: None,
            handshake_lifetime: Duration::from_hours(15 * 24),
            handshake_retention: Duration::from_hours(30 * 24),
            account_closing_delay: Duration::ZERO,
            leaving_wait: Duration::ZERO,
            leaving_needs_payment_method: false,
            share_operation_delay: Duration::ZERO,
            step_accounts_max: 1_000,
            job_lease: Duration::from_secs(30),
            share_outcome_retention: None,
            idempotency_retention: Duration::from_hours(24),
            clock_skew_max: Duration::from_mins(5),
        }
    }
}

impl Limits {
    /// Policies of a type that an organization may make.
    pub(crate) fn policies_max(&self, policy_type: PolicyType) -> i64 {
        match policy_type {
            PolicyType::ServiceControl => self.service_control_policies_max,
            _ => self.other_policies_max,
        }
    }

    /// Policies of a type that may be attached to one root, unit or account.
    pub(crate) fn policies_per_target_max(&self, policy_type: PolicyType) -> usize {
        if policy_type.is_made_of_statements() {
            self.control_policies_per_target_max
        } else {
            self.other_policies_per_target_max
        }
    }
}
