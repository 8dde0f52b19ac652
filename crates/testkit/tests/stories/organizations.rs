//! Organizations: the world that portfolios are shared in.

use aws_sdk_organizations::types::{ChildType, CreateAccountState, OrganizationFeatureSet};
use testkit::{TestOrg, refused};

const PRINCIPAL: &str = "servicecatalog.amazonaws.com";

#[tokio::test]
async fn there_is_no_organization_until_one_is_created() {
    let mut org = TestOrg::bare().await;
    let unused = "AWSOrganizationsNotInUseException";
    assert_eq!(
        refused(
            org.management()
                .organizations()
                .describe_organization()
                .send()
                .await
        ),
        unused
    );
    assert_eq!(
        refused(org.management().organizations().list_roots().send().await),
        unused
    );

    org.create_organization().await;

    let organizations = org.management().organizations();
    let read = organizations
        .describe_organization()
        .send()
        .await
        .unwrap()
        .organization
        .unwrap();
    assert_eq!(
        (read.id(), read.feature_set()),
        (Some(org.id()), Some(&OrganizationFeatureSet::All))
    );
    assert_eq!(read.master_account_id(), Some(org.management().account_id()));
    let again = organizations.create_organization().send().await;
    assert_eq!(refused(again), "AlreadyInOrganizationException");
}

#[tokio::test]
async fn every_member_may_describe_its_organization_and_only_the_management_account_changes_it() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let alice = org.account("alice").organizations();
    let read = alice.describe_organization().send().await.unwrap();
    assert_eq!(read.organization().unwrap().id(), Some(org.id()));
    let denied = "AccessDeniedException";
    assert_eq!(refused(alice.list_accounts().send().await), denied);
    let unit = alice
        .create_organizational_unit()
        .parent_id(org.root_id())
        .name("mine");
    assert_eq!(refused(unit.send().await), denied);
    let account = alice
        .create_account()
        .account_name("dave")
        .email("dave@example.com");
    assert_eq!(refused(account.send().await), denied);
    assert_eq!(
        refused(
            alice
                .enable_aws_service_access()
                .service_principal(PRINCIPAL)
                .send()
                .await
        ),
        denied
    );
}

#[tokio::test]
async fn a_delegated_administrator_may_look_around() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    org.delegate("alice").await;
    let listed = org
        .account("alice")
        .organizations()
        .list_accounts()
        .send()
        .await
        .unwrap();
    assert_eq!(listed.accounts().len(), 2);
}

#[tokio::test]
async fn accounts_and_units_are_where_they_were_put() {
    let org = TestOrg::with_units(&["engineering/platform/alice", "sales/carol"]).await;
    let organizations = org.management().organizations();
    let alice = org.account("alice").account_id();
    let parents = organizations.list_parents().child_id(alice).send().await.unwrap();
    assert_eq!(
        parents.parents()[0].id(),
        Some(org.unit_id("engineering/platform"))
    );
    let children = organizations
        .list_children()
        .parent_id(org.unit_id("engineering"));
    let children = children
        .child_type(ChildType::OrganizationalUnit)
        .send()
        .await
        .unwrap();
    assert_eq!(
        children.children()[0].id(),
        Some(org.unit_id("engineering/platform"))
    );
    let there = organizations
        .list_accounts_for_parent()
        .parent_id(org.unit_id("sales"))
        .send()
        .await
        .unwrap();
    assert_eq!(there.accounts()[0].id(), Some(org.account("carol").account_id()));
    let units = organizations
        .list_organizational_units_for_parent()
        .parent_id(org.root_id())
        .send()
        .await
        .unwrap();
    let names: Vec<_> = units
        .organizational_units()
        .iter()
        .map(|it| it.name().unwrap())
        .collect();
    assert!(
        names.contains(&"engineering") && names.contains(&"sales") && names.len() == 2,
        "{names:?}"
    );
    let account = organizations
        .describe_account()
        .account_id(alice)
        .send()
        .await
        .unwrap()
        .account
        .unwrap();
    assert_eq!(
        (account.name(), account.email()),
        (Some("alice"), Some("alice@example.com"))
    );
}

#[tokio::test]
async fn two_accounts_cannot_have_one_email_address() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let organizations = org.management().organizations();
    let create = organizations
        .create_account()
        .account_name("other")
        .email("alice@example.com");
    let asked = create.send().await.unwrap().create_account_status.unwrap();
    org.settle().await;
    let status = organizations
        .describe_create_account_status()
        .create_account_request_id(asked.id().unwrap());
    let status = status.send().await.unwrap().create_account_status.unwrap();
    assert_eq!(status.state(), Some(&CreateAccountState::Failed));
    assert_eq!(
        status.failure_reason().map(ToString::to_string).as_deref(),
        Some("EMAIL_ALREADY_EXISTS")
    );
    assert_eq!(
        organizations
            .list_accounts()
            .send()
            .await
            .unwrap()
            .accounts()
            .len(),
        2
    );
}

#[tokio::test]
async fn a_move_names_where_the_account_is_and_where_it_goes() {
    let org = TestOrg::with_units(&["engineering/alice", "sales/carol"]).await;
    let alice = org.account("alice").account_id();
    let (here, there) = (org.unit_id("engineering"), org.unit_id("sales"));
    let cases = [
        (there, here, "SourceParentNotFoundException"),
        (here, here, "DuplicateAccountException"),
        (here, "ou-aaaa-aaaaaaaa", "DestinationParentNotFoundException"),
    ];
    for (from, to, code) in cases {
        let moving = org.management().organizations().move_account().account_id(alice);
        let moved = moving
            .source_parent_id(from)
            .destination_parent_id(to)
            .send()
            .await;
        assert_eq!(refused(moved), code);
    }
}

#[tokio::test]
async fn units_of_one_parent_have_different_names() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let creating = org
        .management()
        .organizations()
        .create_organizational_unit()
        .name("engineering");
    let twice = creating.clone().parent_id(org.root_id()).send().await;
    assert_eq!(refused(twice), "DuplicateOrganizationalUnitException");
    creating
        .parent_id(org.unit_id("engineering"))
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn an_administrator_is_registered_once_for_a_service_that_is_trusted() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let organizations = org.management().organizations();
    let alice = org.account("alice").account_id();
    let register = organizations
        .register_delegated_administrator()
        .service_principal(PRINCIPAL);
    org.management()
        .disable_aws_organizations_access()
        .send()
        .await
        .unwrap();
    let early = register.clone().account_id(alice).send().await;
    assert_eq!(refused(early), "ConstraintViolationException");

    org.management()
        .enable_aws_organizations_access()
        .send()
        .await
        .unwrap();
    org.settle().await;
    org.delegate("alice").await;
    let twice = register.clone().account_id(alice).send().await;
    assert_eq!(refused(twice), "AccountAlreadyRegisteredException");
    let management = register.account_id(org.management().account_id()).send().await;
    assert_eq!(refused(management), "ConstraintViolationException");

    let listed = organizations
        .list_delegated_administrators()
        .service_principal(PRINCIPAL)
        .send()
        .await
        .unwrap();
    assert_eq!(listed.delegated_administrators()[0].id(), Some(alice));
    let services = organizations
        .list_delegated_services_for_account()
        .account_id(alice)
        .send()
        .await
        .unwrap();
    assert_eq!(
        services.delegated_services()[0].service_principal(),
        Some(PRINCIPAL)
    );
}

#[tokio::test]
async fn an_administrator_that_is_none_cannot_be_deregistered() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let deregister = org
        .management()
        .organizations()
        .deregister_delegated_administrator();
    let deregister = deregister
        .account_id(org.account("alice").account_id())
        .service_principal(PRINCIPAL);
    assert_eq!(refused(deregister.send().await), "AccountNotRegisteredException");
}

#[tokio::test]
async fn an_account_that_is_no_member_is_not_found() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let outsider = org.outsider().await;
    let describe = org
        .management()
        .organizations()
        .describe_account()
        .account_id(outsider.account_id());
    assert_eq!(refused(describe.send().await), "AccountNotFoundException");
}

#[tokio::test]
async fn an_input_that_breaks_the_contract_is_invalid_for_a_reason() {
    use aws_sdk_organizations::error::ProvideErrorMetadata as _;

    let org = TestOrg::with_units(&["engineering/"]).await;
    let organizations = org.management().organizations();
    let described = organizations
        .describe_account()
        .account_id("12")
        .send()
        .await
        .unwrap_err();
    assert_eq!(described.code(), Some("InvalidInputException"));
    let invalid = described.into_service_error();
    let message = invalid.message().unwrap();
    let sentence = "You provided a value that does not match the required pattern. 1 validation error detected: \
                    Value '12' at 'accountId' failed to satisfy constraint: ";
    assert!(message.starts_with(sentence), "{message}");

    let creating = organizations
        .create_organizational_unit()
        .parent_id(org.root_id());
    let long = creating
        .name("x".repeat(129))
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    let aws_sdk_organizations::operation::create_organizational_unit::CreateOrganizationalUnitError::InvalidInputException(long) = long else {
        panic!("{long:?}")
    };
    assert_eq!(long.reason().map(|it| it.as_str()), Some("MAX_LENGTH_EXCEEDED"));
}
