//! What becomes of a world when something is done to it.
//!
//! Invariant: Service Catalog's copy of the structure follows while the organization trusts it, and at no other time.
//! Deliberately absent: whether it may be done; that was asked before.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    deeds::{Deed, List},
    model::{Account, Invitation, Model, Operation, Organization, Portfolio, Share, State, Target, Unit},
    structure::{Id, Place},
};

impl Model {
    /// Does what `by` was allowed to do; new ids are in the server's `answer`.
    pub(super) fn carry_out(&mut self, by: &str, deed: &Deed, answer: &Value) {
        match deed {
            Deed::CreateOrganization => self.create_organization(by, answer),
            Deed::DeleteOrganization => self.delete_organization(by),
            Deed::CreateUnit { parent, name } => self.create_unit(by, parent, name, answer),
            Deed::DeleteUnit { unit } => {
                // The copy keeps it: an account may have left out of it while access was off.
                self.real.put(unit, None);
                self.units.retain(|it| it.id != *unit);
            }
            Deed::Invite { account } => {
                let organization = self.organization_of(by).expect("who invites is in one");
                self.invitations.push(Invitation {
                    id: id(answer, "/Handshake/Id"),
                    organization: organization.id.clone(),
                    management: organization.management.clone(),
                    recipient: account.clone(),
                    state: State::Open,
                });
            }
            Deed::AcceptInvitation { invitation } => {
                let organization = self.end_invitation(invitation, State::Accepted);
                self.leave(by);
                self.join(by, &organization);
            }
            Deed::DeclineInvitation { invitation } => {
                self.end_invitation(invitation, State::Declined);
            }
            Deed::CancelInvitation { invitation } => {
                self.end_invitation(invitation, State::Canceled);
            }
            Deed::Move { account, to, .. } => {
                let organization = self.organization_id_of(account);
                self.place(account, &organization, to);
            }
            Deed::Remove { account } => self.leave(account),
            Deed::Leave => self.leave(by),
            Deed::Close { account } => {
                let account = self.accounts.iter_mut().find(|it| it.id == *account);
                account.expect("it is closed once").is_closed = true;
            }
            Deed::EnableAccess(_) => self.enable_access(by),
            Deed::DisableAccess(_) => self.managed_by(by).is_trusting = false,
            Deed::Register { account } => {
                self.managed_by(by).administrators.insert(account.clone());
            }
            Deed::Deregister { account } => {
                self.managed_by(by).administrators.remove(account);
                self.end_organization_shares(account);
            }
            Deed::CreatePortfolio => self.portfolios.push(Portfolio {
                id: id(answer, "/PortfolioDetail/Id"),
                owner: by.to_owned(),
                shares: Vec::new(),
                rejected_by: BTreeSet::new(),
            }),
            Deed::DeletePortfolio { portfolio } => self.portfolios.retain(|it| it.id != *portfolio),
            Deed::Share { portfolio, target } => {
                self.record_operation(by, portfolio, target, answer);
                self.share(by, portfolio, target);
            }
            Deed::UpdateShare { portfolio, target } => self.record_operation(by, portfolio, target, answer),
            Deed::Unshare { portfolio, target } => {
                self.record_operation(by, portfolio, target, answer);
                self.unshare(portfolio, target);
            }
            Deed::Accept { portfolio, list } => self.answer_share(by, portfolio, *list, true),
            Deed::Reject { portfolio, list } => self.answer_share(by, portfolio, *list, false),
        }
    }

    fn create_organization(&mut self, by: &str, answer: &Value) {
        let organization = Organization {
            id: id(answer, "/Organization/Id"),
            // Nobody is told with this answer. Whoever plays the world fills it in.
            root: String::new(),
            management: by.to_owned(),
            is_trusting: false,
            administrators: BTreeSet::new(),
        };
        self.organizations.push(organization);
    }

    fn delete_organization(&mut self, by: &str) {
        let gone = self.organization_id_of(by);
        self.end_organization_shares(by);
        for it in &mut self.invitations {
            if it.organization == gone && it.state == State::Open {
                it.state = State::Canceled;
            }
        }
        let (real, units) = (&mut self.real, &mut self.units);
        real.forget(&gone);
        units.retain(|it| real.place(&it.id).is_some());
        self.known.forget(&gone);
        self.organizations.retain(|it| it.id != gone);
    }

    /// What an organization begins with: its root, and its management account in it.
    pub(super) fn put_root(&mut self, by: &str, root: &str) {
        let organization = self.managed_by(by);
        root.clone_into(&mut organization.root);
        let id = organization.id.clone();
        self.place(by, &id, root);
    }

    fn create_unit(&mut self, by: &str, parent: &str, name: &str, answer: &Value) {
        let organization = self.organization_id_of(by);
        let unit = id(answer, "/OrganizationalUnit/Id");
        self.units.push(Unit {
            id: unit.clone(),
            name: name.to_owned(),
        });
        self.place(&unit, &organization, parent);
    }

    fn end_invitation(&mut self, id: &str, state: State) -> Id {
        let invitation = self.invitations.iter_mut().find(|it| it.id == id);
        let invitation = invitation.expect("who answers it knows it");
        invitation.state = state;
        invitation.organization.clone()
    }

    fn join(&mut self, account: &str, organization: &str) {
        let root = self.organization(organization).map(|it| it.root.clone());
        self.place(
            account,
            organization,
            &root.expect("who is invited is invited to one"),
        );
    }

    fn leave(&mut self, account: &str) {
        let Some(organization) = self.organization_of(account) else {
            return;
        };
        let is_trusting = organization.is_trusting;
        self.real.put(account, None);
        if is_trusting {
            self.known.put(account, None);
        }
    }

    /// Puts an account or a unit there; the copy follows.
    fn place(&mut self, id: &str, organization: &str, parent: &str) {
        let place = Place {
            organization: organization.to_owned(),
            parent: parent.to_owned(),
        };
        self.real.put(id, Some(place.clone()));
        if self.organization(organization).is_some_and(|it| it.is_trusting) {
            self.known.put(id, Some(place));
        }
    }

    fn enable_access(&mut self, by: &str) {
        let organization = self.managed_by(by);
        organization.is_trusting = true;
        let id = organization.id.clone();
        for member in self.real.members(&id) {
            let place = self.real.place(&member).cloned();
            self.known.put(&member, place);
        }
    }

    fn share(&mut self, by: &str, portfolio: &str, target: &Target) {
        let organization = target.is_node().then(|| self.organization_id_of(by));
        let fails = |it: &&Account| {
            let is_failing = it.is_closed || self.failing.contains(&it.id);
            is_failing && it.id != by && self.is_below(&it.id, target, organization.as_ref())
        };
        let failed_for: BTreeSet<Id> = (self.accounts.iter())
            .filter(fails)
            .map(|it| it.id.clone())
            .collect();
        let portfolio = self.portfolio_mut(portfolio);
        match portfolio.shares.iter_mut().find(|it| it.target == *target) {
            None => portfolio.shares.push(Share {
                target: target.clone(),
                organization,
                is_accepted: false,
                failed_for,
            }),
            // It is carried out once more for the sake of whom it failed for.
            Some(share) if !share.failed_for.is_empty() => share.failed_for = failed_for,
            Some(_) => {}
        }
    }

    fn unshare(&mut self, portfolio: &str, target: &Target) {
        let portfolio = self.portfolio_mut(portfolio);
        portfolio.shares.retain(|it| it.target != *target);
        forget_rejections(portfolio);
    }

    /// All that `owner` shares through its organization, it does not share any more.
    fn end_organization_shares(&mut self, owner: &str) {
        for portfolio in self.portfolios.iter_mut().filter(|it| it.owner == owner) {
            portfolio.shares.retain(|it| !it.target.is_node());
            forget_rejections(portfolio);
        }
    }

    fn answer_share(&mut self, by: &str, portfolio: &str, list: List, is_accepted: bool) {
        let portfolio = self.portfolio_mut(portfolio);
        match list {
            List::Imported => {
                let offered = Target::Account(by.to_owned());
                let share = portfolio.shares.iter_mut().find(|it| it.target == offered);
                share.expect("it was offered").is_accepted = is_accepted;
            }
            List::Organization if is_accepted => {
                portfolio.rejected_by.remove(by);
            }
            List::Organization => {
                portfolio.rejected_by.insert(by.to_owned());
            }
        }
    }

    /// Notes the operation, if the answer has its token, and all that it may tell of.
    fn record_operation(&mut self, by: &str, portfolio: &str, target: &Target, answer: &Value) {
        let Some(token) = answer["PortfolioShareToken"].as_str() else {
            return;
        };
        let mut mentions = BTreeSet::from([portfolio.to_owned(), target.id().clone()]);
        let organization = self.real.organization_of(by);
        let reached = self
            .accounts
            .iter()
            .filter(|it| self.is_below(&it.id, target, organization));
        mentions.extend(reached.map(|it| it.id.clone()));
        self.operations.push(Operation {
            token: token.to_owned(),
            owner: by.to_owned(),
            mentions,
        });
    }

    fn organization_id_of(&self, account: &str) -> Id {
        let id = self.real.organization_of(account);
        id.expect("whoever does this is in one").clone()
    }

    fn managed_by(&mut self, by: &str) -> &mut Organization {
        let managed = self.organizations.iter_mut().find(|it| it.management == by);
        managed.expect("whoever does this manages one")
    }

    fn portfolio_mut(&mut self, id: &str) -> &mut Portfolio {
        let portfolio = self.portfolios.iter_mut().find(|it| it.id == id);
        portfolio.expect("it was found before")
    }
}

/// Who rejected a portfolio is forgotten with its last share through the organization.
fn forget_rejections(portfolio: &mut Portfolio) {
    if portfolio.shares.iter().all(|it| !it.target.is_node()) {
        portfolio.rejected_by.clear();
    }
}

fn id(answer: &Value, pointer: &str) -> Id {
    let id = answer.pointer(pointer).and_then(Value::as_str);
    id.unwrap_or_else(|| panic!("no {pointer} in {answer}"))
        .to_owned()
}
