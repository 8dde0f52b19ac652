//! Policies of an organization: what they are, and who may make and change them.

use aws_sdk_organizations::types::{OrganizationFeatureSet, PolicyType};
use engine::Limits;
use testkit::{Actor, TestOrg, refused};

/// AWS's own service control policy.
pub(crate) const FULL_ACCESS: &str = "p-FullAWSAccess";
const DENY: &str =
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}"#;

/// The id of a new service control policy.
pub(crate) async fn control_policy(actor: &Actor, name: &str) -> String {
    policy(actor, PolicyType::ServiceControlPolicy, name, DENY).await
}

/// The id of a new policy.
pub(crate) async fn policy(actor: &Actor, kind: PolicyType, name: &str, content: &str) -> String {
    let creating = actor.organizations().create_policy().r#type(kind).name(name);
    let made = creating.description("").content(content).send().await.unwrap();
    made.policy()
        .unwrap()
        .policy_summary()
        .unwrap()
        .id()
        .unwrap()
        .to_owned()
}

/// Attaches a policy to a root, a unit or an account.
pub(crate) async fn attach(org: &TestOrg, policy: &str, target: &str) {
    let attaching = org.management().organizations().attach_policy();
    attaching
        .policy_id(policy)
        .target_id(target)
        .send()
        .await
        .unwrap();
}

/// Detaches it again.
pub(crate) async fn detach(org: &TestOrg, policy: &str, target: &str) {
    let detaching = org.management().organizations().detach_policy();
    detaching
        .policy_id(policy)
        .target_id(target)
        .send()
        .await
        .unwrap();
}

/// Enables a type in the root.
pub(crate) async fn enable(org: &TestOrg, kind: PolicyType) {
    let enabling = org.management().organizations().enable_policy_type();
    enabling
        .root_id(org.root_id())
        .policy_type(kind)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_policy_is_created_changed_and_deleted() {
    let org = TestOrg::with_units(&[]).await;
    let organizations = org.management().organizations();
    let id = control_policy(org.management(), "No S3").await;

    let changing = organizations.update_policy().policy_id(&id).name("No storage");
    let changed = changing.description("None of it").send().await.unwrap();

    let summary = changed.policy.unwrap().policy_summary.unwrap();
    assert_eq!(
        (summary.name(), summary.description()),
        (Some("No storage"), Some("None of it"))
    );
    let arn = format!(
        "arn:aws:organizations::{}:policy/{}/service_control_policy/{id}",
        org.management().account_id(),
        org.id()
    );
    assert_eq!(
        (summary.arn(), summary.aws_managed()),
        (Some(arn.as_str()), false)
    );
    let read = organizations
        .describe_policy()
        .policy_id(&id)
        .send()
        .await
        .unwrap();
    assert_eq!(read.policy().unwrap().content(), Some(DENY));
    assert_eq!(read.policy().unwrap().policy_summary(), Some(&summary));

    organizations.delete_policy().policy_id(&id).send().await.unwrap();
    let gone = organizations.describe_policy().policy_id(&id).send().await;
    assert_eq!(refused(gone), "PolicyNotFoundException");
}

#[tokio::test]
async fn policies_of_one_type_have_different_names() {
    let org = TestOrg::with_units(&[]).await;
    let organizations = org.management().organizations();
    control_policy(org.management(), "one").await;
    let other = control_policy(org.management(), "other").await;
    let creating = organizations.create_policy().description("");
    for name in ["one", "FullAWSAccess"] {
        let creating = creating
            .clone()
            .content(DENY)
            .r#type(PolicyType::ServiceControlPolicy);
        assert_eq!(
            refused(creating.name(name).send().await),
            "DuplicatePolicyException"
        );
        let renaming = organizations.update_policy().policy_id(&other).name(name);
        assert_eq!(refused(renaming.send().await), "DuplicatePolicyException");
    }
    let same = organizations.update_policy().policy_id(&other).name("other");
    same.send().await.unwrap();
    policy(org.management(), PolicyType::TagPolicy, "one", "{}").await;
}

#[tokio::test]
async fn a_document_is_one_of_its_type() {
    let org = TestOrg::with_units(&[]).await;
    let organizations = org.management().organizations();
    let id = control_policy(org.management(), "No S3").await;
    let long = format!("{{{}}}", " ".repeat(5_200));
    let cases = [
        ("deny", "MalformedPolicyDocumentException"),
        (r#"{"tags": {}}"#, "MalformedPolicyDocumentException"),
        (&long, "ConstraintViolationException"),
    ];
    for (content, code) in cases {
        let creating = organizations
            .create_policy()
            .name("new")
            .description("")
            .content(content);
        let created = creating.r#type(PolicyType::ServiceControlPolicy).send().await;
        assert_eq!(refused(created), code);
        let changing = organizations.update_policy().policy_id(&id).content(content);
        assert_eq!(refused(changing.send().await), code);
    }
}

#[tokio::test]
async fn a_policy_that_is_attached_cannot_be_deleted() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let deny = control_policy(org.management(), "No S3").await;
    attach(&org, &deny, org.unit_id("engineering")).await;
    let deleting = org.management().organizations().delete_policy().policy_id(&deny);
    assert_eq!(refused(deleting.clone().send().await), "PolicyInUseException");
    detach(&org, &deny, org.unit_id("engineering")).await;
    deleting.send().await.unwrap();
}

#[tokio::test]
async fn nobody_changes_what_is_managed_by_aws() {
    let org = TestOrg::with_units(&[]).await;
    let organizations = org.management().organizations();
    enable(&org, PolicyType::ResourceControlPolicy).await;
    for id in [FULL_ACCESS, "p-RCPFullAWSAccess"] {
        let changing = organizations.update_policy().policy_id(id).name("mine");
        assert_eq!(refused(changing.send().await), "InvalidInputException");
        let deleting = organizations.delete_policy().policy_id(id);
        assert_eq!(refused(deleting.send().await), "InvalidInputException");
    }
    let detaching = organizations.detach_policy().target_id(org.root_id());
    let detached = detaching.policy_id("p-RCPFullAWSAccess").send().await;
    assert_eq!(refused(detached), "InvalidInputException");
}

#[tokio::test]
async fn without_all_features_there_are_no_policies() {
    let org = TestOrg::bare().await;
    let organizations = org.management().organizations();
    let creating = organizations.create_organization();
    let creating = creating.feature_set(OrganizationFeatureSet::ConsolidatedBilling);
    creating.send().await.unwrap();
    let roots = organizations.list_roots().send().await.unwrap();
    assert!(roots.roots()[0].policy_types().is_empty());
    let unavailable = "PolicyTypeNotAvailableForOrganizationException";

    let enabling = organizations
        .enable_policy_type()
        .root_id(roots.roots()[0].id().unwrap());
    let enabled = enabling.policy_type(PolicyType::TagPolicy).send().await;
    assert_eq!(refused(enabled), unavailable);
    let creating = organizations
        .create_policy()
        .name("one")
        .description("")
        .content("{}");
    let created = creating.r#type(PolicyType::TagPolicy).send().await;
    assert_eq!(refused(created), unavailable);
    let listing = organizations
        .list_policies()
        .filter(PolicyType::ServiceControlPolicy);
    assert!(listing.send().await.unwrap().policies().is_empty());
}

#[tokio::test]
async fn an_organization_has_so_many_policies_of_a_type() {
    let limits = Limits {
        service_control_policies_max: 2,
        other_policies_max: 1,
        ..Limits::default()
    };
    let org = TestOrg::with_limits(limits, &[]).await;
    let first = control_policy(org.management(), "1").await;
    control_policy(org.management(), "2").await;
    policy(org.management(), PolicyType::TagPolicy, "1", "{}").await;
    let creating = org
        .management()
        .organizations()
        .create_policy()
        .name("3")
        .description("");
    let creating = creating.r#type(PolicyType::ServiceControlPolicy).content(DENY);
    assert_eq!(
        refused(creating.clone().send().await),
        "ConstraintViolationException"
    );
    let deleting = org.management().organizations().delete_policy();
    deleting.policy_id(first).send().await.unwrap();
    creating.send().await.unwrap();
}

#[tokio::test]
async fn a_delegated_administrator_reads_policies_and_other_members_do_not() {
    let org = TestOrg::with_units(&["engineering/alice", "engineering/bob"]).await;
    org.delegate("alice").await;
    let deny = control_policy(org.management(), "No S3").await;
    let denied = "AccessDeniedException";

    let reading = |name: &str| {
        org.account(name)
            .organizations()
            .describe_policy()
            .policy_id(&deny)
            .send()
    };
    reading("alice").await.unwrap();
    assert_eq!(refused(reading("bob").await), denied);
    for name in ["alice", "bob"] {
        let organizations = org.account(name).organizations();
        let attaching = organizations
            .attach_policy()
            .policy_id(&deny)
            .target_id(org.root_id());
        assert_eq!(refused(attaching.send().await), denied);
        let creating = organizations
            .create_policy()
            .name("mine")
            .description("")
            .content("{}");
        assert_eq!(
            refused(creating.r#type(PolicyType::TagPolicy).send().await),
            denied
        );
        let disabling = organizations.disable_policy_type().root_id(org.root_id());
        let disabling = disabling.policy_type(PolicyType::ServiceControlPolicy);
        assert_eq!(refused(disabling.send().await), denied);
        assert_eq!(
            refused(organizations.delete_policy().policy_id(&deny).send().await),
            denied
        );
        assert_eq!(
            refused(organizations.update_policy().policy_id(&deny).send().await),
            denied
        );
    }
}

#[tokio::test]
async fn what_another_organization_has_is_not_found() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let (ours, deny) = (
        org.unit_id("engineering"),
        control_policy(org.management(), "No S3").await,
    );
    let stranger = org.outsider().await;
    let organizations = stranger.organizations();
    organizations.create_organization().send().await.unwrap();
    let theirs = control_policy(&stranger, "No S3").await;

    let missing = "PolicyNotFoundException";
    assert_eq!(
        refused(organizations.describe_policy().policy_id(&deny).send().await),
        missing
    );
    assert_eq!(
        refused(organizations.delete_policy().policy_id(&deny).send().await),
        missing
    );
    assert_eq!(
        refused(organizations.update_policy().policy_id(&deny).send().await),
        missing
    );
    assert_eq!(
        refused(
            organizations
                .list_targets_for_policy()
                .policy_id(&deny)
                .send()
                .await
        ),
        missing
    );
    let attaching = organizations.attach_policy();
    let attached = attaching
        .clone()
        .policy_id(&deny)
        .target_id(stranger.account_id())
        .send()
        .await;
    assert_eq!(refused(attached), missing);
    for target in [ours, org.root_id(), org.management().account_id()] {
        let attached = attaching
            .clone()
            .policy_id(&theirs)
            .target_id(target)
            .send()
            .await;
        assert_eq!(refused(attached), "TargetNotFoundException");
        let detaching = organizations
            .detach_policy()
            .policy_id(FULL_ACCESS)
            .target_id(target);
        assert_eq!(refused(detaching.send().await), "TargetNotFoundException");
    }
    let enabling = organizations.enable_policy_type().root_id(org.root_id());
    let enabled = enabling.policy_type(PolicyType::TagPolicy).send().await;
    assert_eq!(refused(enabled), "RootNotFoundException");
}
