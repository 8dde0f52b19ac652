//! From an event to a deed: which ids its numbers are, in the world as it is.
//!
//! Invariant: it looks at the world and changes nothing. Deliberately absent: whether the deed will be allowed.

use super::{
    deeds::{Deed, List},
    events::{By, Event, Pick, What},
    model::{Model, State, Target},
    structure::Id,
};

/// How many portfolios there are at most, because everybody looks at all of them.
const PORTFOLIOS_MAX: usize = 5;
const NAMES: [&str; 4] = ["one", "two", "three", "four"];

impl Event {
    /// Who does what in this world, if there is anything to do it to. A question is no deed.
    pub(super) fn deed(&self, model: &Model) -> Option<(Id, Deed)> {
        let (fitting, deed) = self.what.deed(model)?;
        let by = match self.by {
            By::Fitting => fitting,
            By::Anybody(it) => one(&model.accounts, it)?.id.clone(),
        };
        Some((by, deed))
    }
}

impl What {
    /// The deed, and who may do it.
    fn deed(&self, model: &Model) -> Option<(Id, Deed)> {
        let account = |it: Pick| one(&model.accounts, it).map(|it| it.id.clone());
        let member = |it: Pick| member(model, it);
        let organization = |it: Pick| one(&model.organizations, it);
        Some(match *self {
            Self::Found => (one(&outsiders(model), 0)?.clone(), Deed::CreateOrganization),
            Self::Dissolve(it) => (organization(it)?.management.clone(), Deed::DeleteOrganization),
            Self::CreateUnit { under, name } => {
                let parent = one(&parents(model, None), under)?.clone();
                let name = NAMES[name % NAMES.len()].to_owned();
                (
                    management_over(model, &parent)?,
                    Deed::CreateUnit { parent, name },
                )
            }
            Self::DeleteUnit(it) => {
                let unit = one(&model.units, it)?.id.clone();
                (management_over(model, &unit)?, Deed::DeleteUnit { unit })
            }
            Self::Invite { into, account: it } => {
                let account = account(it)?;
                (organization(into)?.management.clone(), Deed::Invite { account })
            }
            Self::Answer { invitation, state } => answer(model, invitation, state)?,
            Self::Move { account: it, to } => {
                let account = member(it)?;
                let place = model.real.place(&account)?;
                let from = place.parent.clone();
                let mut elsewhere = parents(model, Some(&place.organization));
                elsewhere.retain(|it| *it != from);
                let to = one(&elsewhere, to).unwrap_or(&from).clone();
                (
                    management_over(model, &account)?,
                    Deed::Move { account, from, to },
                )
            }
            Self::MoveFromElsewhere {
                account: it,
                from,
                to,
            } => {
                let (account, parents) = (account(it)?, parents(model, None));
                let (from, to) = (one(&parents, from)?.clone(), one(&parents, to)?.clone());
                (
                    management_over(model, &account)?,
                    Deed::Move { account, from, to },
                )
            }
            Self::Remove(it) => {
                let account = member(it)?;
                (management_over(model, &account)?, Deed::Remove { account })
            }
            Self::Leave(it) => (member(it)?, Deed::Leave),
            Self::Close(it) => {
                let account = account(it)?;
                (management_over(model, &account)?, Deed::Close { account })
            }
            Self::Enable(it, through) => (organization(it)?.management.clone(), Deed::EnableAccess(through)),
            Self::Disable(it, through) => {
                (organization(it)?.management.clone(), Deed::DisableAccess(through))
            }
            Self::Register(it) => {
                let account = member(it)?;
                (management_over(model, &account)?, Deed::Register { account })
            }
            Self::Deregister(it) => {
                let administrators: Vec<Id> = (model.accounts.iter())
                    .map(|it| it.id.clone())
                    .filter(|it| model.administers(it))
                    .collect();
                let account = one(&administrators, it).cloned().or_else(|| member(it))?;
                (management_over(model, &account)?, Deed::Deregister { account })
            }
            Self::CreatePortfolio(_) if model.portfolios.len() >= PORTFOLIOS_MAX => return None,
            Self::CreatePortfolio(it) => (account(it)?, Deed::CreatePortfolio),
            _ => return self.deed_about_portfolio(model),
        })
    }

    fn deed_about_portfolio(&self, model: &Model) -> Option<(Id, Deed)> {
        Some(match *self {
            Self::DeletePortfolio(it) => {
                let portfolio = one(&model.portfolios, it)?;
                let (owner, portfolio) = (portfolio.owner.clone(), portfolio.id.clone());
                (owner, Deed::DeletePortfolio { portfolio })
            }
            Self::Share {
                portfolio,
                kind,
                with,
            } => {
                let portfolio = one(&model.portfolios, portfolio)?;
                let (owner, portfolio) = (portfolio.owner.clone(), portfolio.id.clone());
                let target = target(model, &owner, kind, with)?;
                (owner, Deed::Share { portfolio, target })
            }
            Self::UpdateShare { portfolio, share } => {
                let (owner, portfolio, target) = shared(model, portfolio, share)?;
                (owner, Deed::UpdateShare { portfolio, target })
            }
            Self::Unshare { portfolio, share } => {
                let (owner, portfolio, target) = shared(model, portfolio, share)?;
                (owner, Deed::Unshare { portfolio, target })
            }
            Self::Accept {
                portfolio,
                account,
                list,
            } => {
                let (by, portfolio) = offered(model, list, portfolio, account)?;
                (by, Deed::Accept { portfolio, list })
            }
            Self::Reject {
                portfolio,
                account,
                list,
            } => {
                let (by, portfolio) = offered(model, list, portfolio, account)?;
                (by, Deed::Reject { portfolio, list })
            }
            _ => return None,
        })
    }
}

/// The item that `it` picks.
pub(super) fn one<T>(items: &[T], it: Pick) -> Option<&T> {
    items.get(it.checked_rem(items.len())?)
}

fn outsiders(model: &Model) -> Vec<Id> {
    let accounts = model.accounts.iter();
    let outsiders = accounts.filter(|it| model.organization_of(&it.id).is_none());
    outsiders.map(|it| it.id.clone()).collect()
}

/// A member that manages nothing; now and then, or where there is none, anybody.
fn member(model: &Model, it: Pick) -> Option<Id> {
    let is_member = |id: &Id| model.organization_of(id).is_some_and(|it| it.management != *id);
    let accounts: Vec<Id> = model.accounts.iter().map(|it| it.id.clone()).collect();
    let members: Vec<Id> = accounts.iter().filter(|it| is_member(it)).cloned().collect();
    let member = one(&members, it).filter(|_| !it.is_multiple_of(8));
    member.or_else(|| one(&accounts, it)).cloned()
}

/// Roots and units, of one organization or of all.
fn parents(model: &Model, organization: Option<&Id>) -> Vec<Id> {
    let mut parents = Vec::new();
    for it in &model.organizations {
        if organization.is_none_or(|wanted| *wanted == it.id) {
            parents.push(it.root.clone());
            let units = model.units.iter().filter(|unit| model.is_unit_in(it, &unit.id));
            parents.extend(units.map(|unit| unit.id.clone()));
        }
    }
    parents
}

/// Who manages the organization that `id` is a part of; the first account, if it is a part of none.
fn management_over(model: &Model, id: &str) -> Option<Id> {
    let of_root = model.organizations.iter().find(|it| it.root == id);
    let found = of_root.or_else(|| model.organization_of(id));
    let management = found.map(|it| it.management.clone());
    management.or_else(|| Some(model.accounts.first()?.id.clone()))
}

fn answer(model: &Model, pick: Pick, state: State) -> Option<(Id, Deed)> {
    // An open one, if there is any.
    let open: Vec<_> = (model.invitations.iter())
        .filter(|it| it.state == State::Open)
        .collect();
    let invitation = match one(&open, pick) {
        Some(open) => open,
        None => one(&model.invitations, pick)?,
    };
    let id = invitation.id.clone();
    Some(match state {
        State::Canceled => (
            invitation.management.clone(),
            Deed::CancelInvitation { invitation: id },
        ),
        State::Declined => (
            invitation.recipient.clone(),
            Deed::DeclineInvitation { invitation: id },
        ),
        State::Open | State::Accepted => (
            invitation.recipient.clone(),
            Deed::AcceptInvitation { invitation: id },
        ),
    })
}

/// Whom `owner` shares with: most often a part of its own organization.
fn target(model: &Model, owner: &str, kind: Pick, with: Pick) -> Option<Target> {
    let own = model.organization_of(owner).filter(|_| !with.is_multiple_of(8));
    let is_candidate = |id: &str| own.is_none_or(|it| model.real.organization_of(id) == Some(&it.id));
    let account = || {
        let accounts = model.accounts.iter().filter(|it| is_candidate(&it.id));
        // Now and then, the owner itself.
        let accounts = accounts.filter(|it| it.id != owner || with % 8 == 1);
        one(&accounts.collect::<Vec<_>>(), with / 8).map(|it| it.id.clone())
    };
    Some(match kind {
        0 => Target::Account(account()?),
        1 => Target::Member(account()?),
        2 => {
            let units = model.units.iter().filter(|it| is_candidate(&it.id));
            Target::Unit(one(&units.collect::<Vec<_>>(), with / 8)?.id.clone())
        }
        _ => Target::Organization(match own {
            Some(own) => own.id.clone(),
            None => one(&model.organizations, with / 8)?.id.clone(),
        }),
    })
}

/// A portfolio, its owner and one of its shares; where there is none, with whom it is not shared.
fn shared(model: &Model, portfolio: Pick, share: Pick) -> Option<(Id, Id, Target)> {
    let portfolio = one(&model.portfolios, portfolio)?;
    let target = match one(&portfolio.shares, share) {
        Some(share) => share.target.clone(),
        None => target(model, &portfolio.owner, share % 4, share)?,
    };
    Some((portfolio.owner.clone(), portfolio.id.clone(), target))
}

/// A portfolio and an account that it is offered to so; where there is none, one that it is not.
fn offered(model: &Model, list: List, portfolio: Pick, account: Pick) -> Option<(Id, Id)> {
    let portfolio = one(&model.portfolios, portfolio)?;
    let is_offered = |account: &Id| match list {
        List::Imported => portfolio.share(&Target::Account(account.clone())).is_some(),
        List::Organization => model.is_reached(account, portfolio),
    };
    let accounts: Vec<Id> = model.accounts.iter().map(|it| it.id.clone()).collect();
    let recipients: Vec<Id> = accounts.iter().filter(|it| is_offered(it)).cloned().collect();
    let by = one(&recipients, account).or_else(|| one(&accounts, account))?;
    Some((by.clone(), portfolio.id.clone()))
}
