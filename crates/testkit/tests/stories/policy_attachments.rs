//! What the policies of an organization are attached to.

use aws_sdk_organizations::types::{PolicyType, PolicyTypeStatus, TargetType};
use testkit::{TestOrg, refused};

use crate::policies::{FULL_ACCESS, attach, control_policy, detach, enable};

/// The service control policies attached to `target` itself.
async fn attached_to(org: &TestOrg, target: &str) -> Vec<String> {
    let listing = org.management().organizations().list_policies_for_target();
    let listing = listing.target_id(target).filter(PolicyType::ServiceControlPolicy);
    let listed = listing.send().await.unwrap();
    listed
        .policies()
        .iter()
        .map(|it| it.id().unwrap().to_owned())
        .collect()
}

/// What `policy` is attached to.
async fn targets(org: &TestOrg, policy: &str) -> Vec<String> {
    let listing = org.management().organizations().list_targets_for_policy();
    let pages = listing.policy_id(policy).into_paginator().send();
    let pages = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
    pages
        .iter()
        .flat_map(|it| it.targets())
        .map(|it| it.target_id().unwrap().to_owned())
        .collect()
}

/// The types that the root has enabled.
async fn enabled_types(org: &TestOrg) -> Vec<PolicyType> {
    let roots = org
        .management()
        .organizations()
        .list_roots()
        .send()
        .await
        .unwrap();
    let types = roots.roots()[0].policy_types();
    assert!(
        types
            .iter()
            .all(|it| it.status() == Some(&PolicyTypeStatus::Enabled))
    );
    types.iter().map(|it| it.r#type().unwrap().clone()).collect()
}

async fn disable(org: &TestOrg, kind: PolicyType) {
    let disabling = org.management().organizations().disable_policy_type();
    disabling
        .root_id(org.root_id())
        .policy_type(kind)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn full_access_is_attached_to_everything_from_the_start() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (unit, alice) = (org.unit_id("engineering"), org.account("alice").account_id());

    assert_eq!(enabled_types(&org).await, [PolicyType::ServiceControlPolicy]);

    for target in [org.root_id(), unit, alice, org.management().account_id()] {
        assert_eq!(attached_to(&org, target).await, [FULL_ACCESS]);
    }
    let everything = targets(&org, FULL_ACCESS).await;
    assert_eq!(everything.len(), 4);
    assert!(
        [org.root_id(), unit, alice]
            .iter()
            .all(|it| everything.contains(&(*it).to_owned()))
    );
    let read = org
        .management()
        .organizations()
        .describe_policy()
        .policy_id(FULL_ACCESS);
    let read = read.send().await.unwrap().policy.unwrap();
    assert!(read.policy_summary().unwrap().aws_managed());
    assert!(read.content().unwrap().contains(r#""Action":"*""#));
}

#[tokio::test]
async fn the_last_service_control_policy_stays_attached() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let alice = org.account("alice").account_id();
    let detaching = org.management().organizations().detach_policy().target_id(alice);
    let last = detaching.clone().policy_id(FULL_ACCESS).send().await;
    assert_eq!(refused(last), "ConstraintViolationException");

    let deny = control_policy(org.management(), "No S3").await;
    attach(&org, &deny, alice).await;
    detach(&org, FULL_ACCESS, alice).await;

    assert_eq!(attached_to(&org, alice).await, [deny.as_str()]);
    assert!(!targets(&org, FULL_ACCESS).await.contains(&alice.to_owned()));
    assert_eq!(targets(&org, &deny).await, [alice]);
    let last = detaching.clone().policy_id(&deny).send().await;
    assert_eq!(refused(last), "ConstraintViolationException");
    let twice = detaching.policy_id(FULL_ACCESS).send().await;
    assert_eq!(refused(twice), "PolicyNotAttachedException");

    attach(&org, FULL_ACCESS, alice).await;
    detach(&org, &deny, alice).await;
    assert_eq!(attached_to(&org, alice).await, [FULL_ACCESS]);
}

#[tokio::test]
async fn five_service_control_policies_fit_on_a_target_and_each_once() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let unit = org.unit_id("engineering");
    let attaching = org.management().organizations().attach_policy().target_id(unit);
    let twice = attaching.clone().policy_id(FULL_ACCESS).send().await;
    assert_eq!(refused(twice), "DuplicatePolicyAttachmentException");
    for name in ["1", "2", "3", "4"] {
        attach(&org, &control_policy(org.management(), name).await, unit).await;
    }
    assert_eq!(attached_to(&org, unit).await.len(), 5);
    let twice = attaching
        .clone()
        .policy_id(&attached_to(&org, unit).await[1])
        .send()
        .await;
    assert_eq!(refused(twice), "DuplicatePolicyAttachmentException");
    let sixth = control_policy(org.management(), "5").await;
    assert_eq!(
        refused(attaching.policy_id(sixth).send().await),
        "ConstraintViolationException"
    );
}

#[tokio::test]
async fn disabling_a_type_detaches_it_everywhere_and_keeps_its_policies() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (unit, alice) = (org.unit_id("engineering"), org.account("alice").account_id());
    let deny = control_policy(org.management(), "No S3").await;
    attach(&org, &deny, unit).await;
    attach(&org, &deny, alice).await;
    detach(&org, FULL_ACCESS, alice).await;

    disable(&org, PolicyType::ServiceControlPolicy).await;

    assert_eq!(enabled_types(&org).await, []);
    assert_eq!(attached_to(&org, unit).await, [""; 0]);
    assert_eq!(targets(&org, FULL_ACCESS).await, [""; 0]);
    let organizations = org.management().organizations();
    let attaching = organizations.attach_policy().policy_id(&deny).target_id(unit);
    assert_eq!(refused(attaching.send().await), "PolicyTypeNotEnabledException");
    let disabling = organizations.disable_policy_type().root_id(org.root_id());
    let twice = disabling
        .policy_type(PolicyType::ServiceControlPolicy)
        .send()
        .await;
    assert_eq!(refused(twice), "PolicyTypeNotEnabledException");

    enable(&org, PolicyType::ServiceControlPolicy).await;
    for target in [org.root_id(), unit, alice] {
        assert_eq!(attached_to(&org, target).await, [FULL_ACCESS]);
    }
    let enabling = organizations.enable_policy_type().root_id(org.root_id());
    let twice = enabling
        .policy_type(PolicyType::ServiceControlPolicy)
        .send()
        .await;
    assert_eq!(refused(twice), "PolicyTypeAlreadyEnabledException");
    attach(&org, &deny, unit).await;
}

#[tokio::test]
async fn an_account_that_moves_keeps_its_policies_and_one_that_leaves_loses_them() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/"]).await;
    let alice = org.account("alice").account_id();
    let deny = control_policy(org.management(), "No S3").await;
    attach(&org, &deny, alice).await;
    detach(&org, FULL_ACCESS, alice).await;

    org.move_account("alice", org.unit_id("engineering"), org.unit_id("sales"))
        .await;
    assert_eq!(attached_to(&org, alice).await, [deny.as_str()]);

    let removing = org
        .management()
        .organizations()
        .remove_account_from_organization();
    removing.account_id(alice).send().await.unwrap();
    assert_eq!(targets(&org, &deny).await, [""; 0]);
    let unit = org.unit_id("sales");
    attach(&org, &deny, unit).await;
    let deleting = org.management().organizations().delete_organizational_unit();
    deleting.organizational_unit_id(unit).send().await.unwrap();
    assert_eq!(targets(&org, &deny).await, [""; 0]);
    let listing = org
        .management()
        .organizations()
        .list_policies_for_target()
        .target_id(alice);
    let listed = listing.filter(PolicyType::ServiceControlPolicy).send().await;
    assert_eq!(refused(listed), "TargetNotFoundException");
}

#[tokio::test]
async fn lists_of_policies_and_targets_go_on_where_their_pages_ended() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    let organizations = org.management().organizations();
    let deny = control_policy(org.management(), "1").await;
    for name in ["2", "3"] {
        control_policy(org.management(), name).await;
    }
    let listing = organizations
        .list_policies()
        .filter(PolicyType::ServiceControlPolicy);
    let pages = listing.max_results(1).into_paginator().send();
    let pages = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
    let listed: Vec<_> = pages.iter().flat_map(|it| it.policies()).collect();
    let mut names: Vec<_> = listed.iter().map(|it| it.name().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["1", "2", "3", "FullAWSAccess"]);

    let carol = org.account("carol").account_id();
    attach(&org, &deny, carol).await;
    detach(&org, FULL_ACCESS, carol).await;
    let listing = organizations.list_targets_for_policy().policy_id(FULL_ACCESS);
    let pages = listing.max_results(1).into_paginator().send();
    let pages = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
    let listed: Vec<_> = pages.iter().flat_map(|it| it.targets()).collect();
    let kinds = |kind| listed.iter().filter(|it| it.r#type() == Some(&kind)).count();
    assert_eq!(
        [
            TargetType::Account,
            TargetType::OrganizationalUnit,
            TargetType::Root
        ]
        .map(kinds),
        [2, 2, 1]
    );
    let names: Vec<_> = listed.iter().map(|it| it.name().unwrap()).collect();
    assert!(names.contains(&"alice") && names.contains(&"sales") && names.contains(&"Root"));

    let listing = organizations.list_policies().filter(PolicyType::TagPolicy);
    assert_eq!(
        refused(listing.next_token("none").send().await),
        "InvalidInputException"
    );
}
