//! What goes wrong on purpose: share operations that fail, wait and hang, and requests that do.

use std::time::Duration;

use aws_sdk_servicecatalog::error::ProvideErrorMetadata;
use aws_sdk_servicecatalog::types::{ShareError, ShareStatus};
use domain::{AccountState, JoinedMethod};
use engine::{ClockChange, Limits, OrganizationPlan, PlannedAccount};
use serde_json::json;
use testkit::TestOrg;

use crate::questions::{organization_portfolios, share_status, share_with_node};

const MOMENT: Duration = Duration::from_secs(1);

/// Two accounts in engineering and one in sales, and nobody who works on jobs but the story.
async fn held_org() -> TestOrg {
    let org = TestOrg::with_units(&["engineering/alice", "engineering/bob", "sales/carol"]).await;
    org.hold_jobs().await;
    org
}

/// Lets a moment pass, in which waiting jobs look whether they may go on.
async fn a_moment_later(org: &TestOrg) {
    org.advance(MOMENT);
    org.work().await;
}

async fn status_of(org: &TestOrg, token: &str) -> ShareStatus {
    share_status(org.management(), token).await.status.unwrap()
}

async fn reached(org: &TestOrg, token: &str) -> Vec<String> {
    let details = share_status(org.management(), token).await.share_details.unwrap();
    details.successful_shares.unwrap()
}

async fn errors(org: &TestOrg, token: &str) -> Vec<ShareError> {
    let details = share_status(org.management(), token).await.share_details.unwrap();
    details.share_errors.unwrap()
}

fn denied(org: &TestOrg, name: &str) -> serde_json::Value {
    json!({"fail_accounts": {
        "accounts": [org.account(name).account_id()],
        "error": "AccessDeniedException",
        "message": "The account says no.",
    }})
}

#[tokio::test]
async fn an_account_that_a_rule_names_fails_as_it_says_and_sees_nothing_until_the_share_is_recreated() {
    let org = held_org().await;
    let databases = org.portfolio("Databases").await;
    org.provoke(json!({"effect": denied(&org, "bob"), "times": 1}));

    let token = share_with_node(org.management(), &databases, org.everybody()).await;
    org.work().await;

    assert_eq!(status_of(&org, &token).await, ShareStatus::CompletedWithErrors);
    let [error] = &errors(&org, &token).await[..] else {
        panic!("one error")
    };
    assert_eq!(error.error(), Some("AccessDeniedException"));
    assert_eq!(error.message(), Some("The account says no."));
    assert_eq!(error.accounts(), [org.account("bob").account_id()]);
    assert_eq!(organization_portfolios(org.account("bob")).await, [""; 0]);
    assert_eq!(
        organization_portfolios(org.account("alice")).await,
        [databases.as_str()]
    );
    let described = org
        .account("bob")
        .describe_portfolio()
        .id(&databases)
        .send()
        .await;
    assert_eq!(described.unwrap_err().code(), Some("ResourceNotFoundException"));

    let deleting = org.management().delete_portfolio_share().portfolio_id(&databases);
    deleting.organization_node(org.everybody()).send().await.unwrap();
    org.work().await;
    let again = share_with_node(org.management(), &databases, org.everybody()).await;
    org.work().await;

    assert_eq!(status_of(&org, &again).await, ShareStatus::Completed);
    assert_eq!(organization_portfolios(org.account("bob")).await, [databases]);
}

#[tokio::test]
async fn a_share_that_failed_for_some_is_tried_again_when_it_is_created_again() {
    let org = held_org().await;
    let databases = org.portfolio("Databases").await;
    org.provoke(json!({"effect": denied(&org, "bob"), "times": 2}));
    share_with_node(org.management(), &databases, org.everybody()).await;
    org.work().await;

    let failing = share_with_node(org.management(), &databases, org.everybody()).await;
    org.work().await;
    assert_eq!(status_of(&org, &failing).await, ShareStatus::CompletedWithErrors);
    assert_eq!(organization_portfolios(org.account("bob")).await, [""; 0]);

    let again = share_with_node(org.management(), &databases, org.everybody()).await;
    org.work().await;
    assert_eq!(status_of(&org, &again).await, ShareStatus::Completed);
    assert_eq!(reached(&org, &again).await.len(), 3);
    assert_eq!(
        organization_portfolios(org.account("bob")).await,
        [databases.as_str()]
    );

    let nothing_left = share_with_node(org.management(), &databases, org.everybody()).await;
    assert_eq!(status_of(&org, &nothing_left).await, ShareStatus::Completed);
    assert_eq!(reached(&org, &nothing_left).await, [""; 0]);
}

#[tokio::test]
async fn accounts_below_a_unit_fail_and_the_others_do_not() {
    let org = held_org().await;
    let databases = org.portfolio("Databases").await;
    org.provoke(json!({"effect": {"fail_accounts": {
        "units": [org.unit_id("engineering")], "error": "InternalFailure", "message": "Lost on the way.",
    }}}));

    let token = share_with_node(org.management(), &databases, org.everybody()).await;
    org.work().await;

    assert_eq!(reached(&org, &token).await, [org.account("carol").account_id()]);
    assert_eq!(errors(&org, &token).await[0].accounts().len(), 2);
}

#[tokio::test]
async fn the_same_seed_chooses_the_same_accounts() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    org.hold_jobs().await;
    let (some, others) = (org.portfolio("Some").await, org.portfolio("Others").await);
    let plan = OrganizationPlan {
        accounts: (0..400).map(planned).collect(),
        ..OrganizationPlan::default()
    };
    org.import(plan).await.unwrap();
    org.work().await;
    org.provoke(json!({"effect": {"fail_accounts": {
        "percent": 5, "seed": 7, "error": "InternalFailure", "message": "Lost on the way.",
    }}}));

    let mut failed = Vec::new();
    for portfolio in [&some, &others] {
        let token = share_with_node(org.management(), portfolio, org.everybody()).await;
        org.work().await;
        failed.push(errors(&org, &token).await[0].accounts().to_vec());
    }

    assert_eq!(failed[0], failed[1]);
    assert!((8..40).contains(&failed[0].len()), "{} of 400", failed[0].len());
}

#[tokio::test]
async fn exactly_so_many_accounts_fail_however_many_steps_it_takes() {
    let limits = Limits {
        step_accounts_max: 1,
        ..Limits::default()
    };
    let org = TestOrg::with_limits(limits, &["engineering/alice", "engineering/bob", "sales/carol"]).await;
    org.hold_jobs().await;
    let databases = org.portfolio("Databases").await;
    org.provoke(json!({"effect": {"fail_accounts": {"count": 2}}}));

    let token = share_with_node(org.management(), &databases, org.everybody()).await;
    org.work().await;

    let mut all = ["alice", "bob", "carol"].map(|it| org.account(it).account_id());
    all.sort_unstable();
    assert_eq!(errors(&org, &token).await[0].accounts(), &all[..2]);
    assert_eq!(reached(&org, &token).await, [all[2]]);
}

#[tokio::test]
async fn a_failing_update_leaves_the_account_what_it_had() {
    let org = held_org().await;
    let databases = org.portfolio("Databases").await;
    share_with_node(org.management(), &databases, org.everybody()).await;
    org.work().await;
    org.provoke(json!({"effect": denied(&org, "bob"), "operations": ["UpdatePortfolioShare"]}));

    let updating = org.management().update_portfolio_share().portfolio_id(&databases);
    let updating = updating
        .organization_node(org.everybody())
        .share_tag_options(true);
    let token = updating.send().await.unwrap().portfolio_share_token.unwrap();
    org.work().await;

    assert_eq!(status_of(&org, &token).await, ShareStatus::CompletedWithErrors);
    assert_eq!(organization_portfolios(org.account("bob")).await, [databases]);
}

#[tokio::test]
async fn a_held_operation_is_in_progress_until_it_is_released_and_so_is_the_owners_turn() {
    let org = held_org().await;
    let (databases, caches) = (org.portfolio("Databases").await, org.portfolio("Caches").await);
    let rule = org.provoke(json!({"effect": {"hold_share": {"after_accounts": 1}}, "times": 1}));

    let token = share_with_node(org.management(), &databases, org.everybody()).await;
    org.work().await;
    a_moment_later(&org).await;

    assert_eq!(status_of(&org, &token).await, ShareStatus::InProgress);
    assert_eq!(reached(&org, &token).await.len(), 1);
    assert_eq!(org.faults().find(&rule).unwrap().holding, [token.as_str()]);
    let second = org.management().create_portfolio_share().portfolio_id(&caches);
    let refused = second
        .organization_node(org.everybody())
        .send()
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Some("InvalidStateException"));

    assert_eq!(org.faults().release(&[]).unwrap(), [token.as_str()]);
    a_moment_later(&org).await;

    assert_eq!(status_of(&org, &token).await, ShareStatus::Completed);
    assert_eq!(org.faults().find(&rule).unwrap().holding, [""; 0]);
    let next = share_with_node(org.management(), &caches, org.everybody()).await;
    org.work().await;
    assert_eq!(status_of(&org, &next).await, ShareStatus::Completed);
}

#[tokio::test]
async fn an_operation_is_let_go_of_when_no_rule_holds_it_any_more() {
    let org = held_org().await;
    let databases = org.portfolio("Databases").await;
    let rules = [0, 1].map(|after| org.provoke(json!({"effect": {"hold_share": {"after_accounts": after}}})));
    let token = share_with_node(org.management(), &databases, org.everybody()).await;
    org.work().await;

    // The second does not hold it yet, and will.
    assert_eq!(org.faults().release(&[rules[1].clone()]).unwrap(), [""; 0]);
    assert_eq!(
        org.faults().release(&[rules[0].clone()]).unwrap(),
        [token.as_str()]
    );
    a_moment_later(&org).await;

    assert_eq!(org.faults().find(&rules[0]).unwrap().holding, [""; 0]);
    assert_eq!(org.faults().find(&rules[1]).unwrap().holding, [token.as_str()]);
    org.faults().release(&[]).unwrap();
    a_moment_later(&org).await;
    assert_eq!(status_of(&org, &token).await, ShareStatus::Completed);
}

#[tokio::test]
async fn a_rule_is_about_operations_that_start_after_it_was_given() {
    let org = held_org().await;
    let (databases, caches) = (org.portfolio("Databases").await, org.portfolio("Caches").await);
    org.provoke(json!({"effect": {"hold_share": {}}, "times": 1}));
    let held = share_with_node(org.management(), &databases, org.everybody()).await;
    org.work().await;

    org.provoke(json!({"effect": {"fail_accounts": {"percent": 100}}, "times": 1}));
    a_moment_later(&org).await;
    org.faults().release(&[]).unwrap();
    a_moment_later(&org).await;
    let next = share_with_node(org.management(), &caches, org.everybody()).await;
    org.work().await;

    assert_eq!(status_of(&org, &held).await, ShareStatus::Completed);
    assert_eq!(status_of(&org, &next).await, ShareStatus::CompletedWithErrors);
}

#[tokio::test]
async fn operations_that_are_held_keep_no_other_from_being_carried_out() {
    let org = held_org().await;
    let portfolio = org.portfolio("Databases").await;
    org.provoke(json!({"effect": {"hold_share": {}}, "operations": ["CreatePortfolioShare"]}));
    share_with_node(org.management(), &portfolio, org.everybody()).await;
    a_moment_later(&org).await;

    let creating = org.management().organizations().create_account();
    let asked = creating
        .account_name("dave")
        .email("dave@example.com")
        .send()
        .await
        .unwrap();
    // The moment in which the held one may look again, too.
    a_moment_later(&org).await;

    let request = asked.create_account_status.unwrap().id.unwrap();
    let asking = org.management().organizations().describe_create_account_status();
    let status = asking.create_account_request_id(request).send().await.unwrap();
    let state = status.create_account_status.unwrap().state.unwrap();
    assert_eq!(state.as_str(), "SUCCEEDED");
    org.faults().clear(&[]).unwrap();
    a_moment_later(&org).await;
}

#[tokio::test]
async fn a_crash_lets_go_of_what_is_held_wherever_the_clock_was() {
    let mut org = held_org().await;
    let databases = org.portfolio("Databases").await;
    org.set_clock(ClockChange::Advance { seconds: 86_400.0 });
    org.provoke(json!({"effect": {"hold_share": {"after_accounts": 1}}}));
    let token = share_with_node(org.management(), &databases, org.everybody()).await;
    org.work().await;
    assert_eq!(status_of(&org, &token).await, ShareStatus::InProgress);

    org.crash().await;
    org.advance(Limits::default().job_lease);
    org.settle().await;

    assert_eq!(status_of(&org, &token).await, ShareStatus::Completed);
    assert_eq!(reached(&org, &token).await.len(), 3);
}

#[tokio::test]
async fn clearing_the_rules_lets_go_of_what_they_hold() {
    let org = held_org().await;
    let databases = org.portfolio("Databases").await;
    org.provoke(json!({"effect": {"hold_share": {}}}));
    let token = share_with_node(org.management(), &databases, org.everybody()).await;
    org.work().await;
    assert_eq!(status_of(&org, &token).await, ShareStatus::InProgress);

    org.faults().clear(&[]).unwrap();
    a_moment_later(&org).await;

    assert_eq!(status_of(&org, &token).await, ShareStatus::Completed);
}

#[tokio::test]
async fn on_a_frozen_clock_an_operation_goes_on_as_far_as_the_clock_is_moved() {
    let org = held_org().await;
    let databases = org.portfolio("Databases").await;
    org.set_clock(ClockChange::Freeze { at: None });
    org.provoke(json!({"effect": {"delay_share": {"before_seconds": 60, "per_account_seconds": 10}}}));

    let token = share_with_node(org.management(), &databases, org.everybody()).await;
    org.work().await;
    a_moment_later(&org).await;
    assert_eq!(status_of(&org, &token).await, ShareStatus::NotStarted);

    org.set_clock(ClockChange::Advance { seconds: 60.0 });
    a_moment_later(&org).await;
    assert_eq!(status_of(&org, &token).await, ShareStatus::InProgress);
    assert_eq!(reached(&org, &token).await, [""; 0]);

    org.set_clock(ClockChange::Advance { seconds: 20.0 });
    a_moment_later(&org).await;
    assert_eq!(reached(&org, &token).await.len(), 2);

    org.set_clock(ClockChange::Advance { seconds: 10.0 });
    a_moment_later(&org).await;
    assert_eq!(status_of(&org, &token).await, ShareStatus::Completed);
    assert_eq!(reached(&org, &token).await.len(), 3);
}

#[tokio::test]
async fn an_operation_that_fails_as_a_whole_has_visited_nobody() {
    let org = held_org().await;
    let databases = org.portfolio("Databases").await;
    org.provoke(json!({"effect": {"fail_share": {}}, "portfolios": [databases]}));

    let token = share_with_node(org.management(), &databases, org.everybody()).await;
    org.work().await;

    assert_eq!(status_of(&org, &token).await, ShareStatus::Error);
    assert_eq!(reached(&org, &token).await, [""; 0]);
}

#[tokio::test]
async fn every_third_request_is_throttled() {
    let org = TestOrg::bare().await;
    let databases = org.portfolio("Databases").await;
    org.provoke(
        json!({"effect": {"throttle": {}}, "every": 3, "operations": ["servicecatalog:DescribePortfolio"]}),
    );

    let mut codes = Vec::new();
    for _ in 0..6 {
        let described = org.management().describe_portfolio().id(&databases).send().await;
        codes.push(described.err().and_then(|it| it.code().map(str::to_owned)));
    }

    let throttled = Some("ThrottlingException".to_owned());
    assert_eq!(codes, [None, None, throttled.clone(), None, None, throttled]);
    org.management().list_portfolios().send().await.unwrap();
}

#[tokio::test]
async fn a_failure_after_the_commit_leaves_what_was_asked_for_and_the_same_token_finds_it() {
    let org = TestOrg::bare().await;
    let after = json!({"respond": {"status": 400, "error": "LimitExceededException", "after_commit": true}});
    org.provoke(json!({"effect": after, "operations": ["CreatePortfolio"], "times": 1}));
    let creating = || {
        let creating = org.management().create_portfolio().display_name("Databases");
        creating
            .provider_name("Platform")
            .idempotency_token("once")
            .send()
    };

    assert_eq!(
        creating().await.unwrap_err().code(),
        Some("LimitExceededException")
    );
    let made = creating().await.unwrap().portfolio_detail.unwrap();

    let listed = org.management().list_portfolios().send().await.unwrap();
    assert_eq!(listed.portfolio_details().len(), 1);
    assert_eq!(listed.portfolio_details()[0].id(), made.id());
}

#[tokio::test]
async fn a_failure_before_the_commit_leaves_nothing() {
    let org = TestOrg::bare().await;
    org.provoke(json!({"effect": {"respond": {"status": 400, "error": "LimitExceededException"}}, "operations": ["CreatePortfolio"]}));

    let creating = org.management().create_portfolio().display_name("Databases");
    let refused = creating.provider_name("Platform").send().await.unwrap_err();

    assert_eq!(refused.code(), Some("LimitExceededException"));
    let listed = org.management().list_portfolios().send().await.unwrap();
    assert_eq!(listed.portfolio_details().len(), 0);
}

#[tokio::test]
async fn a_rule_about_a_portfolio_knows_the_requests_that_name_it_and_its_operations_tokens() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (databases, caches) = (org.portfolio("Databases").await, org.portfolio("Caches").await);
    let token = share_with_node(org.management(), &databases, org.everybody()).await;
    org.settle().await;
    org.provoke(json!({"effect": {"throttle": {}}, "portfolios": [databases]}));

    let described = org.management().describe_portfolio().id(&databases).send().await;
    assert_eq!(described.unwrap_err().code(), Some("ThrottlingException"));
    let listed = org
        .management()
        .list_portfolio_access()
        .portfolio_id(&databases)
        .send()
        .await;
    assert_eq!(listed.unwrap_err().code(), Some("ThrottlingException"));
    let followed = org.management().describe_portfolio_share_status();
    let followed = followed.portfolio_share_token(&token).send().await;
    assert_eq!(followed.unwrap_err().code(), Some("ThrottlingException"));
    org.management()
        .describe_portfolio()
        .id(&caches)
        .send()
        .await
        .unwrap();
    org.management().list_portfolios().send().await.unwrap();
}

#[tokio::test]
async fn a_rule_about_an_account_leaves_the_others_alone() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let alice = org.account("alice");
    org.provoke(json!({"effect": {"throttle": {}}, "accounts": [alice.account_id()]}));

    assert_eq!(
        alice.list_portfolios().send().await.unwrap_err().code(),
        Some("ThrottlingException")
    );
    org.management().list_portfolios().send().await.unwrap();
}

#[tokio::test]
async fn what_is_made_on_a_frozen_clock_is_of_one_moment_and_sessions_end_when_it_is_moved() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let alice = org.account("alice");
    let shown = org.set_clock(ClockChange::Freeze { at: None });
    let mut made = Vec::new();
    for name in ["Databases", "Caches"] {
        let creating = alice.create_portfolio().display_name(name).provider_name("us");
        let detail = creating.send().await.unwrap().portfolio_detail.unwrap();
        made.push(detail.created_time.unwrap());
        org.advance(MOMENT);
    }
    assert_eq!(made[0], made[1]);
    assert_eq!(made[0].secs(), shown.now.as_second());

    org.set_clock(ClockChange::Advance { seconds: 3_700.0 });
    let refused = alice.list_portfolios().send().await.unwrap_err();
    assert_eq!(refused.code(), Some("ExpiredTokenException"));
    org.management().list_portfolios().send().await.unwrap();
}

fn planned(number: usize) -> PlannedAccount {
    PlannedAccount {
        line: 1,
        under: None,
        id: None,
        name: format!("account-{number}"),
        email: None,
        state: AccountState::Active,
        joined_method: JoinedMethod::Created,
    }
}
