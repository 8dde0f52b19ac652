//! Shares: one portfolio offered to one target, and the operation that carries it out.

use std::fmt;

use crate::{AccountId, Fault, OrganizationId, PortfolioId, Region, ShareToken, Time, UnitId};

/// Whom a portfolio is offered to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareTarget {
    /// An account on its own, which has to accept: `AccountId` on the wire.
    Account(AccountId),
    /// A part of the owner's organization, which has nothing to accept: `OrganizationNode` on the wire.
    Node(OrganizationNode),
}

/// A part of an organization as a share names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrganizationNode {
    /// Every account of the organization.
    Organization(OrganizationId),
    /// Every account below a unit, however deep.
    Unit(UnitId),
    /// One account of the organization.
    Account(AccountId),
}

/// The kind of a share, named as DescribePortfolioShares names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ShareKind {
    /// To one account that accepts or not.
    Account,
    /// To an organization.
    Organization,
    /// To an organizational unit.
    OrganizationalUnit,
    /// To one account through the organization.
    OrganizationMemberAccount,
}

/// What travels with a share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShareOptions {
    /// Whether the portfolio's TagOptions come along.
    pub tag_options: bool,
    /// Whether the portfolio's principal patterns come along.
    pub principals: bool,
}

/// One portfolio offered to one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The portfolio offered.
    pub portfolio: PortfolioId,
    /// The account that offers it.
    pub owner: AccountId,
    /// The region in which it is offered.
    pub region: Region,
    /// Whom it is offered to.
    pub target: ShareTarget,
    /// What travels with it.
    pub options: ShareOptions,
    /// Whether the recipient imported it; always true where there is nothing to accept.
    pub accepted: bool,
    /// When it was made.
    pub created_at: Time,
}

impl ShareTarget {
    /// The kind of share this target makes.
    pub fn kind(&self) -> ShareKind {
        match self {
            ShareTarget::Account(_) => ShareKind::Account,
            ShareTarget::Node(node) => node.kind(),
        }
    }

    /// The bare id that names the target within its kind.
    pub fn principal_id(&self) -> &str {
        match self {
            ShareTarget::Account(account) => account.as_str(),
            ShareTarget::Node(node) => node.id(),
        }
    }

    /// The account, where the target is a single one.
    pub fn account(&self) -> Option<&AccountId> {
        match self {
            ShareTarget::Account(account) | ShareTarget::Node(OrganizationNode::Account(account)) => {
                Some(account)
            }
            ShareTarget::Node(_) => None,
        }
    }

    /// Source: PortfolioShareDetail, `Accepted`: always true for organization kinds.
    pub fn needs_no_acceptance(&self) -> bool {
        matches!(self, ShareTarget::Node(_))
    }
}

impl OrganizationNode {
    /// The kind of share this node makes.
    pub fn kind(&self) -> ShareKind {
        match self {
            OrganizationNode::Organization(_) => ShareKind::Organization,
            OrganizationNode::Unit(_) => ShareKind::OrganizationalUnit,
            OrganizationNode::Account(_) => ShareKind::OrganizationMemberAccount,
        }
    }

    /// The bare id.
    pub fn id(&self) -> &str {
        match self {
            OrganizationNode::Organization(id) => id.as_str(),
            OrganizationNode::Unit(id) => id.as_str(),
            OrganizationNode::Account(id) => id.as_str(),
        }
    }
}

macro_rules! names {
    ($type:ident { $($variant:ident = $name:literal),* $(,)? }) => {
        impl $type {
            /// The name, in the store and on the wire.
            pub fn name(self) -> &'static str {
                match self { $($type::$variant => $name),* }
            }

            /// The one called `name`.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some($type::$variant),)* _ => None }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
pub(crate) use names;

names! { ShareKind {
    Account = "ACCOUNT",
    Organization = "ORGANIZATION",
    OrganizationalUnit = "ORGANIZATIONAL_UNIT",
    OrganizationMemberAccount = "ORGANIZATION_MEMBER_ACCOUNT",
} }

impl ShareOptions {
    /// Source: CreatePortfolioShare, `SharePrincipals`: for organizations and units only.
    pub fn check_for(self, target: &ShareTarget) -> Result<(), Fault> {
        let carries_principals = matches!(
            target.kind(),
            ShareKind::Organization | ShareKind::OrganizationalUnit
        );
        if self.principals && !carries_principals {
            return Err(Fault::invalid_parameters(
                "SharePrincipals is only supported for an OrganizationNode of type ORGANIZATION or ORGANIZATIONAL_UNIT.",
            ));
        }
        Ok(())
    }
}

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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountError {
    /// The name of an exception, as clients match on it.
    pub error: String,
    /// For people.
    pub message: String,
    /// The account concerned.
    pub account: AccountId,
}

impl AccountError {
    /// Observed: reported for an account that another organization share of the portfolio reaches already. Clients
    /// treat it as harmless, and the account sees the portfolio all the same.
    pub fn duplicate(account: AccountId, portfolio: &PortfolioId) -> Self {
        Self {
            error: "DuplicateResourceException".to_owned(),
            message: format!(
                "Portfolio {portfolio} is already shared with the account through its organization."
            ),
            account,
        }
    }
}
