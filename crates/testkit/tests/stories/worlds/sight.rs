//! Who sees what in a world.
//!
//! Invariant: a portfolio is seen by its owner, by who imported it, and by who is below a node that it is shared with in
//! the structure that Service Catalog knows, unless the share failed for it. Deliberately absent: how one finds out; that is for `looks.rs`.

use std::collections::BTreeSet;

use super::{
    model::{Model, Organization, Portfolio, Share, Target},
    structure::Id,
};

impl Model {
    /// Whether `account` owns `portfolio`, imported it, or has it through its organization.
    pub(super) fn sees(&self, account: &str, portfolio: &Portfolio) -> bool {
        portfolio.owner == account
            || portfolio.is_imported_by(account)
            || self.has_through_organization(account, portfolio)
    }

    pub(super) fn has_through_organization(&self, account: &str, portfolio: &Portfolio) -> bool {
        self.is_reached(account, portfolio) && !portfolio.rejected_by.contains(account)
    }

    /// Whether an organization share of `portfolio` reaches `account`, rejected or not.
    pub(super) fn is_reached(&self, account: &str, portfolio: &Portfolio) -> bool {
        let mut shares = portfolio.shares.iter();
        let has_reached = |it: &Share| {
            self.is_below(account, &it.target, it.organization.as_ref()) && !it.failed_for.contains(account)
        };
        portfolio.owner != account && shares.any(has_reached)
    }

    /// Whether Service Catalog has `account` in `organization` at or below the node `target`.
    pub(super) fn is_below(&self, account: &str, target: &Target, organization: Option<&Id>) -> bool {
        let Some(place) = self.known.place(account) else {
            return false;
        };
        if Some(&place.organization) != organization {
            return false;
        }
        match target {
            Target::Account(_) => false,
            Target::Member(id) => id == account,
            Target::Unit(id) => self.known.above(account).contains(id),
            Target::Organization(id) => place.organization == *id,
        }
    }

    /// Every id that an answer to `account` may contain.
    pub(super) fn visible_ids(&self, account: &str) -> BTreeSet<Id> {
        let mut ids = BTreeSet::from([account.to_owned()]);
        for it in self.portfolios.iter().filter(|it| self.sees(account, it)) {
            ids.extend([it.id.clone(), it.owner.clone()]);
            if it.owner == account {
                ids.extend(it.shares.iter().map(|it| it.target.id().clone()));
            }
        }
        for it in self.operations.iter().filter(|it| it.owner == account) {
            ids.insert(it.token.clone());
            ids.extend(it.mentions.iter().cloned());
        }
        for it in self.invitations.iter().filter(|it| it.recipient == account) {
            ids.extend([it.id.clone(), it.organization.clone(), it.management.clone()]);
        }
        if let Some(organization) = self.organization_of(account) {
            ids.extend(self.ids_in(organization, account));
        }
        ids
    }

    /// What a member may know of its organization: all of it, if it administers there.
    fn ids_in(&self, organization: &Organization, account: &str) -> BTreeSet<Id> {
        let mut ids = BTreeSet::from([organization.id.clone(), organization.management.clone()]);
        let invitations = self.invitations.iter();
        for it in invitations.filter(|it| it.organization == organization.id) {
            ids.extend([it.id.clone(), it.recipient.clone()]);
        }
        if organization.management == account || organization.administrators.contains(account) {
            ids.insert(organization.root.clone());
            ids.extend(self.real.members(&organization.id));
            // Whom its shares reach, although they left.
            ids.extend(self.known.members(&organization.id));
        }
        ids
    }
}
