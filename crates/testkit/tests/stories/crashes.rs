//! The server crashes at any moment, or two of them work on one job, and nothing is lost or done twice.
//!
//! Each job is stopped after each of its steps, and each of its steps is taken twice. The number of steps stands in the
//! tests: a job that has more or fewer fails them.

use aws_sdk_organizations::types::CreateAccountState;
use aws_sdk_servicecatalog::types::{AccessStatus, ShareStatus};
use engine::Limits;
use testkit::{Actor, Failure, TestOrg};

use crate::questions::{organization_portfolios, share_status, share_with_node};

/// Jobs visit one account a step.
fn small_steps() -> Limits {
    Limits {
        step_accounts_max: 1,
        ..Limits::default()
    }
}

/// Everything that can go wrong with a job of so many steps.
fn failures(steps: usize) -> impl Iterator<Item = Failure> {
    (0..=steps).map(Failure::Step).chain([Failure::EveryStep(steps)])
}

/// Lets come about what was asked to fail, and the job be finished by whoever is left.
async fn survive(org: &mut TestOrg, failure: Failure) {
    if let Failure::Step(_) = failure {
        org.crash().await;
        org.advance(Limits::default().job_lease);
    }
    org.settle().await;
}

#[tokio::test]
async fn a_share_operation_survives_a_crash_after_each_step_and_each_step_taken_twice() {
    let units = ["engineering/alice", "engineering/bob", "engineering/carol"];
    let mut org = TestOrg::with_limits(small_steps(), &units).await;
    let mut reached = ["alice", "bob", "carol"].map(|it| org.account(it).account_id().to_owned());
    reached.sort();
    // One for each account, and the one that ends the operation.
    for failure in failures(4) {
        let portfolio = org.portfolio("Databases").await;
        org.fail_at(failure).await;
        let token = share_with_node(org.management(), &portfolio, org.unit("engineering")).await;
        survive(&mut org, failure).await;

        let status = share_status(org.management(), &token).await;
        assert_eq!(status.status(), Some(&ShareStatus::Completed), "{failure:?}");
        let details = status.share_details().unwrap();
        assert_eq!(details.successful_shares(), reached, "{failure:?}");
        assert_eq!(details.share_errors(), [], "{failure:?}");
        assert!(
            organization_portfolios(org.account("bob"))
                .await
                .contains(&portfolio)
        );
    }
}

#[tokio::test]
async fn the_accounts_a_share_operation_reports_are_reported_once_whatever_happens_to_it() {
    let units = ["engineering/alice", "engineering/bob", "sales/carol"];
    let mut org = TestOrg::with_limits(small_steps(), &units).await;
    // One for each account, the owner's among them, and the one that ends the operation.
    for failure in failures(5) {
        let portfolio = org.portfolio("Databases").await;
        share_with_node(org.management(), &portfolio, org.unit("engineering")).await;
        org.settle().await;
        org.fail_at(failure).await;
        let token = share_with_node(org.management(), &portfolio, org.everybody()).await;
        survive(&mut org, failure).await;

        let status = share_status(org.management(), &token).await;
        assert_eq!(
            status.status(),
            Some(&ShareStatus::CompletedWithErrors),
            "{failure:?}"
        );
        let details = status.share_details().unwrap();
        assert_eq!(details.successful_shares(), [org.account("carol").account_id()]);
        let [error] = details.share_errors() else {
            panic!("{failure:?}: {details:?}")
        };
        assert_eq!(error.accounts().len(), 2, "{failure:?}");
    }
}

#[tokio::test]
async fn an_account_is_created_once_whatever_happens_to_its_creation() {
    let mut org = TestOrg::with_units(&["engineering/alice"]).await;
    let before = accounts(org.management()).await.len();
    for (number, failure) in (1..).zip(failures(1)) {
        let name = format!("account {number}");
        org.fail_at(failure).await;
        let creating = org.management().organizations().create_account();
        let asked = creating
            .account_name(&name)
            .email(format!("{number}@example.com"));
        let asked = asked.send().await.unwrap();
        survive(&mut org, failure).await;

        let request = asked.create_account_status().unwrap().id().unwrap();
        let status = org.management().organizations().describe_create_account_status();
        let status = status.create_account_request_id(request).send().await.unwrap();
        let status = status.create_account_status.unwrap();
        assert_eq!(
            status.state(),
            Some(&CreateAccountState::Succeeded),
            "{failure:?}"
        );
        let made = accounts(org.management()).await;
        assert_eq!(made.len(), before + number, "{failure:?}");
        let account = status.account_id().unwrap();
        assert!(made.contains(&account.to_owned()), "{failure:?}");
        let role = org.management().assume(account, "OrganizationAccountAccessRole");
        assert_eq!(role.await.unwrap().account_id(), account);
    }
}

#[tokio::test]
async fn the_structure_is_synced_whatever_happens_to_the_sync() {
    let units = ["engineering/alice", "sales/carol"];
    let mut org = TestOrg::with_limits(small_steps(), &units).await;
    let databases = org.portfolio("Databases").await;
    share_with_node(org.management(), &databases, org.unit("engineering")).await;
    org.settle().await;
    let mut alice_is_in = "engineering";
    // One for each account, the management account's too, and the one that finds no more.
    for failure in failures(4) {
        switch_access_off(org.management()).await;
        let to = if alice_is_in == "engineering" {
            "sales"
        } else {
            "engineering"
        };
        org.move_account("alice", org.unit_id(alice_is_in), org.unit_id(to))
            .await;
        alice_is_in = to;
        org.fail_at(failure).await;
        let enabling = org.management().enable_aws_organizations_access();
        enabling.send().await.unwrap();
        survive(&mut org, failure).await;

        let status = org.management().get_aws_organizations_access_status();
        let status = status.send().await.unwrap();
        assert_eq!(
            status.access_status(),
            Some(&AccessStatus::Enabled),
            "{failure:?}"
        );
        let expected = if to == "engineering" {
            vec![databases.clone()]
        } else {
            vec![]
        };
        assert_eq!(
            organization_portfolios(org.account("alice")).await,
            expected,
            "{failure:?}"
        );
        assert_eq!(organization_portfolios(org.account("carol")).await, [""; 0]);
    }
}

#[tokio::test]
async fn what_was_answered_before_a_crash_is_there_after_it() {
    let mut org = TestOrg::bare().await;
    let databases = org.portfolio("Databases").await;
    org.crash().await;
    let described = org.management().describe_portfolio().id(&databases).send().await;
    let described = described.unwrap().portfolio_detail.unwrap();
    assert_eq!(described.display_name(), Some("Databases"));
}

async fn accounts(management: &Actor) -> Vec<String> {
    let listed = management.organizations().list_accounts().send().await.unwrap();
    let ids = listed.accounts().iter().map(|it| it.id().unwrap().to_owned());
    ids.collect()
}

async fn switch_access_off(management: &Actor) {
    management
        .disable_aws_organizations_access()
        .send()
        .await
        .unwrap();
}
