//! A world in memory: plain lists, from which everything is found by looking through all of it.
//!
//! Written from the documented rules (`docs/behaviour.md` and AWS's pages named there), and from nothing that the server
//! does. Invariant: the world says what is there; `rules.rs` says what may be done to it, `changes.rs` what becomes of it
//! then, and `sight.rs` who sees what. Deliberately absent: anything fast.

use std::collections::BTreeSet;

use super::structure::{Id, Structure};

/// All there is.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) accounts: Vec<Account>,
    pub(super) organizations: Vec<Organization>,
    pub(super) units: Vec<Unit>,
    /// Where accounts and units are.
    pub(super) real: Structure,
    /// Where Service Catalog believes them to be.
    pub(super) known: Structure,
    pub(super) portfolios: Vec<Portfolio>,
    pub(super) invitations: Vec<Invitation>,
    pub(super) operations: Vec<Operation>,
    /// The accounts for which new shares with nodes fail.
    pub(super) failing: BTreeSet<Id>,
}

#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) id: Id,
    pub(super) is_closed: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Organization {
    pub(super) id: Id,
    pub(super) root: Id,
    pub(super) management: Id,
    /// Whether it trusts Service Catalog.
    pub(super) is_trusting: bool,
    /// Who administers Service Catalog on its behalf.
    pub(super) administrators: BTreeSet<Id>,
}

#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) id: Id,
    pub(super) name: String,
}

#[derive(Clone, Debug)]
pub(super) struct Portfolio {
    pub(super) id: Id,
    pub(super) owner: Id,
    pub(super) shares: Vec<Share>,
    /// Who rejected what the organization shares.
    pub(super) rejected_by: BTreeSet<Id>,
}

#[derive(Clone, Debug)]
pub(super) struct Share {
    pub(super) target: Target,
    /// The owner's, for shares with its nodes.
    pub(super) organization: Option<Id>,
    /// Whether an account that it was offered to has imported it.
    pub(super) is_accepted: bool,
    /// The accounts for which it failed when it was made.
    pub(super) failed_for: BTreeSet<Id>,
}

/// Whom a portfolio is shared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Account(Id),
    Member(Id),
    Unit(Id),
    Organization(Id),
}

#[derive(Clone, Debug)]
pub(super) struct Invitation {
    pub(super) id: Id,
    pub(super) organization: Id,
    pub(super) management: Id,
    pub(super) recipient: Id,
    pub(super) state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Open,
    Accepted,
    Declined,
    Canceled,
}

/// A share operation that was started.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) token: Id,
    pub(super) owner: Id,
    /// All that its status may tell of.
    pub(super) mentions: BTreeSet<Id>,
}

impl Target {
    pub(super) fn id(&self) -> &Id {
        match self {
            Self::Account(id) | Self::Member(id) | Self::Unit(id) | Self::Organization(id) => id,
        }
    }

    pub(super) fn is_node(&self) -> bool {
        !matches!(self, Self::Account(_))
    }
}

impl Portfolio {
    pub(super) fn share(&self, target: &Target) -> Option<&Share> {
        self.shares.iter().find(|it| it.target == *target)
    }

    pub(super) fn is_imported_by(&self, account: &str) -> bool {
        let offer = self.share(&Target::Account(account.to_owned()));
        offer.is_some_and(|it| it.is_accepted)
    }
}

impl Model {
    pub(super) fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|it| it.id == id)
    }

    pub(super) fn is_closed(&self, id: &str) -> bool {
        self.account(id).is_some_and(|it| it.is_closed)
    }

    pub(super) fn organization(&self, id: &str) -> Option<&Organization> {
        self.organizations.iter().find(|it| it.id == id)
    }

    /// The organization that `account` is in.
    pub(super) fn organization_of(&self, account: &str) -> Option<&Organization> {
        self.organization(self.real.organization_of(account)?)
    }

    /// Whether `account` administers Service Catalog for its organization.
    pub(super) fn administers(&self, account: &str) -> bool {
        let organization = self.organization_of(account);
        organization.is_some_and(|it| it.administrators.contains(account))
    }

    pub(super) fn unit(&self, id: &str) -> Option<&Unit> {
        self.units.iter().find(|it| it.id == id)
    }

    pub(super) fn portfolio(&self, id: &str) -> Option<&Portfolio> {
        self.portfolios.iter().find(|it| it.id == id)
    }

    pub(super) fn invitation(&self, id: &str) -> Option<&Invitation> {
        self.invitations.iter().find(|it| it.id == id)
    }

    /// Whether `id` is the root or a unit of `organization`.
    pub(super) fn is_parent_in(&self, organization: &Organization, id: &str) -> bool {
        organization.root == id || self.is_unit_in(organization, id)
    }

    pub(super) fn is_unit_in(&self, organization: &Organization, id: &str) -> bool {
        self.unit(id).is_some() && self.real.organization_of(id) == Some(&organization.id)
    }

    pub(super) fn is_account_in(&self, organization: &Organization, id: &str) -> bool {
        self.account(id).is_some() && self.real.organization_of(id) == Some(&organization.id)
    }
}
