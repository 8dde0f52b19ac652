//! Leases: who may work on a job, and for how long.

use std::sync::Arc;
use std::time::Duration;

use domain::{
    Account, AccountId, AccountState, Fault, JobId, JoinedMethod, Membership, Organization, OrganizationId,
    OrganizationNode, PortfolioId, Region, RootId, SERVICE_CATALOG_PRINCIPAL, ShareAction, ShareOperation,
    ShareStatus, ShareTarget, ShareToken, Time,
};
use parking_lot::Mutex;
use store::{Job, JobCount, JobKind, JobState, Store, StoreError, WriteTx};
use tokio::sync::watch;

use super::runner::Ran;
use super::{LeasedJob, run_step};
use crate::{Clock, Engine, EngineOptions, Limits};

pub(super) const START: Time = Time::from_microseconds(1_000_000_000);

/// A clock that stands still until it is set.
#[derive(Clone)]
struct Stopped(Arc<Mutex<Time>>);

impl Clock for Stopped {
    fn now(&self) -> Time {
        *self.0.lock()
    }
}

/// An engine whose jobs nobody works on.
pub(super) struct House {
    pub(super) store: Store,
    pub(super) engine: Engine,
    clock: Stopped,
    _folder: tempfile::TempDir,
}

impl House {
    pub(super) async fn new(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let clock = Stopped(Arc::new(Mutex::new(START)));
        let options = EngineOptions {
            limits,
            clock: Arc::new(clock.clone()),
            ..EngineOptions::default()
        };
        let engine = Engine::open(store.clone(), options).await.unwrap().engine;
        Self {
            store,
            engine,
            clock,
            _folder: folder,
        }
    }

    pub(super) fn set_clock(&self, now: Time) {
        *self.clock.0.lock() = now;
    }

    /// An organization of two accounts whose structure is to be synced an account at a time: three steps.
    async fn with_three_steps() -> Self {
        let house = Self::new(Limits {
            step_accounts_max: 1,
            ..Limits::default()
        })
        .await;
        let recorded = house.store.step(record_sync);
        recorded.await.unwrap().unwrap();
        house
    }

    async fn lease(&self) -> LeasedJob {
        self.engine.lease_job().await.unwrap().unwrap()
    }

    async fn step(&self, leased: LeasedJob) -> Option<LeasedJob> {
        self.engine.step_job(leased).await.unwrap()
    }

    fn end_leases(&self) {
        self.set_clock(START.after(self.engine.limits().job_lease));
    }
}

fn record_sync(tx: &WriteTx<'_>) -> Result<(), StoreError> {
    let organization = Organization {
        id: OrganizationId::parse("o-exampleorgid").unwrap(),
        management: AccountId::parse("101010101010").unwrap(),
        root: RootId::parse("r-ab12").unwrap(),
        feature_set: "ALL".to_owned(),
        created_at: START,
    };
    tx.insert_organization(&organization)?;
    tx.insert_service_access(&organization.id, SERVICE_CATALOG_PRINCIPAL, START)?;
    for id in ["101010101011", "101010101012"] {
        let account = Account {
            id: AccountId::parse(id).unwrap(),
            name: id.to_owned(),
            email: format!("{id}@example.com"),
            state: AccountState::Active,
            created_at: START,
            closes_at: None,
            membership: None,
        };
        let membership = Membership {
            organization: organization.id.clone(),
            parent: organization.root.clone().into(),
            joined_method: JoinedMethod::Created,
            joined_at: START,
        };
        tx.insert_account(&account)?;
        tx.put_membership(&account.id, &membership)?;
    }
    let job = JobId::parse("job-1").unwrap();
    tx.insert_job(
        &job,
        JobKind::StructureSync,
        organization.id.as_str(),
        START,
        START,
    )
}

/// A share that is taken from the two accounts of the organization, the second of which owns it.
fn record_unsharing(tx: &WriteTx<'_>) -> Result<(), StoreError> {
    let token = ShareToken::parse("share-abcdefghijklm").unwrap();
    tx.insert_share_operation(&ShareOperation {
        token: token.clone(),
        portfolio: PortfolioId::parse("port-abcdefghijklm").unwrap(),
        owner: AccountId::parse("101010101012").unwrap(),
        region: Region::parse("us-east-1").unwrap(),
        target: ShareTarget::Node(OrganizationNode::Organization(
            OrganizationId::parse("o-exampleorgid").unwrap(),
        )),
        action: ShareAction::Delete,
        status: ShareStatus::NotStarted,
        created_at: START,
    })?;
    let job = JobId::parse("job-2").unwrap();
    tx.insert_job(&job, JobKind::ShareOperation, token.as_str(), START, START)
}

#[tokio::test]
async fn of_a_step_that_runs_twice_one_run_is_counted_and_of_a_lost_one_nothing() {
    let house = House::with_three_steps().await;
    let mut leased = Some(house.lease().await);
    while let Some(more) = leased {
        leased = house.step(more).await;
    }
    let recorded = house.store.step(record_unsharing);
    recorded.await.unwrap().unwrap();
    let (job, cx) = (house.lease().await.job, house.engine.job_cx());
    let lost = Job {
        attempt: job.attempt - 1,
        ..job.clone()
    };
    let ran = house.store.step(move |tx| {
        let reached = |job: &Job| run_step(&cx, tx, job).map(|(_, progress)| progress.reached);
        Ok::<_, Fault>([reached(&job)?, reached(&job)?, reached(&lost)?])
    });
    assert_eq!(ran.await.unwrap().unwrap(), [1, 1, 0]);
}

#[tokio::test]
async fn a_job_is_leased_to_one_worker_until_the_lease_is_over() {
    let house = House::with_three_steps().await;
    house.lease().await;
    assert!(house.engine.lease_job().await.unwrap().is_none());
    house.end_leases();
    house.lease().await;
}

#[tokio::test]
async fn the_copy_of_a_structure_follows_no_further_when_access_ends() {
    let house = House::with_three_steps().await;
    let leased = house.step(house.lease().await).await.unwrap();
    let disabled = house.store.step(|tx: &WriteTx<'_>| {
        let organization = OrganizationId::parse("o-exampleorgid").unwrap();
        tx.remove_service_access(&organization, SERVICE_CATALOG_PRINCIPAL)
    });
    disabled.await.unwrap().unwrap();

    assert!(house.step(leased).await.is_none());

    let known = house.store.read(|tx| {
        let id = OrganizationId::parse("o-exampleorgid").unwrap();
        let met = tx.walk_accounts(&id, "", 10)?;
        Ok::<_, StoreError>(met.into_iter().map(|it| it.id).collect::<Vec<_>>())
    });
    let first = AccountId::parse("101010101011").unwrap();
    assert_eq!(known.await.unwrap().unwrap(), [first]);
}

#[tokio::test]
async fn an_unfinished_job_is_counted_in_the_state_it_is_in() {
    let house = House::with_three_steps().await;
    let state_at = async |now: Time| {
        let counted = house.store.read(move |tx| tx.count_jobs(now, now)).await;
        let counts = counted.unwrap().unwrap();
        let [
            JobCount {
                kind: JobKind::StructureSync,
                state,
                count: 1,
            },
        ] = counts[..]
        else {
            panic!("{counts:?}");
        };
        state
    };
    let lease = house.engine.limits().job_lease;
    assert_eq!(state_at(START.before(lease)).await, JobState::Scheduled);
    assert_eq!(state_at(START).await, JobState::Due);
    house.lease().await;
    assert_eq!(state_at(START).await, JobState::Leased);
    // Somebody who pauses takes it up again within a moment.
    assert_eq!(state_at(START.after(lease)).await, JobState::Leased);
    let moment = std::time::Duration::from_secs(1);
    assert_eq!(state_at(START.after(lease + moment)).await, JobState::Due);
}

#[tokio::test]
async fn a_step_renews_the_lease() {
    let house = House::with_three_steps().await;
    let leased = house.lease().await;
    house.set_clock(START.after(house.engine.limits().job_lease / 2));
    assert!(house.step(leased).await.is_some());
    house.end_leases();
    assert!(house.engine.lease_job().await.unwrap().is_none());
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_changes_nothing() {
    let house = House::with_three_steps().await;
    let lost = house.lease().await;
    house.end_leases();
    let held = house.lease().await;
    assert!(house.step(lost).await.is_none());
    let held = house.step(held).await.unwrap();
    assert_eq!(held.job.position, "101010101011");
}

#[tokio::test]
async fn a_runner_that_is_stopped_gives_its_lease_back() {
    let house = House::with_three_steps().await;
    let (_stop, stopped) = watch::channel(true);
    let ran = house.engine.run_one_job(&stopped).await.unwrap();
    assert_eq!(ran, Ran::Ended);
    assert_eq!(house.lease().await.job.position, "101010101011");
}

#[tokio::test]
async fn a_step_that_would_visit_no_account_visits_one() {
    let house = House::new(Limits {
        step_accounts_max: 0,
        ..Limits::default()
    })
    .await;
    house.store.step(record_sync).await.unwrap().unwrap();
    let leased = house.lease().await;
    assert!(house.step(leased).await.is_some());
}

#[tokio::test]
async fn a_job_pauses_for_requests_and_for_nobody_else() {
    let house = House::with_three_steps().await;
    let step = Duration::from_millis(1);
    assert_eq!(house.engine.pause_after(step), Duration::ZERO);
    let served = house.engine.begin_serving();
    assert_eq!(house.engine.pause_after(step), step * 2);
    assert_eq!(house.engine.pause_after(step * 1_000), Duration::from_millis(20));
    drop(served);
    assert_eq!(house.engine.pause_after(step), Duration::ZERO);
}
