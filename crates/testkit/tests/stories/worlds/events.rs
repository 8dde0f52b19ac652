//! What may happen in a world, drawn at random: by numbers, which become ids when it happens.
//!
//! Invariant: an event means something in any world, so that a long story can be cut short anywhere; where there is
//! nothing to do it to, nothing happens. Most events fit the world they happen in, and some do not. Deliberately absent:
//! which ids the numbers become; `choices.rs` says that.

use proptest::{collection::vec, prelude::*};

use super::{
    deeds::{List, Through},
    model::State,
};

/// How many things happen in a story; some of them are several events.
const EVENTS: std::ops::Range<usize> = 18..22;

/// A number that picks one of a list.
pub(super) type Pick = usize;

/// Something that happens.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) by: By,
    pub(super) what: What,
}

/// Who does it.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    /// Whoever may.
    Fitting,
    /// Anybody.
    Anybody(Pick),
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Found,
    Dissolve(Pick),
    CreateUnit {
        under: Pick,
        name: Pick,
    },
    DeleteUnit(Pick),
    Invite {
        into: Pick,
        account: Pick,
    },
    Answer {
        invitation: Pick,
        state: State,
    },
    Move {
        account: Pick,
        to: Pick,
    },
    MoveFromElsewhere {
        account: Pick,
        from: Pick,
        to: Pick,
    },
    Remove(Pick),
    Leave(Pick),
    Close(Pick),
    Enable(Pick, Through),
    Disable(Pick, Through),
    Register(Pick),
    Deregister(Pick),
    CreatePortfolio(Pick),
    DeletePortfolio(Pick),
    Share {
        portfolio: Pick,
        kind: Pick,
        with: Pick,
    },
    UpdateShare {
        portfolio: Pick,
        share: Pick,
    },
    Unshare {
        portfolio: Pick,
        share: Pick,
    },
    Accept {
        portfolio: Pick,
        account: Pick,
        list: List,
    },
    Reject {
        portfolio: Pick,
        account: Pick,
        list: List,
    },
    /// New shares fail for this account from now on, or do no more.
    Fail(Pick),
    /// Somebody asks about an id of a kind, its own or not.
    Probe {
        question: Pick,
        id: Pick,
    },
}

fn pick() -> impl Strategy<Value = Pick> {
    0_usize..64
}

fn list() -> impl Strategy<Value = List> {
    prop_oneof![Just(List::Imported), Just(List::Organization)]
}

fn through() -> impl Strategy<Value = Through> {
    prop_oneof![Just(Through::Catalog), Just(Through::Organizations)]
}

fn what() -> impl Strategy<Value = What> {
    let state = prop_oneof![
        4 => Just(State::Accepted),
        1 => Just(State::Declined),
        1 => Just(State::Canceled),
    ];
    let structure = prop_oneof![
        1 => Just(What::Found),
        1 => pick().prop_map(What::Dissolve),
        2 => (pick(), 0_usize..4).prop_map(|(under, name)| What::CreateUnit { under, name }),
        2 => pick().prop_map(What::DeleteUnit),
        4 => (pick(), pick()).prop_map(|(into, account)| What::Invite { into, account }),
        6 => (pick(), state).prop_map(|(invitation, state)| What::Answer { invitation, state }),
        8 => (pick(), pick()).prop_map(|(account, to)| What::Move { account, to }),
        1 => (pick(), pick(), pick())
            .prop_map(|(account, from, to)| What::MoveFromElsewhere { account, from, to }),
        3 => pick().prop_map(What::Remove),
        3 => pick().prop_map(What::Leave),
        1 => pick().prop_map(What::Close),
    ];
    let access = prop_oneof![
        3 => (pick(), through()).prop_map(|(it, through)| What::Enable(it, through)),
        3 => (pick(), through()).prop_map(|(it, through)| What::Disable(it, through)),
        2 => pick().prop_map(What::Register),
        3 => pick().prop_map(What::Deregister),
    ];
    let shares = prop_oneof![
        1 => pick().prop_map(What::CreatePortfolio),
        1 => pick().prop_map(What::DeletePortfolio),
        10 => (pick(), 0_usize..4, pick())
            .prop_map(|(portfolio, kind, with)| What::Share { portfolio, kind, with }),
        1 => (pick(), pick()).prop_map(|(portfolio, share)| What::UpdateShare { portfolio, share }),
        4 => (pick(), pick()).prop_map(|(portfolio, share)| What::Unshare { portfolio, share }),
        2 => pick().prop_map(What::Fail),
        4 => (pick(), pick(), list())
            .prop_map(|(portfolio, account, list)| What::Accept { portfolio, account, list }),
        3 => (pick(), pick(), list())
            .prop_map(|(portfolio, account, list)| What::Reject { portfolio, account, list }),
    ];
    let probe = (0_usize..1_024, pick()).prop_map(|(question, id)| What::Probe { question, id });
    prop_oneof![6 => structure, 3 => access, 12 => shares, 7 => probe]
}

/// Accounts go where nobody watches, and access may come back.
fn while_access_is_off() -> impl Strategy<Value = Vec<What>> {
    let goes = prop_oneof![
        2 => pick().prop_map(What::Remove),
        2 => pick().prop_map(What::Leave),
        2 => (pick(), pick()).prop_map(|(account, to)| What::Move { account, to }),
        1 => pick().prop_map(What::DeleteUnit),
    ];
    let comes_back = prop_oneof![
        Just(None),
        (pick(), pick()).prop_map(|(into, account)| Some(What::Invite { into, account })),
    ];
    let access = (pick(), through(), any::<bool>());
    (access, vec(goes, 1..4), comes_back).prop_map(|((of, through, is_enabled_again), goes, comes_back)| {
        let mut all = vec![What::Deregister(of), What::Disable(of, through)];
        all.extend(goes);
        all.extend(is_enabled_again.then_some(What::Enable(of, through)));
        if let Some(invited) = comes_back {
            let state = State::Accepted;
            all.extend([invited, What::Answer { invitation: 0, state }]);
        }
        all
    })
}

/// A portfolio is rejected, taken back, and shared with everybody.
fn rejected_and_shared_anew() -> impl Strategy<Value = Vec<What>> {
    (pick(), pick(), pick(), 1_usize..4).prop_map(|(portfolio, account, with, unshared)| {
        let list = List::Organization;
        let mut all = vec![What::Reject {
            portfolio,
            account,
            list,
        }];
        all.extend(std::iter::repeat_n(
            What::Unshare { portfolio, share: 0 },
            unshared,
        ));
        all.push(What::Share {
            portfolio,
            kind: 3,
            with,
        });
        all
    })
}

/// Random events: some by themselves, and some that mean something together.
pub(super) fn events() -> impl Strategy<Value = Vec<Event>> {
    let by = || prop_oneof![5 => Just(By::Fitting), 1 => pick().prop_map(By::Anybody)];
    let single = (by(), what()).prop_map(|(by, what)| vec![Event { by, what }]);
    let together = prop_oneof![2 => while_access_is_off(), 1 => rejected_and_shared_anew()];
    let together = together.prop_map(|all| all.into_iter().map(Event::fitting).collect());
    vec(prop_oneof![9 => single, 1 => together], EVENTS).prop_map(|it| it.concat())
}

impl Event {
    /// Done by whoever may.
    pub(super) fn fitting(what: What) -> Self {
        Self {
            by: By::Fitting,
            what,
        }
    }
}
