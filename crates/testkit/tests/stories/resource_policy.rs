//! The resource policy of an organization.

use aws_sdk_organizations::types::Tag;
use testkit::{TestOrg, refused};

use crate::organization_tags::tags;

/// Lets `account` read the organization.
fn delegation(account: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{
            "Effect": "Allow", "Principal": {{"AWS": "{account}"}},
            "Action": "organizations:List*", "Resource": "*"
        }}]}}"#
    )
}

#[tokio::test]
async fn an_organization_has_one_resource_policy_that_keeps_its_id() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let organizations = org.management().organizations();
    let none = organizations.describe_resource_policy().send().await;
    assert_eq!(refused(none), "ResourcePolicyNotFoundException");

    let document = delegation(org.account("alice").account_id());
    let putting = organizations.put_resource_policy();
    let tag = Tag::builder().key("team").value("platform").build().unwrap();
    let first = putting
        .clone()
        .content(&document)
        .tags(tag.clone())
        .send()
        .await
        .unwrap();
    let summary = first.resource_policy.unwrap().resource_policy_summary.unwrap();
    let other = delegation(org.management().account_id());
    let second = putting.clone().content(&other).send().await.unwrap();

    assert_eq!(
        second.resource_policy.unwrap().resource_policy_summary,
        Some(summary.clone())
    );
    let read = organizations.describe_resource_policy().send().await.unwrap();
    assert_eq!(read.resource_policy.unwrap().content, Some(other));
    assert_eq!(
        tags(org.management(), summary.id().unwrap()).await,
        ["team=platform"]
    );
    let tagged_again = putting.content(&document).tags(tag).send().await;
    assert_eq!(refused(tagged_again), "InvalidInputException");

    organizations.delete_resource_policy().send().await.unwrap();
    let twice = organizations.delete_resource_policy().send().await;
    assert_eq!(refused(twice), "ResourcePolicyNotFoundException");
    let listing = organizations
        .list_tags_for_resource()
        .resource_id(summary.id().unwrap());
    assert_eq!(refused(listing.send().await), "TargetNotFoundException");
}

#[tokio::test]
async fn a_delegated_administrator_reads_the_resource_policy_and_does_not_write_it() {
    let org = TestOrg::with_units(&["engineering/alice", "engineering/bob"]).await;
    org.delegate("alice").await;
    let document = delegation(org.account("bob").account_id());
    let put = org
        .management()
        .organizations()
        .put_resource_policy()
        .content(&document);
    put.send().await.unwrap();
    let denied = "AccessDeniedException";

    let alice = org.account("alice").organizations();
    alice.describe_resource_policy().send().await.unwrap();
    assert_eq!(
        refused(alice.put_resource_policy().content(&document).send().await),
        denied
    );
    assert_eq!(refused(alice.delete_resource_policy().send().await), denied);
    // It is kept and not acted by.
    let bob = org.account("bob").organizations();
    assert_eq!(refused(bob.describe_resource_policy().send().await), denied);
    assert_eq!(refused(bob.list_accounts().send().await), denied);
}

#[tokio::test]
async fn a_resource_policy_is_a_document_that_delegates() {
    let org = TestOrg::with_units(&[]).await;
    let putting = org.management().organizations().put_resource_policy();
    let delegation = delegation(org.management().account_id());
    for content in [
        "delegate",
        "{}",
        &delegation.replace("organizations:List*", "organizations:CreateAccount"),
        &delegation.replace(org.management().account_id(), "*"),
    ] {
        let refusal = refused(putting.clone().content(content).send().await);
        assert_eq!(refusal, "InvalidInputException", "{content}");
    }
}
