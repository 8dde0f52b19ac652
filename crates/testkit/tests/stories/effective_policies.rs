//! What the policies above an account come to.

use aws_sdk_organizations::types::{EffectivePolicyType, PolicyType};
use testkit::{Actor, TestOrg, refused};

use crate::policies::{attach, enable, policy};

/// The tag policy that holds for `account`, as `actor` reads it.
async fn effective(actor: &Actor, account: Option<&str>) -> serde_json::Value {
    let describing = actor.organizations().describe_effective_policy();
    let describing = describing.policy_type(EffectivePolicyType::TagPolicy);
    let read = describing
        .set_target_id(account.map(str::to_owned))
        .send()
        .await
        .unwrap();
    let read = read.effective_policy.unwrap();
    assert!(read.last_updated_timestamp().is_some());
    serde_json::from_str(read.policy_content().unwrap()).unwrap()
}

#[tokio::test]
async fn settings_are_merged_from_the_root_down_to_the_account() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    enable(&org, PolicyType::TagPolicy).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let tags = |settings: &str| format!(r#"{{"tags": {{"costcenter": {{{settings}}}}}}}"#);
    let above = tags(r#""tag_key": {"@@assign": "CostCenter"}, "tag_value": {"@@assign": ["100", "200"]}"#);
    let above = policy(management, PolicyType::TagPolicy, "above", &above).await;
    let unit = tags(r#""tag_value": {"@@append": ["300"]}"#);
    let unit = policy(management, PolicyType::TagPolicy, "unit", &unit).await;
    let account = tags(r#""tag_value": {"@@remove": ["100"]}"#);
    let account = policy(management, PolicyType::TagPolicy, "account", &account).await;

    attach(&org, &above, org.root_id()).await;
    attach(&org, &unit, org.unit_id("engineering")).await;
    attach(&org, &account, alice.account_id()).await;

    let of = |values: &[&str]| serde_json::json!({"tags": {"costcenter": {"tag_key": "CostCenter", "tag_value": values}}});
    let carol = org.account("carol").account_id();
    assert_eq!(
        effective(management, Some(alice.account_id())).await,
        of(&["200", "300"])
    );
    assert_eq!(effective(management, Some(carol)).await, of(&["100", "200"]));
    assert_eq!(effective(management, None).await, of(&["100", "200"]));
    org.move_account("alice", org.unit_id("engineering"), org.unit_id("sales"))
        .await;
    assert_eq!(effective(alice, None).await, of(&["200"]));
}

#[tokio::test]
async fn where_nothing_is_attached_there_is_no_effective_policy() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    enable(&org, PolicyType::BackupPolicy).await;
    for kind in [EffectivePolicyType::BackupPolicy, EffectivePolicyType::TagPolicy] {
        let describing = org.management().organizations().describe_effective_policy();
        let described = describing.policy_type(kind).send().await;
        assert_eq!(refused(described), "EffectivePolicyNotFoundException");
    }
}

#[tokio::test]
async fn a_member_asks_for_itself_and_nobody_for_a_unit() {
    let org = TestOrg::with_units(&["engineering/alice", "engineering/bob"]).await;
    let describing = |actor: &Actor, target: &str| {
        let describing = actor.organizations().describe_effective_policy();
        describing
            .policy_type(EffectivePolicyType::TagPolicy)
            .target_id(target)
            .send()
    };
    let (alice, bob) = (org.account("alice"), org.account("bob").account_id());
    assert_eq!(
        refused(describing(alice, alice.account_id()).await),
        "EffectivePolicyNotFoundException"
    );
    assert_eq!(refused(describing(alice, bob).await), "AccessDeniedException");
    for target in [org.root_id(), org.unit_id("engineering")] {
        assert_eq!(
            refused(describing(org.management(), target).await),
            "InvalidInputException"
        );
    }
    let stranger = org.outsider().await;
    assert_eq!(
        refused(describing(org.management(), stranger.account_id()).await),
        "TargetNotFoundException"
    );
}
