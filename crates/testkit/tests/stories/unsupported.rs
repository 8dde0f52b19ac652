//! What Organizations will not do here.

use aws_sdk_organizations::types::{EffectivePolicyType, ResponsibilityTransferType};
use testkit::{TestOrg, refused};

#[tokio::test]
async fn an_operation_that_will_not_be_built_says_why() {
    let org = TestOrg::bare().await;
    let organizations = org.management().organizations();
    let unsupported = "UnsupportedAPIEndpointException";

    let creating = organizations.create_gov_cloud_account();
    let created = creating
        .account_name("dave")
        .email("dave@example.com")
        .send()
        .await;
    let refusal = refused(created);
    assert_eq!(refusal, unsupported);
    assert!(
        refusal.message.contains("CreateGovCloudAccount"),
        "{}",
        refusal.message
    );

    let listing = organizations.list_accounts_with_invalid_effective_policy();
    let listed = listing.policy_type(EffectivePolicyType::TagPolicy).send().await;
    assert_eq!(refused(listed), unsupported);
    let listing = organizations.list_inbound_responsibility_transfers();
    let listed = listing.r#type(ResponsibilityTransferType::Billing).send().await;
    assert_eq!(refused(listed), unsupported);
    let describing = organizations.describe_responsibility_transfer().id("rt-aaaaaaaa");
    assert_eq!(refused(describing.send().await), unsupported);
}

#[tokio::test]
async fn what_breaks_the_contract_is_reported_first() {
    let org = TestOrg::bare().await;
    let creating = org.management().organizations().create_gov_cloud_account();
    let created = creating.account_name("dave").email("dave").send().await;
    assert_eq!(refused(created), "InvalidInputException");
}
