//! The scene of a story: a server of its own, an organization on it, and its actors.
//!
//! Invariant: what a scene consists of was made through the public API, but for the accounts outside any organization,
//! which have no way in through it, and organizations that a story imports. Deliberately absent: shortcuts for what a story is about; those are SDK calls.

mod building;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use aws_sdk_servicecatalog::types::{OrganizationNode, OrganizationNodeType};
use engine::{
    ClockChange, ClockReading, FaultRules, ImportError, ImportProgress, Imported, Limits, NewAccount,
    OrganizationPlan, OrganizationView, ViewDetail,
};
use identity::SecretKey;

use crate::{
    Actor, Answer, Failure, Raw, environment,
    house::House,
    transport::{Credentials, Transport},
};

/// A server with an organization on it.
pub struct TestOrg {
    house: House,
    management: Actor,
    id: String,
    root: String,
    units: BTreeMap<String, String>,
    members: BTreeMap<String, Actor>,
}

impl TestOrg {
    /// An organization with these accounts, each `unit/account` or `unit/unit/account`, which Service Catalog may see.
    ///
    /// A unit without accounts is written `unit/`.
    pub async fn with_units(paths: &[&str]) -> Self {
        Self::with_limits(Limits::default(), paths).await
    }

    /// The same under other limits.
    pub async fn with_limits(limits: Limits, paths: &[&str]) -> Self {
        let mut org = Self::bare_with_limits(limits).await;
        org.create_organization().await;
        for path in paths {
            let (unit, account) = path.rsplit_once('/').expect("an account has a unit");
            org.create_units(unit).await;
            if !account.is_empty() {
                org.create_member(account, unit).await;
            }
        }
        org.management
            .enable_aws_organizations_access()
            .send()
            .await
            .expect("the management account may");
        org.settle().await;
        org
    }

    /// A server without any organization, under these limits.
    pub async fn bare_with_limits(limits: Limits) -> Self {
        let (house, management) = House::new(limits).await;
        let management = actor_of(&house, management);
        let (units, members) = (BTreeMap::new(), BTreeMap::new());
        Self {
            house,
            management,
            id: String::new(),
            root: String::new(),
            units,
            members,
        }
    }

    /// A server without any organization.
    pub async fn bare() -> Self {
        Self::bare_with_limits(Limits::default()).await
    }

    /// The management account's user `admin`.
    pub fn management(&self) -> &Actor {
        &self.management
    }

    /// The member account of this name, in the role that its creation made.
    pub fn account(&self, name: &str) -> &Actor {
        self.members
            .get(name)
            .unwrap_or_else(|| panic!("the organization has no account {name}"))
    }

    /// A new account outside the organization.
    pub async fn outsider(&self) -> Actor {
        let made = self
            .house
            .engine()
            .create_account(None)
            .await
            .expect("an account can be made");
        actor_of(&self.house, made)
    }

    /// Loads an organization as `chandlery organization import` does.
    pub async fn import(&self, plan: OrganizationPlan) -> Result<Imported, ImportError> {
        let engine = self.house.engine();
        engine
            .import_organization(Arc::new(plan), ImportProgress::default())
            .await
    }

    /// Every organization, with each account, as `chandlery organization show` has it.
    pub async fn views(&self) -> Vec<OrganizationView> {
        let views = self.house.engine().organization_views(ViewDetail::Accounts).await;
        views.expect("the store answers")
    }

    /// The organization's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The root's id.
    pub fn root_id(&self) -> &str {
        &self.root
    }

    /// The id of the unit of this path, such as `engineering/platform`.
    pub fn unit_id(&self, path: &str) -> &str {
        self.units
            .get(path)
            .unwrap_or_else(|| panic!("the organization has no unit {path}"))
    }

    /// The whole organization, to share with.
    pub fn everybody(&self) -> OrganizationNode {
        node(OrganizationNodeType::Organization, &self.id)
    }

    /// A unit, to share with.
    pub fn unit(&self, path: &str) -> OrganizationNode {
        node(OrganizationNodeType::OrganizationalUnit, self.unit_id(path))
    }

    /// A member account, to share with as a part of the organization.
    pub fn member(&self, name: &str) -> OrganizationNode {
        node(OrganizationNodeType::Account, self.account(name).account_id())
    }

    /// The id of a new portfolio of the management account.
    pub async fn portfolio(&self, name: &str) -> String {
        portfolio_of(&self.management, name).await
    }

    /// Moves the account `name` between parents, given by their ids.
    pub async fn move_account(&self, name: &str, from: &str, to: &str) {
        let moved = self
            .management
            .organizations()
            .move_account()
            .account_id(self.account(name).account_id());
        moved
            .source_parent_id(from)
            .destination_parent_id(to)
            .send()
            .await
            .expect("the account moves");
        self.settle().await;
    }

    /// Makes the account `name` a delegated administrator for Service Catalog.
    pub async fn delegate(&self, name: &str) {
        let registering = self.management.organizations().register_delegated_administrator();
        let registering = registering.account_id(self.account(name).account_id());
        registering
            .service_principal("servicecatalog.amazonaws.com")
            .send()
            .await
            .expect("a member is registered");
    }

    /// Waits until all work that was recorded is done.
    pub async fn settle(&self) {
        self.house.settle().await;
    }

    /// Stops the server in order and starts another on the same store.
    pub async fn restart(&mut self) {
        self.house.restart().await;
    }

    /// Stops the server as if it were killed and starts another on the same store.
    ///
    /// After [`fail_at`](Self::fail_at) a step, it is killed there, which must come about. What it had leased stays
    /// leased, unless the new one is alone on its store and knows better.
    pub async fn crash(&mut self) {
        self.house.crash().await;
    }

    /// Makes something fail. What concerns steps concerns those of the next job; nobody works on another one until
    /// [`settle`](Self::settle) does, or the server starts again.
    pub async fn fail_at(&self, failure: Failure) {
        self.house.fail_at(failure).await;
    }

    /// From now on, no statement fails any more. Returns how many did since that was asked for.
    pub fn end_conflicts(&self) -> u64 {
        self.house.end_conflicts()
    }

    /// Notes every statement that the store runs from now on. Hold the jobs first, which run statements of their own.
    pub fn note_statements(&self) {
        self.house.note_statements();
    }

    /// The statements that were noted, in their order. From now on none is.
    pub fn noted_statements(&self) -> Vec<&'static str> {
        self.house.noted_statements()
    }

    /// Lets nobody work on jobs but [`work`](Self::work) and [`settle`](Self::settle), until the server stops.
    pub async fn hold_jobs(&self) {
        self.house.hold_jobs().await;
    }

    /// Takes the jobs that are due all their steps, now.
    pub async fn work(&self) {
        self.house.work().await;
    }

    /// What goes wrong on purpose. The next start forgets it.
    pub fn faults(&self) -> &FaultRules {
        let faults = self.house.engine().faults();
        faults.expect("a server of a story can provoke them")
    }

    /// Adds a rule about what goes wrong, in JSON as it is given over HTTP. Returns its id.
    pub fn provoke(&self, rule: serde_json::Value) -> String {
        let rule = serde_json::from_value(rule).expect("it is a rule");
        self.faults()
            .add(rule)
            .expect("nothing is wrong with the rule")
            .id
    }

    /// Changes the clock that operations see, and no other.
    pub fn set_clock(&self, change: ClockChange) -> ClockReading {
        let changed = self.house.engine().change_clock(&change);
        changed
            .expect("a server of a story has a clock that can be set")
            .expect("the clock can be set to that")
    }

    /// Moves the clock of the server and of all actors forward.
    pub fn advance(&self, duration: Duration) {
        self.house.clock.advance(duration);
    }

    /// The time on the server's clock.
    pub fn now(&self) -> jiff::Timestamp {
        self.house.clock.timestamp()
    }

    /// The server's address, such as `127.0.0.1:41234`.
    pub fn authority(&self) -> String {
        self.house.address.to_string()
    }

    /// Sends a request made by hand.
    pub async fn raw(&self, request: Raw) -> Answer {
        request.send(self.house.address).await
    }
}

/// The id of a new portfolio of `owner`.
async fn portfolio_of(owner: &Actor, name: &str) -> String {
    let creating = owner
        .create_portfolio()
        .display_name(name)
        .provider_name("Platform");
    let made = creating.send().await.expect("a portfolio is made");
    made.portfolio_detail()
        .and_then(|it| it.id())
        .expect("a portfolio has an id")
        .to_owned()
}

impl Actor {
    /// The id of a new portfolio of this account.
    pub async fn portfolio(&self, name: &str) -> String {
        portfolio_of(self, name).await
    }
}

fn node(kind: OrganizationNodeType, value: &str) -> OrganizationNode {
    OrganizationNode::builder().r#type(kind).value(value).build()
}

fn actor_of(house: &House, made: NewAccount) -> Actor {
    let transport = Transport {
        service: "servicecatalog",
        region: "eu-central-1".to_owned(),
        credentials: Credentials {
            access_key_id: made.access_key_id.to_string(),
            secret: SecretKey::new(made.secret_access_key),
            session_token: None,
        },
        clock: house.clock.clone(),
        protocol: environment::protocol(),
        violations: house.violations.clone(),
    };
    Actor::new(made.account.to_string(), house.address, transport)
}
