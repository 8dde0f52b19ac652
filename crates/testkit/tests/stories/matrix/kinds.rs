//! The kinds of share that the matrix walks, and whom each is addressed to.
//!
//! Invariant: every kind names its shares in the order in which they are made. Deliberately absent: what becomes of
//! them.

use aws_sdk_servicecatalog::types::{OrganizationNode, OrganizationNodeType};
use testkit::{Actor, TestOrg};

/// The unit in which the recipient is, or which it joins.
pub(super) const TEAM: &str = "division/team";
/// The unit above it.
pub(super) const DIVISION: &str = "division";

/// Whom a portfolio is shared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The recipient's account, which does not answer.
    Offer,
    /// The recipient's account, which accepts.
    Import,
    /// The recipient's account, as a part of the organization.
    Member,
    Team,
    Division,
    Organization,
}

/// What one portfolio is shared with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) targets: &'static [Target],
}

pub(super) const KINDS: [Kind; 8] = [
    Kind::new("account, not accepted", &[Target::Offer]),
    Kind::new("account, accepted", &[Target::Import]),
    Kind::new("member", &[Target::Member]),
    Kind::new("unit", &[Target::Team]),
    Kind::new("parent unit", &[Target::Division]),
    Kind::new("organization", &[Target::Organization]),
    Kind::new("account + unit", &[Target::Import, Target::Team]),
    Kind::new("unit + organization", &[Target::Team, Target::Organization]),
];

impl Kind {
    const fn new(name: &'static str, targets: &'static [Target]) -> Self {
        Self { name, targets }
    }

    /// Whether a share of it cannot be made before there is a recipient.
    pub(super) fn names_recipient(self) -> bool {
        let of_account = |it: &Target| matches!(it, Target::Offer | Target::Import | Target::Member);
        self.targets.iter().any(of_account)
    }
}

impl Target {
    /// What requests say for it: an account, or a node.
    pub(super) fn address(
        self,
        org: &TestOrg,
        recipient: Option<&Actor>,
    ) -> (Option<String>, Option<OrganizationNode>) {
        let account = || recipient.expect("the recipient is there by now").account_id();
        match self {
            Self::Offer | Self::Import => (Some(account().to_owned()), None),
            Self::Member => {
                // Not `org.member`, which knows the members of the beginning only.
                let kind = OrganizationNodeType::Account;
                let node = OrganizationNode::builder().r#type(kind).value(account());
                (None, Some(node.build()))
            }
            Self::Team => (None, Some(org.unit(TEAM))),
            Self::Division => (None, Some(org.unit(DIVISION))),
            Self::Organization => (None, Some(org.everybody())),
        }
    }
}
