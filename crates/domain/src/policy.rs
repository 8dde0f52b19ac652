//! Policies of an organization: documents of a type, attached to its root, units and accounts.
//!
//! Deliberately absent: what a document says. To the rules here it is text.

use std::fmt;

use crate::share::names;
use crate::{AccountId, Arn, OrganizationId, Partition, PolicyId, ResourcePolicyId, TargetId, Time};

/// What a policy is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyType {
    /// What accounts may do at most.
    ServiceControl,
    /// What may be done to the accounts' resources at most.
    ResourceControl,
    /// How resources are tagged.
    Tag,
    /// What is backed up.
    Backup,
    /// Which AI services may keep content.
    AiServicesOptOut,
    /// What chat applications may do.
    Chatbot,
    /// How EC2 is configured.
    DeclarativeEc2,
    /// How Security Hub is configured.
    SecurityHub,
    /// How Security Hub CSPM is configured.
    SecurityHubCspm,
    /// How Inspector is configured.
    Inspector,
    /// When upgrades roll out.
    UpgradeRollout,
    /// How Bedrock is configured.
    Bedrock,
    /// How S3 is configured.
    S3,
    /// How the network security director is configured.
    NetworkSecurityDirector,
    /// How GuardDuty is configured.
    GuardDuty,
}

names! { PolicyType {
    ServiceControl = "SERVICE_CONTROL_POLICY",
    ResourceControl = "RESOURCE_CONTROL_POLICY",
    Tag = "TAG_POLICY",
    Backup = "BACKUP_POLICY",
    AiServicesOptOut = "AISERVICES_OPT_OUT_POLICY",
    Chatbot = "CHATBOT_POLICY",
    DeclarativeEc2 = "DECLARATIVE_POLICY_EC2",
    SecurityHub = "SECURITYHUB_POLICY",
    SecurityHubCspm = "SECURITYHUB_CSPM_POLICY",
    Inspector = "INSPECTOR_POLICY",
    UpgradeRollout = "UPGRADE_ROLLOUT_POLICY",
    Bedrock = "BEDROCK_POLICY",
    S3 = "S3_POLICY",
    NetworkSecurityDirector = "NETWORK_SECURITY_DIRECTOR_POLICY",
    GuardDuty = "GUARDDUTY_POLICY",
} }

impl PolicyType {
    /// How many characters a document may have. Source: Organizations quotas. Ours: 10,000 for types that the page does
    /// not name yet, as most have.
    pub fn document_chars_max(self) -> usize {
        match self {
            Self::ServiceControl | Self::ResourceControl => 5_120,
            Self::AiServicesOptOut => 2_500,
            _ => 10_000,
        }
    }

    /// Whether documents are statements in IAM's language. The others are settings that are merged downwards.
    pub fn is_made_of_statements(self) -> bool {
        matches!(self, Self::ServiceControl | Self::ResourceControl)
    }

    /// AWS's own policy of this type, which is attached everywhere while the type is enabled.
    ///
    /// Source: Organizations, "SCP evaluation" and "RCP evaluation". Ours: the description of the second, which is the
    /// first one's.
    pub fn default_policy(self) -> Option<Policy> {
        let (id, name, content) = match self {
            Self::ServiceControl => (
                "p-FullAWSAccess",
                "FullAWSAccess",
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
            ),
            Self::ResourceControl => (
                "p-RCPFullAWSAccess",
                "RCPFullAWSAccess",
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#,
            ),
            _ => return None,
        };
        Some(Policy {
            summary: PolicySummary {
                id: PolicyId::parse(id).expect("has the form of a policy id"),
                policy_type: self,
                owner: PolicyOwner::Aws,
                name: name.to_owned(),
                description: "Allows access to every operation".to_owned(),
            },
            content: content.to_owned(),
            updated_at: Time::from_microseconds(0),
        })
    }
}

/// Whose a policy is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyOwner {
    /// AWS: it is in every organization, and nobody changes it.
    Aws,
    /// The organization that made it.
    Organization(OrganizationId),
}

/// What is said of a policy in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicySummary {
    /// Its id.
    pub id: PolicyId,
    /// Its type, for good.
    pub policy_type: PolicyType,
    /// Whose it is.
    pub owner: PolicyOwner,
    /// Its name, unique in its organization among policies of its type.
    pub name: String,
    /// What people write about it; may be empty.
    pub description: String,
}

impl PolicySummary {
    /// Its ARN. `management` is the management account of its organization.
    pub fn arn(&self, partition: Partition, management: &AccountId) -> Arn {
        match &self.owner {
            PolicyOwner::Aws => Arn::aws_policy(partition, self.policy_type, &self.id),
            PolicyOwner::Organization(organization) => {
                Arn::policy(partition, management, organization, self.policy_type, &self.id)
            }
        }
    }
}

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// All but its document.
    pub summary: PolicySummary,
    /// Its document, as it was written.
    pub content: String,
    /// When it was made or changed last.
    pub updated_at: Time,
}

/// What a policy is attached to, with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyTarget {
    /// Its id.
    pub id: TargetId,
    /// Its name.
    pub name: String,
}

/// A document that holds at one place of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachedDocument {
    /// The policy's document.
    pub content: String,
    /// When the policy was changed or attached last.
    pub since: Time,
}

/// What an organization lets its members do in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourcePolicy {
    /// Its id.
    pub id: ResourcePolicyId,
    /// Its document, as it was written.
    pub content: String,
}
