//! Amazon Resource Names of the things we keep.

use std::fmt;

use crate::{
    AccountId, CreateAccountRequestId, HandshakeId, OrganizationId, Partition, PolicyId, PolicyType,
    PortfolioId, Region, ResourcePolicyId, RootId, UnitId,
};

/// An ARN.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Arn(String);

impl Arn {
    /// Observed: portfolios are in the namespace `catalog`, with the owner's account, whoever asks.
    pub fn portfolio(owner: &AccountId, region: &Region, portfolio: &PortfolioId) -> Self {
        Self(format!(
            "arn:{}:catalog:{region}:{owner}:portfolio/{portfolio}",
            region.partition()
        ))
    }

    /// Source: Organizations model. The account of every ARN is the management account.
    pub fn organization(partition: Partition, management: &AccountId, organization: &OrganizationId) -> Self {
        Self(format!(
            "arn:{partition}:organizations::{management}:organization/{organization}"
        ))
    }

    /// The root of an organization.
    pub fn root(
        partition: Partition,
        management: &AccountId,
        organization: &OrganizationId,
        root: &RootId,
    ) -> Self {
        Self(format!(
            "arn:{partition}:organizations::{management}:root/{organization}/{root}"
        ))
    }

    /// A unit of an organization.
    pub fn unit(
        partition: Partition,
        management: &AccountId,
        organization: &OrganizationId,
        unit: &UnitId,
    ) -> Self {
        Self(format!(
            "arn:{partition}:organizations::{management}:ou/{organization}/{unit}"
        ))
    }

    /// An account of an organization.
    pub fn account(
        partition: Partition,
        management: &AccountId,
        organization: &OrganizationId,
        account: &AccountId,
    ) -> Self {
        Self(format!(
            "arn:{partition}:organizations::{management}:account/{organization}/{account}"
        ))
    }

    /// A policy that an organization made. Source: Organizations model, `PolicyArn`: the type is in lower case.
    pub fn policy(
        partition: Partition,
        management: &AccountId,
        organization: &OrganizationId,
        policy_type: PolicyType,
        policy: &PolicyId,
    ) -> Self {
        let policy_type = policy_type.name().to_ascii_lowercase();
        Self(format!(
            "arn:{partition}:organizations::{management}:policy/{organization}/{policy_type}/{policy}"
        ))
    }

    /// A policy of AWS's own.
    pub fn aws_policy(partition: Partition, policy_type: PolicyType, policy: &PolicyId) -> Self {
        let policy_type = policy_type.name().to_ascii_lowercase();
        Self(format!(
            "arn:{partition}:organizations::aws:policy/{policy_type}/{policy}"
        ))
    }

    /// The resource policy of an organization.
    pub fn resource_policy(
        partition: Partition,
        management: &AccountId,
        organization: &OrganizationId,
        policy: &ResourcePolicyId,
    ) -> Self {
        Self(format!(
            "arn:{partition}:organizations::{management}:resourcepolicy/{organization}/{policy}"
        ))
    }

    /// A handshake of an organization. `action` is in lower case.
    pub fn handshake(
        partition: Partition,
        management: &AccountId,
        organization: &OrganizationId,
        action: &str,
        handshake: &HandshakeId,
    ) -> Self {
        Self(format!(
            "arn:{partition}:organizations::{management}:handshake/{organization}/{action}/{handshake}"
        ))
    }

    /// A request to create an account, as the resource of an authorization.
    pub fn create_account_request(
        partition: Partition,
        management: &AccountId,
        request: &CreateAccountRequestId,
    ) -> Self {
        Self(format!(
            "arn:{partition}:organizations::{management}:create-account-request/{request}"
        ))
    }

    /// An IAM user. `path` starts and ends with a slash.
    pub fn user(partition: Partition, account: &AccountId, path: &str, name: &str) -> Self {
        Self(format!("arn:{partition}:iam::{account}:user{path}{name}"))
    }

    /// An IAM role. `path` starts and ends with a slash.
    pub fn role(partition: Partition, account: &AccountId, path: &str, name: &str) -> Self {
        Self(format!("arn:{partition}:iam::{account}:role{path}{name}"))
    }

    /// A session of an assumed role.
    pub fn assumed_role(partition: Partition, account: &AccountId, role: &str, session: &str) -> Self {
        Self(format!(
            "arn:{partition}:sts::{account}:assumed-role/{role}/{session}"
        ))
    }

    /// The root user of an account.
    pub fn account_root(partition: Partition, account: &AccountId) -> Self {
        Self(format!("arn:{partition}:iam::{account}:root"))
    }

    /// Any resource of an account in a region: what an authorization names where an operation has no single resource.
    pub fn any_in_catalog(account: &AccountId, region: &Region) -> Self {
        Self(format!("arn:{}:catalog:{region}:{account}:*", region.partition()))
    }

    /// Every resource.
    pub fn any() -> Self {
        Self("*".to_owned())
    }

    /// The ARN as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Arn> for String {
    fn from(arn: Arn) -> Self {
        arn.0
    }
}
