//! What becomes of each account when a share is carried out.

use aws_sdk_servicecatalog::types::{OrganizationNode, OrganizationNodeType, ShareError, ShareStatus};
use domain::{AccountState, JoinedMethod};
use engine::{Limits, OrganizationPlan, PlannedAccount, PlannedUnit};
use testkit::TestOrg;

use crate::questions::{organization_portfolios, share_status, share_with_node};

async fn close(org: &TestOrg, name: &str) {
    let closing = org.management().organizations().close_account();
    closing
        .account_id(org.account(name).account_id())
        .send()
        .await
        .unwrap();
}

/// The accounts under `parent` that inherit `portfolio`.
async fn reached(org: &TestOrg, portfolio: &str, parent: &str) -> Vec<String> {
    let listing = org.management().list_portfolio_access().portfolio_id(portfolio);
    let listed = listing.organization_parent_id(parent).send().await.unwrap();
    listed.account_ids.unwrap_or_default()
}

/// Takes the share with `node` away and makes it again. Returns both tokens.
async fn recreate(org: &TestOrg, portfolio: &str, node: OrganizationNode) -> [String; 2] {
    let deleting = org.management().delete_portfolio_share().portfolio_id(portfolio);
    let deleted = deleting.organization_node(node.clone()).send().await.unwrap();
    org.settle().await;
    let created = share_with_node(org.management(), portfolio, node).await;
    org.settle().await;
    [deleted.portfolio_share_token.unwrap(), created]
}

/// The accounts that failed, by error, of an operation that ended with errors.
async fn errors(org: &TestOrg, token: &str) -> Vec<ShareError> {
    let status = share_status(org.management(), token).await;
    assert_eq!(status.status(), Some(&ShareStatus::CompletedWithErrors));
    status.share_details.unwrap().share_errors.unwrap()
}

#[tokio::test]
async fn a_suspended_account_is_an_error_and_is_not_reached() {
    let org = TestOrg::with_units(&["engineering/alice", "engineering/bob"]).await;
    let (alice, bob) = (org.account("alice").account_id(), org.account("bob").account_id());
    close(&org, "alice").await;
    let databases = org.portfolio("Databases").await;

    let token = share_with_node(org.management(), &databases, org.unit("engineering")).await;
    org.settle().await;

    let [error] = &errors(&org, &token).await[..] else {
        panic!("one error")
    };
    assert_eq!(error.error(), Some("InvalidStateException"));
    assert_eq!(error.message(), Some("The account is suspended."));
    assert_eq!(error.accounts(), [alice]);
    let status = share_status(org.management(), &token).await;
    assert_eq!(status.share_details().unwrap().successful_shares(), [bob]);
    assert_eq!(reached(&org, &databases, org.unit_id("engineering")).await, [bob]);
}

#[tokio::test]
async fn an_update_reports_a_suspended_account_and_recreating_the_share_tries_it_again() {
    let org = TestOrg::with_units(&["engineering/alice", "engineering/bob"]).await;
    close(&org, "alice").await;
    let databases = org.portfolio("Databases").await;
    share_with_node(org.management(), &databases, org.unit("engineering")).await;
    org.settle().await;

    let updating = org.management().update_portfolio_share().portfolio_id(&databases);
    let updating = updating
        .organization_node(org.unit("engineering"))
        .share_tag_options(true);
    let updated = updating.send().await.unwrap().portfolio_share_token.unwrap();
    org.settle().await;
    let [deleted, recreated] = recreate(&org, &databases, org.unit("engineering")).await;

    let status = share_status(org.management(), &deleted).await;
    assert_eq!(status.status(), Some(&ShareStatus::Completed));
    for token in [&updated, &recreated] {
        assert_eq!(
            errors(&org, token).await[0].accounts(),
            [org.account("alice").account_id()]
        );
    }
    let bob = org.account("bob");
    assert_eq!(reached(&org, &databases, org.root_id()).await, [bob.account_id()]);
    assert_eq!(organization_portfolios(bob).await, [databases]);
}

#[tokio::test]
async fn errors_of_one_kind_are_told_of_together_and_of_two_kinds_apart() {
    let org = TestOrg::with_units(&[
        "engineering/alice",
        "engineering/bob",
        "sales/carol",
        "sales/dave",
    ])
    .await;
    let databases = org.portfolio("Databases").await;
    share_with_node(org.management(), &databases, org.unit("engineering")).await;
    org.settle().await;
    close(&org, "carol").await;

    let token = share_with_node(org.management(), &databases, org.everybody()).await;
    org.settle().await;

    let errors = errors(&org, &token).await;
    let of = |error: &ShareError| (error.error().unwrap().to_owned(), error.accounts().len());
    assert_eq!(
        errors.iter().map(of).collect::<Vec<_>>(),
        [
            ("DuplicateResourceException".to_owned(), 2),
            ("InvalidStateException".to_owned(), 1)
        ]
    );
    let details = share_status(org.management(), &token)
        .await
        .share_details
        .unwrap();
    assert_eq!(details.successful_shares(), [org.account("dave").account_id()]);
}

#[tokio::test]
async fn an_account_that_a_share_excludes_is_no_duplicate_for_the_next() {
    let org = TestOrg::with_units(&["engineering/alice", "engineering/bob"]).await;
    close(&org, "alice").await;
    let databases = org.portfolio("Databases").await;
    share_with_node(org.management(), &databases, org.unit("engineering")).await;
    org.settle().await;

    let token = share_with_node(org.management(), &databases, org.everybody()).await;
    org.settle().await;

    let errors = errors(&org, &token).await;
    let kinds: Vec<_> = errors.iter().map(|it| it.error().unwrap()).collect();
    assert_eq!(kinds, ["DuplicateResourceException", "InvalidStateException"]);
    assert_eq!(errors[0].accounts(), [org.account("bob").account_id()]);
}

#[tokio::test]
async fn an_operation_of_an_administrator_that_is_deregistered_meanwhile_fails_as_a_whole() {
    let org = TestOrg::with_units(&["engineering/alice", "engineering/bob"]).await;
    close(&org, "bob").await;
    org.delegate("alice").await;
    let alice = org.account("alice");
    let databases = alice.portfolio("Databases").await;
    org.hold_jobs().await;
    let token = share_with_node(alice, &databases, org.unit("engineering")).await;

    let deregistering = org
        .management()
        .organizations()
        .deregister_delegated_administrator();
    let deregistering = deregistering.account_id(alice.account_id());
    deregistering
        .service_principal("servicecatalog.amazonaws.com")
        .send()
        .await
        .unwrap();
    org.settle().await;

    let status = share_status(alice, &token).await;
    assert_eq!(status.status(), Some(&ShareStatus::Error));
    assert_eq!(status.share_details().unwrap().successful_shares(), [""; 0]);
}

fn unit(name: &str) -> PlannedUnit {
    PlannedUnit {
        under: None,
        id: None,
        name: name.to_owned(),
        line: 1,
    }
}

/// `count` accounts, in turn under the first unit and the second.
fn in_two_units(count: usize) -> OrganizationPlan {
    let account = |number: usize| PlannedAccount {
        under: Some(number % 2),
        id: None,
        name: format!("account-{number}"),
        email: None,
        state: AccountState::Active,
        joined_method: JoinedMethod::Created,
        line: 1,
    };
    OrganizationPlan {
        units: vec![unit("even"), unit("odd")],
        accounts: (0..count).map(account).collect(),
        ..OrganizationPlan::default()
    }
}

/// An imported organization that trusts Service Catalog.
async fn imported(limits: Limits, plan: OrganizationPlan) -> TestOrg {
    let org = TestOrg::bare_with_limits(limits).await;
    org.import(plan).await.unwrap();
    org.management()
        .enable_aws_organizations_access()
        .send()
        .await
        .unwrap();
    org.settle().await;
    org
}

async fn unit_called(org: &TestOrg, name: &str) -> OrganizationNode {
    let organizations = org.management().organizations();
    let roots = organizations.list_roots().send().await.unwrap();
    let listing = organizations.list_organizational_units_for_parent();
    let units = listing
        .parent_id(roots.roots()[0].id().unwrap())
        .send()
        .await
        .unwrap();
    let unit = units
        .organizational_units()
        .iter()
        .find(|it| it.name() == Some(name));
    OrganizationNode::builder()
        .r#type(OrganizationNodeType::OrganizationalUnit)
        .value(unit.unwrap().id().unwrap())
        .build()
}

#[tokio::test]
async fn a_page_of_a_small_unit_is_full_in_an_organization_of_any_size() {
    let mut plan = in_two_units(25_000);
    for account in &mut plan.accounts {
        account.under = Some(0);
    }
    plan.accounts.last_mut().unwrap().under = Some(1);
    let org = imported(Limits::default(), plan).await;
    let databases = org.portfolio("Databases").await;
    let odd = unit_called(&org, "odd").await;
    share_with_node(org.management(), &databases, odd.clone()).await;
    org.settle().await;

    // The unit's only account is behind all others.
    assert_eq!(reached(&org, &databases, odd.value().unwrap()).await.len(), 1);
}

#[tokio::test]
async fn every_account_of_a_large_unit_is_reported_once_and_listed_once() {
    let limits = Limits {
        step_accounts_max: 100,
        ..Limits::default()
    };
    let org = imported(limits, in_two_units(3_000)).await;
    let databases = org.portfolio("Databases").await;
    let even = unit_called(&org, "even").await;

    let token = share_with_node(org.management(), &databases, even.clone()).await;
    org.settle().await;

    let status = share_status(org.management(), &token).await;
    assert_eq!(status.status(), Some(&ShareStatus::Completed));
    // So long a list leaves in pieces.
    let mut reported = status.share_details.unwrap().successful_shares.unwrap();
    assert_eq!(reported.len(), 1_500);
    reported.sort();
    reported.dedup();
    assert_eq!(reported.len(), 1_500);

    let (mut listed, mut token) = (Vec::new(), None);
    loop {
        let listing = org.management().list_portfolio_access().portfolio_id(&databases);
        let listing = listing
            .organization_parent_id(even.value().unwrap())
            .set_page_token(token);
        let page = listing.send().await.unwrap();
        listed.extend(page.account_ids.unwrap());
        token = page.next_page_token;
        if token.is_none() {
            break;
        }
    }
    assert_eq!(listed, reported);

    let token = share_with_node(org.management(), &databases, everybody(&org).await).await;
    org.settle().await;
    let errors = errors(&org, &token).await;
    assert_eq!(errors[0].accounts(), reported);
}

/// The whole organization, which was imported.
async fn everybody(org: &TestOrg) -> OrganizationNode {
    let described = org
        .management()
        .organizations()
        .describe_organization()
        .send()
        .await
        .unwrap();
    OrganizationNode::builder()
        .r#type(OrganizationNodeType::Organization)
        .value(described.organization().unwrap().id().unwrap())
        .build()
}
