//! How accounts are closed, and what they wait for.

use std::time::Duration;

use aws_sdk_organizations::types::{AccountState, AccountStatus, OrganizationFeatureSet};
use engine::Limits;
use testkit::{TestOrg, refused};

use crate::invitations::join;
use crate::questions::{organization_portfolios, share_with_node};

/// The status of the account `name`, and its state beside it.
async fn state(org: &TestOrg, name: &str) -> (AccountStatus, AccountState) {
    let organizations = org.management().organizations();
    let describing = organizations
        .describe_account()
        .account_id(org.account(name).account_id());
    let account = describing.send().await.unwrap().account.unwrap();
    (account.status.unwrap(), account.state.unwrap())
}

async fn close(org: &TestOrg, name: &str) {
    let closing = org.management().organizations().close_account();
    closing
        .account_id(org.account(name).account_id())
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_closed_account_is_a_member_still_and_can_do_nothing() {
    let org = TestOrg::with_units(&["engineering/alice", "engineering/bob"]).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let databases = org.portfolio("Databases").await;
    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;

    close(&org, "alice").await;

    assert_eq!(
        state(&org, "alice").await,
        (AccountStatus::Suspended, AccountState::Closed)
    );
    assert_eq!(
        refused(alice.list_portfolios().send().await),
        "UnrecognizedClientException"
    );
    let read = alice.organizations().describe_organization().send().await;
    assert_eq!(refused(read), "UnrecognizedClientException");
    let who = alice.sts().get_caller_identity().send().await;
    assert_eq!(refused(who), "InvalidClientTokenId");
    assert!(
        management
            .assume(alice.account_id(), "OrganizationAccountAccessRole")
            .await
            .is_err()
    );
    assert_eq!(organization_portfolios(org.account("bob")).await, [databases]);
    let there = management.organizations().list_accounts_for_parent();
    let there = there.parent_id(org.unit_id("engineering")).send().await.unwrap();
    assert_eq!(there.accounts().len(), 2);
}

#[tokio::test]
async fn an_account_is_being_closed_for_as_long_as_it_takes() {
    let limits = Limits {
        account_closing_delay: Duration::from_mins(5),
        ..Limits::default()
    };
    let org = TestOrg::with_limits(limits, &["engineering/alice"]).await;
    let closing = org.management().organizations().close_account();
    let closing = closing.account_id(org.account("alice").account_id());

    closing.clone().send().await.unwrap();

    assert_eq!(
        state(&org, "alice").await,
        (AccountStatus::PendingClosure, AccountState::PendingClosure)
    );
    assert_eq!(refused(closing.clone().send().await), "ConflictException");
    assert_eq!(organization_portfolios(org.account("alice")).await, [""; 0]);
    org.advance(Duration::from_mins(5));
    assert_eq!(
        state(&org, "alice").await,
        (AccountStatus::Suspended, AccountState::Closed)
    );
    assert_eq!(refused(closing.send().await), "AccountAlreadyClosedException");
}

#[tokio::test]
async fn who_cannot_be_closed_is_not() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    let stranger = org.outsider().await;
    let (management, alice) = (org.management(), org.account("alice"));
    for (actor, account, code) in [
        (
            management,
            management.account_id(),
            "ConstraintViolationException",
        ),
        (management, stranger.account_id(), "AccountNotFoundException"),
        (alice, org.account("carol").account_id(), "AccessDeniedException"),
    ] {
        let closing = actor.organizations().close_account().account_id(account);
        assert_eq!(refused(closing.send().await), code);
    }
}

#[tokio::test]
async fn accounts_are_closed_through_an_organization_with_all_features_only() {
    let org = TestOrg::bare().await;
    let (management, dave) = (org.management(), org.outsider().await);
    let creating = management
        .organizations()
        .create_organization()
        .feature_set(OrganizationFeatureSet::ConsolidatedBilling);
    creating.send().await.unwrap();
    join(management, &dave).await;
    let closing = management
        .organizations()
        .close_account()
        .account_id(dave.account_id());
    assert_eq!(refused(closing.send().await), "ConstraintViolationException");
}

#[tokio::test]
async fn a_closed_account_administers_nothing_new_and_can_be_removed() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    close(&org, "alice").await;
    let organizations = org.management().organizations();
    let alice = org.account("alice").account_id();
    let registering = organizations.register_delegated_administrator().account_id(alice);
    let registered = registering
        .service_principal("servicecatalog.amazonaws.com")
        .send()
        .await;
    assert_eq!(refused(registered), "ConstraintViolationException");
    let removing = organizations.remove_account_from_organization();
    removing.account_id(alice).send().await.unwrap();
    organizations.delete_organization().send().await.unwrap();
}

#[tokio::test]
async fn a_created_account_waits_before_it_may_leave_and_an_invited_one_does_not() {
    let limits = Limits {
        leaving_wait: Duration::from_mins(10),
        ..Limits::default()
    };
    let org = TestOrg::with_limits(limits, &["engineering/alice"]).await;
    let (management, dave) = (org.management(), org.outsider().await);
    join(management, &dave).await;
    dave.organizations().leave_organization().send().await.unwrap();
    let alice = org.account("alice").organizations();
    assert_eq!(
        refused(alice.leave_organization().send().await),
        "ConstraintViolationException"
    );
    org.advance(Duration::from_mins(10));
    alice.leave_organization().send().await.unwrap();
}

#[tokio::test]
async fn a_created_account_may_have_to_pay_for_itself_first() {
    let limits = Limits {
        leaving_needs_payment_method: true,
        ..Limits::default()
    };
    let org = TestOrg::with_limits(limits, &["engineering/alice"]).await;
    let removing = org
        .management()
        .organizations()
        .remove_account_from_organization();
    let removed = removing
        .account_id(org.account("alice").account_id())
        .send()
        .await;
    assert_eq!(refused(removed), "ConstraintViolationException");
}
