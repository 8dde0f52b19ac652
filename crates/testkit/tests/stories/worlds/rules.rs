//! What may be done to a world, and what whoever tries otherwise is told.
//!
//! Invariant: the first rule that is broken is the one told of. Deliberately absent: what becomes of the world.

use super::{
    deeds::{Deed, List, Through},
    model::{Invitation, Model, Organization, Portfolio, State, Target},
    structure::Id,
};

/// Source: quotas of Organizations.
const DEPTH_MAX: usize = 5;

type Verdict = Result<(), &'static str>;

const DENIED: &str = "AccessDeniedException";
const NOT_FOUND: &str = "ResourceNotFoundException";
const CONSTRAINT: &str = "ConstraintViolationException";

impl Model {
    /// Whether `by` may do `deed`, or the code of the refusal.
    pub(super) fn judge(&self, by: &str, deed: &Deed) -> Verdict {
        if self.is_closed(by) {
            return Err("UnrecognizedClientException");
        }
        match deed {
            Deed::CreateOrganization => match self.organization_of(by) {
                Some(_) => Err("AlreadyInOrganizationException"),
                None => Ok(()),
            },
            Deed::DeleteOrganization => {
                let organization = self.managed(by)?;
                let is_alone =
                    (self.accounts.iter()).all(|it| it.id == by || !self.is_account_in(organization, &it.id));
                require(is_alone, "OrganizationNotEmptyException")
            }
            Deed::CreateUnit { parent, name } => self.judge_new_unit(by, parent, name),
            Deed::DeleteUnit { unit } => {
                let organization = self.managed(by)?;
                require(
                    self.is_unit_in(organization, unit),
                    "OrganizationalUnitNotFoundException",
                )?;
                require(self.real.is_empty(unit), "OrganizationalUnitNotEmptyException")
            }
            Deed::Invite { account } => self.judge_invitation(by, account),
            Deed::AcceptInvitation { invitation } => self.judge_acceptance(by, invitation),
            Deed::DeclineInvitation { invitation } => {
                let invitation = self.known_invitation(by, invitation)?;
                require(invitation.recipient == by, DENIED)?;
                may_become(invitation, State::Declined)
            }
            Deed::CancelInvitation { invitation } => {
                let invitation = self.known_invitation(by, invitation)?;
                require(invitation.management == by, DENIED)?;
                may_become(invitation, State::Canceled)
            }
            Deed::Move { account, from, to } => self.judge_move(by, account, from, to),
            Deed::Remove { account } => {
                let organization = self.managed_with(by, account)?;
                may_leave(organization, account)
            }
            Deed::Leave => may_leave(self.in_use(by)?, by),
            Deed::Close { account } => {
                let organization = self.managed_with(by, account)?;
                require(organization.management != *account, CONSTRAINT)?;
                require(!self.is_closed(account), "AccountAlreadyClosedException")
            }
            Deed::EnableAccess(Through::Catalog) => self.managed_for_catalog(by).map(drop),
            Deed::EnableAccess(Through::Organizations) => self.managed(by).map(drop),
            Deed::DisableAccess(Through::Catalog) => {
                let organization = self.managed_for_catalog(by)?;
                require(organization.administrators.is_empty(), "InvalidStateException")
            }
            Deed::DisableAccess(Through::Organizations) => {
                let organization = self.managed(by)?;
                require(organization.administrators.is_empty(), CONSTRAINT)
            }
            Deed::Register { account } => {
                let organization = self.managed_with(by, account)?;
                require(organization.management != *account, CONSTRAINT)?;
                require(!self.is_closed(account), CONSTRAINT)?;
                require(organization.is_trusting, CONSTRAINT)?;
                let is_new = !organization.administrators.contains(account);
                require(is_new, "AccountAlreadyRegisteredException")
            }
            Deed::Deregister { account } => {
                let organization = self.managed_with(by, account)?;
                let is_one = organization.administrators.contains(account);
                require(is_one, "AccountNotRegisteredException")
            }
            Deed::CreatePortfolio => Ok(()),
            Deed::DeletePortfolio { portfolio } => {
                let portfolio = self.owned(by, portfolio)?;
                require(portfolio.shares.is_empty(), "ResourceInUseException")
            }
            Deed::Share { portfolio, target } => self.judge_share(by, portfolio, target),
            Deed::UpdateShare { portfolio, target } | Deed::Unshare { portfolio, target } => {
                let portfolio = self.owned(by, portfolio)?;
                if target.is_node() {
                    self.administered(by)?;
                }
                // Deleting an account share that is not there does nothing.
                let may_be_absent = !target.is_node() && matches!(deed, Deed::Unshare { .. });
                require(may_be_absent || portfolio.share(target).is_some(), NOT_FOUND)
            }
            Deed::Accept { portfolio, list } | Deed::Reject { portfolio, list } => {
                let portfolio = self.portfolio(portfolio).ok_or(NOT_FOUND)?;
                let is_offered = match list {
                    List::Imported => portfolio.share(&Target::Account(by.to_owned())).is_some(),
                    List::Organization => self.is_reached(by, portfolio),
                };
                require(is_offered, NOT_FOUND)
            }
        }
    }

    fn judge_new_unit(&self, by: &str, parent: &str, name: &str) -> Verdict {
        let organization = self.managed(by)?;
        require(self.is_parent_in(organization, parent), "ParentNotFoundException")?;
        require(self.real.above(parent).len() < DEPTH_MAX, CONSTRAINT)?;
        let is_sibling = |id: &Id| self.real.place(id).is_some_and(|it| it.parent == parent);
        let is_taken = (self.units.iter()).any(|it| it.name == name && is_sibling(&it.id));
        require(!is_taken, "DuplicateOrganizationalUnitException")
    }

    fn judge_invitation(&self, by: &str, account: &str) -> Verdict {
        let organization = self.managed(by)?;
        let is_member = self.is_account_in(organization, account);
        require(!is_member, "HandshakeConstraintViolationException")?;
        let is_asked = self.invitations.iter().any(|it| {
            it.state == State::Open && it.organization == organization.id && it.recipient == account
        });
        require(!is_asked, "DuplicateHandshakeException")
    }

    fn judge_acceptance(&self, by: &str, invitation: &str) -> Verdict {
        let invitation = self.known_invitation(by, invitation)?;
        require(invitation.recipient == by, DENIED)?;
        may_become(invitation, State::Accepted)?;
        match self.organization_of(by) {
            Some(current) if current.id == invitation.organization => {
                Err("HandshakeConstraintViolationException")
            }
            Some(current) => may_leave(current, by),
            None => Ok(()),
        }
    }

    fn judge_move(&self, by: &str, account: &str, from: &str, to: &str) -> Verdict {
        let organization = self.managed_with(by, account)?;
        let is_there = self.real.place(account).is_some_and(|it| it.parent == from);
        require(is_there, "SourceParentNotFoundException")?;
        let is_parent = self.is_parent_in(organization, to);
        require(is_parent, "DestinationParentNotFoundException")?;
        require(from != to, "DuplicateAccountException")
    }

    fn judge_share(&self, by: &str, portfolio: &str, target: &Target) -> Verdict {
        let portfolio = self.owned(by, portfolio)?;
        if target.is_node() {
            let organization = self.administered(by)?;
            let is_found = match target {
                Target::Unit(id) => self.is_unit_in(organization, id),
                Target::Organization(id) => organization.id == *id,
                Target::Account(id) | Target::Member(id) => self.is_account_in(organization, id),
            };
            require(is_found, NOT_FOUND)?;
            require(organization.is_trusting, "InvalidStateException")?;
        }
        require(*target.id() != portfolio.owner, "InvalidParametersException")
    }

    /// The organization that `by` is in.
    fn in_use(&self, by: &str) -> Result<&Organization, &'static str> {
        self.organization_of(by)
            .ok_or("AWSOrganizationsNotInUseException")
    }

    /// The organization that `by` manages.
    fn managed(&self, by: &str) -> Result<&Organization, &'static str> {
        let organization = self.in_use(by)?;
        require(organization.management == by, DENIED)?;
        Ok(organization)
    }

    /// The organization that `by` manages, if `account` is in it.
    fn managed_with(&self, by: &str, account: &str) -> Result<&Organization, &'static str> {
        let organization = self.managed(by)?;
        require(
            self.is_account_in(organization, account),
            "AccountNotFoundException",
        )?;
        Ok(organization)
    }

    /// The same in the words of Service Catalog.
    fn managed_for_catalog(&self, by: &str) -> Result<&Organization, &'static str> {
        let organization = self.organization_of(by).ok_or(NOT_FOUND)?;
        require(organization.management == by, DENIED)?;
        Ok(organization)
    }

    /// The organization for which `by` administers shares.
    fn administered(&self, by: &str) -> Result<&Organization, &'static str> {
        let organization = self.organization_of(by).ok_or(NOT_FOUND)?;
        let may = organization.management == by || organization.administrators.contains(by);
        require(may, DENIED)?;
        Ok(organization)
    }

    fn owned(&self, by: &str, portfolio: &str) -> Result<&Portfolio, &'static str> {
        let portfolio = self.portfolio(portfolio);
        portfolio.filter(|it| it.owner == by).ok_or(NOT_FOUND)
    }

    /// An invitation is known to the organization that sent it and to whom it asks.
    fn known_invitation(&self, by: &str, id: &str) -> Result<&Invitation, &'static str> {
        let is_sender = |it: &Invitation| self.real.organization_of(by) == Some(&it.organization);
        let invitation = self.invitation(id);
        let invitation = invitation.filter(|it| it.recipient == by || is_sender(it));
        invitation.ok_or("HandshakeNotFoundException")
    }
}

fn require(holds: bool, code: &'static str) -> Verdict {
    if holds { Ok(()) } else { Err(code) }
}

/// Source: LeaveOrganization, RemoveAccountFromOrganization.
fn may_leave(organization: &Organization, account: &str) -> Verdict {
    require(
        organization.management != account,
        "MasterCannotLeaveOrganizationException",
    )?;
    require(!organization.administrators.contains(account), CONSTRAINT)
}

fn may_become(invitation: &Invitation, state: State) -> Verdict {
    require(invitation.state != state, "HandshakeAlreadyInStateException")?;
    require(
        invitation.state == State::Open,
        "InvalidHandshakeTransitionException",
    )
}
