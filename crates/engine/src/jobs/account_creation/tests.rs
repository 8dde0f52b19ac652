//! What a step leaves behind, run once and run twice.

use std::{sync::Arc, time::Duration};

use domain::{
    AccountCreation, AccountId, CreateAccountRequestId, CreationState, Fault, JobId, JoinedMethod,
    Organization, OrganizationId, RootId, Time,
};
use store::{Job, JobKind, Store, WriteTx};

use super::step;
use crate::{Fresh, SystemRandomness, jobs::JobCx};

const NOW: Time = Time::from_microseconds(5);

fn in_store(body: fn(&WriteTx<'_>)) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let ran = store.step(move |tx| {
        tx.insert_organization(&organization()).unwrap();
        body(tx);
        Ok::<(), Fault>(())
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(ran).unwrap().unwrap();
}

fn organization() -> Organization {
    Organization {
        id: OrganizationId::parse("o-exampleorgid").unwrap(),
        management: AccountId::parse("101010101010").unwrap(),
        root: RootId::parse("r-ab12").unwrap(),
        feature_set: "ALL".to_owned(),
        created_at: NOW,
    }
}

/// Asks for an account at `email` and carries that out `times` times.
fn create(tx: &WriteTx<'_>, id: &str, email: &str, times: usize) -> AccountCreation {
    let id = CreateAccountRequestId::parse(id).unwrap();
    let creation = AccountCreation {
        id: id.clone(),
        organization: organization().id,
        account_name: "alice".to_owned(),
        email: email.to_owned(),
        role_name: "Access".to_owned(),
        state: CreationState::InProgress,
        account: None,
        failure_reason: None,
        requested_at: NOW,
        completed_at: None,
    };
    tx.insert_account_creation(&creation).unwrap();
    let cx = JobCx {
        now: NOW,
        machine_now: NOW,
        fresh: Fresh::new(Arc::new(SystemRandomness)),
        limits: Arc::default(),
        faults: None,
    };
    let job = Job {
        id: JobId::parse("job-1").unwrap(),
        kind: JobKind::AccountCreation,
        subject: id.to_string(),
        position: String::new(),
        attempt: 1,
    };
    for _ in 0..times {
        step(&cx, tx, &job).unwrap();
    }
    tx.find_account_creation(&id).unwrap().unwrap()
}

#[test]
fn a_new_account_lies_under_the_root_and_trusts_the_management_account() {
    in_store(|tx| {
        let creation = create(tx, "car-11111111", "alice@example.com", 1);
        assert_eq!(creation.state, CreationState::Succeeded);
        let account = creation.account.unwrap();

        let membership = tx.find_account(&account).unwrap().unwrap().membership.unwrap();
        assert_eq!(membership.parent, organization().root.into());
        assert_eq!(membership.joined_method, JoinedMethod::Created);
        let role = tx.find_role(&account, "Access").unwrap().unwrap();
        assert_eq!(role.trusted_account, organization().management);
        assert_eq!(role.session_max, Duration::from_hours(1));
    });
}

#[test]
fn a_second_run_makes_no_second_account() {
    in_store(|tx| {
        let creation = create(tx, "car-11111111", "alice@example.com", 2);
        assert_eq!(creation.state, CreationState::Succeeded);
        let accounts = tx.list_accounts(&organization().id, "", 10).unwrap();
        assert_eq!(accounts.len(), 1);
    });
}

#[test]
fn an_address_has_one_account() {
    in_store(|tx| {
        create(tx, "car-11111111", "alice@example.com", 1);
        let second = create(tx, "car-22222222", "alice@example.com", 1);
        assert_eq!(second.state, CreationState::Failed);
        assert_eq!(second.failure_reason.as_deref(), Some("EMAIL_ALREADY_EXISTS"));
        assert_eq!(second.account, None);
    });
}
