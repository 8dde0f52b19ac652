//! The scene of one event: an organization, one portfolio for each kind of share, and who looks at them.
//!
//! The recipient is `alice`; `bob` is in the same unit and stays there, `dana` administers shares on the organization's
//! behalf from another unit. Invariant: every share that can be made is made, and carried out, before anything happens.
//! Deliberately absent: what happens, see `acts.rs`, and what is seen, see `looks.rs`.

use std::collections::BTreeMap;

use testkit::{Actor, TestOrg, refused};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::kinds::{DIVISION, KINDS, Kind, TEAM, Target};

/// How many scenes there are at once: each has connections of its own to PostgreSQL, which keeps few.
static TURNS: Semaphore = Semaphore::const_new(4);

/// Where the recipient is when everything begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recipient {
    /// A member, in the unit.
    Member,
    /// An account in no organization.
    Outsider,
    /// Nowhere: there is no such account yet.
    Nobody,
}

/// A portfolio and what it is shared with.
pub(super) struct Shared {
    pub(super) kind: Kind,
    pub(super) portfolio: String,
    /// Why there is nothing to look at, if a share of it could not be made.
    pub(super) obstacle: Option<String>,
}

/// One organization and everybody who looks at its shares.
pub(super) struct Scene {
    pub(super) org: TestOrg,
    pub(super) owner: Actor,
    /// Who else administers shares: the delegated administrator, or the management account where that one is the owner.
    pub(super) administrator: Actor,
    pub(super) recipient: Option<Actor>,
    pub(super) stranger: Actor,
    /// The id of the unit or root in which the recipient is.
    pub(super) parent: String,
    pub(super) shared: Vec<Shared>,
    /// From ids to what stands for them in the tables.
    pub(super) names: BTreeMap<String, &'static str>,
    pub(super) tables: String,
    _turn: SemaphorePermit<'static>,
}

impl Scene {
    /// What the management account shares.
    pub(super) async fn of(recipient: Recipient) -> Self {
        let mut scene = Self::without_shares(recipient).await;
        scene.share_everything().await;
        scene
    }

    /// What the delegated administrator shares with a member.
    pub(super) async fn of_delegated_administrator() -> Self {
        let mut scene = Self::without_shares(Recipient::Member).await;
        std::mem::swap(&mut scene.owner, &mut scene.administrator);
        scene.share_everything().await;
        scene
    }

    async fn without_shares(recipient: Recipient) -> Self {
        let turn = TURNS.acquire().await.expect("nobody closes it");
        let org = organization(recipient).await;
        let (account, parent) = match recipient {
            Recipient::Member => (Some(org.account("alice").clone()), org.unit_id(TEAM)),
            Recipient::Outsider => (Some(org.outsider().await), org.root_id()),
            Recipient::Nobody => (None, org.root_id()),
        };
        let names = BTreeMap::from([
            (org.management().account_id().to_owned(), "management"),
            (org.account("bob").account_id().to_owned(), "bob"),
            (org.account("dana").account_id().to_owned(), "dana"),
            (org.id().to_owned(), "organization"),
            (org.unit_id(DIVISION).to_owned(), "parent unit"),
            (org.unit_id(TEAM).to_owned(), "unit"),
        ]);
        let mut scene = Self {
            owner: org.management().clone(),
            administrator: org.account("dana").clone(),
            stranger: org.outsider().await,
            parent: parent.to_owned(),
            org,
            recipient: None,
            shared: Vec::new(),
            names,
            tables: String::new(),
            _turn: turn,
        };
        if let Some(account) = account {
            scene.enter(account);
        }
        scene
    }

    async fn share_everything(&mut self) {
        for kind in KINDS {
            let shared = self.share(kind).await;
            self.shared.push(shared);
        }
    }

    /// From now on, the recipient is there.
    pub(super) fn enter(&mut self, recipient: Actor) {
        self.names.insert(recipient.account_id().to_owned(), "alice");
        self.recipient = Some(recipient);
    }

    pub(super) fn recipient(&self) -> &Actor {
        self.recipient.as_ref().expect("the recipient is there by now")
    }

    async fn share(&self, kind: Kind) -> Shared {
        let portfolio = self.owner.portfolio(kind.name).await;
        let obstacle = if kind.names_recipient() && self.recipient.is_none() {
            Some("nobody is there to name yet".to_owned())
        } else {
            let mut refusal = None;
            for &target in kind.targets {
                refusal = refusal.or(self.share_with(&portfolio, target).await.err());
            }
            refusal.map(|code| format!("refused: {code}"))
        };
        Shared {
            kind,
            portfolio,
            obstacle,
        }
    }

    /// The owner shares `portfolio` with `target`, or is refused with a code.
    pub(super) async fn share_with(&self, portfolio: &str, target: Target) -> Result<(), String> {
        let (account, node) = target.address(&self.org, self.recipient.as_ref());
        let sharing = self.owner.create_portfolio_share().portfolio_id(portfolio);
        let shared = sharing.set_account_id(account).set_organization_node(node);
        if let Err(refusal) = shared.send().await {
            return Err(refused(Err::<(), _>(refusal)).code);
        }
        self.org.settle().await;
        if target == Target::Import {
            let accepting = self.recipient().accept_portfolio_share();
            accepting.portfolio_id(portfolio).send().await.unwrap();
        }
        Ok(())
    }
}

async fn organization(recipient: Recipient) -> TestOrg {
    let mut paths = vec![
        "division/team/squad/",
        "division/team/bob",
        "sales/",
        "platform/dana",
    ];
    if recipient == Recipient::Member {
        paths.push("division/team/alice");
    }
    let org = TestOrg::with_units(&paths).await;
    org.delegate("dana").await;
    org
}
