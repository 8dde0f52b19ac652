//! How worlds begin.
//!
//! Invariant: a beginning is made of events like all that follows, and is checked like it. Deliberately absent: what
//! makes a world interesting; that is left to chance.

use proptest::{collection::vec, prelude::*};

use super::{
    deeds::Through,
    events::{Event, Pick, What, events},
    model::State,
};

/// How many accounts there are. The first manages an organization, and often the second does.
pub(super) const ACCOUNTS: usize = 6;
/// The first that is a member or on its own.
const MEMBERS_FROM: usize = 2;

/// How a world begins.
#[derive(Clone, Debug)]
struct Beginning {
    organizations: usize,
    /// For each account from the third on, the organization it joins, if it does, and where it goes there.
    homes: Vec<(Option<usize>, Pick)>,
    is_trusting: bool,
    has_administrator: bool,
    /// Portfolios, kinds of target and targets.
    shares: Vec<(Pick, Pick, Pick)>,
}

/// A whole story: what makes the world, and what happens in it.
#[derive(Clone, Debug)]
pub(super) struct Story {
    pub(super) beginning: Vec<Event>,
    pub(super) events: Vec<Event>,
}

/// Stories of random worlds.
pub(super) fn stories() -> impl Strategy<Value = Story> {
    let home = (
        prop_oneof![1 => Just(None), 6 => (0_usize..2).prop_map(Some)],
        0_usize..4,
    );
    let homes = vec(home, ACCOUNTS - MEMBERS_FROM);
    let shares = vec((0_usize..4, 0_usize..4, 0_usize..64), 0..6);
    let world = (
        1_usize..=2,
        homes,
        prop::bool::weighted(0.85),
        any::<bool>(),
        shares,
    );
    let beginning =
        world.prop_map(
            |(organizations, homes, is_trusting, has_administrator, shares)| Beginning {
                organizations,
                homes,
                is_trusting,
                has_administrator,
                shares,
            },
        );
    (beginning, events()).prop_map(|(beginning, events)| Story {
        beginning: beginning.events(),
        events,
    })
}

impl Beginning {
    fn events(&self) -> Vec<Event> {
        let mut all = Vec::new();
        let mut happens = |what| all.push(Event::fitting(what));
        for organization in 0..self.organizations {
            happens(What::Found);
            if organization == 0 {
                // Parents are the root, then the units in their order: the second unit is in the first.
                happens(What::CreateUnit { under: 0, name: 0 });
                happens(What::CreateUnit { under: 1, name: 1 });
            } else {
                happens(What::CreateUnit { under: 3, name: 0 });
            }
            if self.is_trusting {
                happens(What::Enable(organization, Through::Catalog));
            }
        }
        for (account, (organization, to)) in (MEMBERS_FROM..).zip(&self.homes) {
            if let Some(into) = organization.filter(|it| *it < self.organizations) {
                happens(What::Invite { into, account });
                happens(What::Answer {
                    invitation: 0,
                    state: State::Accepted,
                });
                happens(What::Move { account, to: *to });
            }
        }
        if self.has_administrator {
            happens(What::Register(MEMBERS_FROM));
        }
        for owner in [0, 0, 1, MEMBERS_FROM] {
            happens(What::CreatePortfolio(owner));
        }
        for &(portfolio, kind, with) in &self.shares {
            happens(What::Share {
                portfolio,
                kind,
                with,
            });
        }
        all
    }
}
