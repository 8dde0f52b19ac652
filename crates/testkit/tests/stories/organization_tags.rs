//! Tags on the parts of an organization.

use aws_sdk_organizations::types::{PolicyType, Tag};
use engine::Limits;
use testkit::{Actor, TestOrg, refused};

use crate::policies::policy;

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build().unwrap()
}

/// The tags of `resource`, as `key=value`.
pub(crate) async fn tags(actor: &Actor, resource: &str) -> Vec<String> {
    let listing = actor
        .organizations()
        .list_tags_for_resource()
        .resource_id(resource);
    let listed = listing.send().await.unwrap();
    listed
        .tags()
        .iter()
        .map(|it| format!("{}={}", it.key(), it.value()))
        .collect()
}

async fn put(actor: &Actor, resource: &str, key: &str, value: &str) {
    let tagging = actor.organizations().tag_resource().resource_id(resource);
    tagging.tags(tag(key, value)).send().await.unwrap();
}

#[tokio::test]
async fn roots_units_accounts_and_policies_are_tagged_and_untagged() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let management = org.management();
    let policy = policy(management, PolicyType::TagPolicy, "one", "{}").await;
    let alice = org.account("alice").account_id();
    for resource in [org.root_id(), org.unit_id("engineering"), alice, &policy] {
        put(management, resource, "team", "platform").await;
        put(management, resource, "stage", "").await;
        put(management, resource, "team", "data").await;
        assert_eq!(tags(management, resource).await, ["stage=", "team=data"]);

        let untagging = management.organizations().untag_resource().resource_id(resource);
        untagging.tag_keys("team").tag_keys("none").send().await.unwrap();
        assert_eq!(tags(management, resource).await, ["stage="]);
    }
}

#[tokio::test]
async fn what_is_created_with_tags_has_them() {
    let org = TestOrg::with_units(&[]).await;
    let organizations = org.management().organizations();
    let unit = organizations
        .create_organizational_unit()
        .parent_id(org.root_id())
        .name("sales");
    let unit = unit
        .tags(tag("kind", "unit"))
        .send()
        .await
        .unwrap()
        .organizational_unit
        .unwrap();
    assert_eq!(tags(org.management(), unit.id().unwrap()).await, ["kind=unit"]);
    let policy = organizations
        .create_policy()
        .name("one")
        .description("")
        .content("{}");
    let policy = policy.r#type(PolicyType::TagPolicy).tags(tag("kind", "policy"));
    let policy = policy
        .send()
        .await
        .unwrap()
        .policy
        .unwrap()
        .policy_summary
        .unwrap();
    assert_eq!(
        tags(org.management(), policy.id().unwrap()).await,
        ["kind=policy"]
    );

    let account = organizations
        .create_account()
        .account_name("dave")
        .email("dave@example.com");
    let asked = account.tags(tag("kind", "account")).send().await.unwrap();
    org.settle().await;
    let status = organizations.describe_create_account_status();
    let status = status.create_account_request_id(asked.create_account_status().unwrap().id().unwrap());
    let made = status
        .send()
        .await
        .unwrap()
        .create_account_status
        .unwrap()
        .account_id
        .unwrap();
    assert_eq!(tags(org.management(), &made).await, ["kind=account"]);
}

#[tokio::test]
async fn tags_go_with_what_has_them() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, alice) = (org.management(), org.account("alice").account_id());
    put(management, alice, "team", "platform").await;
    let removing = management.organizations().remove_account_from_organization();
    removing.account_id(alice).send().await.unwrap();
    let listing = management
        .organizations()
        .list_tags_for_resource()
        .resource_id(alice);
    assert_eq!(refused(listing.send().await), "TargetNotFoundException");
    put(management, org.root_id(), "team", "platform").await;
    let unit = org.unit_id("engineering");
    put(management, unit, "team", "platform").await;
    management
        .organizations()
        .delete_organizational_unit()
        .organizational_unit_id(unit)
        .send()
        .await
        .unwrap();
    management
        .organizations()
        .delete_organization()
        .send()
        .await
        .unwrap();
    management
        .organizations()
        .create_organization()
        .send()
        .await
        .unwrap();
    let roots = management.organizations().list_roots().send().await.unwrap();
    assert_eq!(tags(management, roots.roots()[0].id().unwrap()).await, [""; 0]);
}

#[tokio::test]
async fn keys_are_unique_and_not_of_aws() {
    let org = TestOrg::with_units(&[]).await;
    let organizations = org.management().organizations();
    let tagging = organizations.tag_resource().resource_id(org.root_id());
    let twice = tagging
        .clone()
        .tags(tag("team", "a"))
        .tags(tag("team", "b"))
        .send()
        .await;
    assert_eq!(refused(twice), "InvalidInputException");
    for key in ["aws:team", "AWS:team"] {
        let of_aws = tagging.clone().tags(tag(key, "a")).send().await;
        assert_eq!(refused(of_aws), "InvalidInputException");
        let untagging = organizations.untag_resource().resource_id(org.root_id());
        assert_eq!(
            refused(untagging.tag_keys(key).send().await),
            "InvalidInputException"
        );
        let creating = organizations
            .create_organizational_unit()
            .parent_id(org.root_id())
            .name("sales");
        assert_eq!(
            refused(creating.tags(tag(key, "a")).send().await),
            "InvalidInputException"
        );
        let creating = organizations
            .create_account()
            .account_name("dave")
            .email("dave@example.com");
        assert_eq!(
            refused(creating.tags(tag(key, "a")).send().await),
            "InvalidInputException"
        );
    }
    put(org.management(), org.root_id(), "awsome", "a").await;
}

#[tokio::test]
async fn there_are_so_many_tags_on_one_thing() {
    let limits = Limits {
        organization_tags_max: 2,
        ..Limits::default()
    };
    let org = TestOrg::with_limits(limits, &[]).await;
    put(org.management(), org.root_id(), "a", "1").await;
    put(org.management(), org.root_id(), "b", "1").await;
    put(org.management(), org.root_id(), "b", "2").await;
    let tagging = org
        .management()
        .organizations()
        .tag_resource()
        .resource_id(org.root_id());
    let third = tagging.tags(tag("c", "1")).send().await;
    assert_eq!(refused(third), "ConstraintViolationException");
}

#[tokio::test]
async fn members_do_not_tag_and_strangers_find_nothing() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let alice = org.account("alice");
    let tagging = alice
        .organizations()
        .tag_resource()
        .resource_id(alice.account_id());
    assert_eq!(
        refused(tagging.tags(tag("a", "b")).send().await),
        "AccessDeniedException"
    );
    let listing = alice
        .organizations()
        .list_tags_for_resource()
        .resource_id(alice.account_id());
    assert_eq!(refused(listing.send().await), "AccessDeniedException");

    let stranger = org.outsider().await;
    stranger
        .organizations()
        .create_organization()
        .send()
        .await
        .unwrap();
    let ours = [org.root_id(), org.unit_id("engineering"), alice.account_id()];
    for resource in ours
        .into_iter()
        .chain(["p-FullAWSAccess", "p-aaaaaaaa", "rp-aaaa", "rt-aaaaaaaa"])
    {
        let listing = stranger
            .organizations()
            .list_tags_for_resource()
            .resource_id(resource);
        assert_eq!(
            refused(listing.send().await),
            "TargetNotFoundException",
            "{resource}"
        );
        let tagging = stranger.organizations().tag_resource().resource_id(resource);
        let tagged = tagging.tags(tag("a", "b")).send().await;
        assert_eq!(refused(tagged), "TargetNotFoundException", "{resource}");
    }
}
