//! Shares: one portfolio offered to one target. How a share is carried out is in `share_operation.rs`.

use std::fmt;

use crate::{AccountId, Fault, OrganizationId, PortfolioId, Region, Time, UnitId};

/// Whom a portfolio is offered to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ShareTarget {
    /// An account on its own, which has to accept: `AccountId` on the wire.
    Account(AccountId),
    /// A part of the owner's organization, which has nothing to accept: `OrganizationNode` on the wire.
    Node(OrganizationNode),
}

/// A part of an organization as a share names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
