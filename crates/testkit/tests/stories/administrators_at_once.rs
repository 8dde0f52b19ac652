//! Two administrators act at once, in two sessions or from two accounts: one of them is first.
//!
//! Invariant: whoever is second hears what it would have heard a moment later, and nothing is half done. On PostgreSQL
//! the two meet in two transactions. Deliberately absent: invitations, which have their own (`handshakes.rs`), and share
//! actions one after the other (`operations_status.rs`).

use aws_sdk_organizations::{
    operation::{
        move_account::builders::MoveAccountFluentBuilder,
        register_delegated_administrator::builders::RegisterDelegatedAdministratorFluentBuilder,
    },
    types::ParentType,
};
use aws_sdk_servicecatalog::types::DescribePortfolioShareType as Kind;
use testkit::{Refused, TestOrg, refused};

use crate::questions::{organization_portfolios, shares};

const PRINCIPAL: &str = "servicecatalog.amazonaws.com";
const UNITS: [&str; 3] = ["engineering/alice", "sales/carol", "attic/"];

/// One succeeded, and the other was refused.
fn only_one<T: std::fmt::Debug, E, R>(
    one: Result<T, aws_smithy_runtime_api::client::result::SdkError<E, R>>,
    other: Result<T, aws_smithy_runtime_api::client::result::SdkError<E, R>>,
) -> Refused
where
    E: aws_smithy_types::error::metadata::ProvideErrorMetadata + std::fmt::Debug,
    R: std::fmt::Debug,
{
    assert!(one.is_ok() != other.is_ok(), "{one:?} and {other:?}");
    refused(if one.is_ok() { other } else { one })
}

fn moving(org: &TestOrg, to: &str) -> MoveAccountFluentBuilder {
    let moving = org.management().organizations().move_account();
    let moving = moving.account_id(org.account("alice").account_id());
    moving
        .source_parent_id(org.unit_id("engineering"))
        .destination_parent_id(org.unit_id(to))
}

fn registering(org: &TestOrg) -> RegisterDelegatedAdministratorFluentBuilder {
    let registering = org
        .management()
        .organizations()
        .register_delegated_administrator();
    let registering = registering.account_id(org.account("alice").account_id());
    registering.service_principal(PRINCIPAL)
}

/// Whether `alice` administers shares.
async fn is_registered(org: &TestOrg) -> bool {
    let listing = org.management().organizations().list_delegated_administrators();
    let listed = listing.service_principal(PRINCIPAL).send().await.unwrap();
    !listed.delegated_administrators().is_empty()
}

#[tokio::test]
async fn of_two_units_of_one_name_one_is_made() {
    let org = TestOrg::with_units(&UNITS).await;
    let organizations = org.management().organizations();
    let creating = organizations
        .create_organizational_unit()
        .parent_id(org.root_id());
    let creating = creating.name("platform");

    let (one, other) = tokio::join!(creating.clone().send(), creating.send());

    assert_eq!(only_one(one, other), "DuplicateOrganizationalUnitException");
    let listing = organizations
        .list_organizational_units_for_parent()
        .parent_id(org.root_id());
    let units = listing.send().await.unwrap().organizational_units.unwrap();
    assert_eq!(units.len(), UNITS.len() + 1);
}

#[tokio::test]
async fn of_a_unit_and_another_that_is_renamed_like_it_one_has_the_name() {
    let org = TestOrg::with_units(&UNITS).await;
    let organizations = org.management().organizations();
    let creating = organizations
        .create_organizational_unit()
        .parent_id(org.root_id());
    let renaming = organizations
        .update_organizational_unit()
        .organizational_unit_id(org.unit_id("attic"));

    let (created, renamed) = tokio::join!(creating.name("loft").send(), renaming.name("loft").send());

    assert!(created.is_ok() != renamed.is_ok());
    let code = if created.is_ok() {
        refused(renamed)
    } else {
        refused(created)
    };
    assert_eq!(code, "DuplicateOrganizationalUnitException");
    let listing = organizations
        .list_organizational_units_for_parent()
        .parent_id(org.root_id());
    let units = listing.send().await.unwrap().organizational_units.unwrap();
    assert_eq!(units.iter().filter(|it| it.name() == Some("loft")).count(), 1);
}

#[tokio::test]
async fn an_account_that_two_move_goes_to_one_place() {
    let org = TestOrg::with_units(&UNITS).await;

    let (one, other) = tokio::join!(moving(&org, "sales").send(), moving(&org, "attic").send());

    let expected = org.unit_id(if one.is_ok() { "sales" } else { "attic" });
    assert_eq!(only_one(one, other), "SourceParentNotFoundException");
    let listing = org.management().organizations().list_parents();
    let listed = listing.child_id(org.account("alice").account_id()).send().await;
    let [parent] = &listed.unwrap().parents.unwrap()[..] else {
        panic!("an account has one parent");
    };
    assert_eq!(parent.id(), Some(expected));
    assert_eq!(parent.r#type(), Some(&ParentType::OrganizationalUnit));
}

#[tokio::test]
async fn a_unit_is_deleted_or_an_account_moves_into_it() {
    let org = TestOrg::with_units(&UNITS).await;
    let organizations = org.management().organizations();
    let deleting = organizations
        .delete_organizational_unit()
        .organizational_unit_id(org.unit_id("attic"));

    let (deleted, moved) = tokio::join!(deleting.send(), moving(&org, "attic").send());

    let listing = organizations.list_parents();
    let listed = listing.child_id(org.account("alice").account_id()).send().await;
    let parents = listed.unwrap().parents.unwrap();
    if moved.is_ok() {
        assert_eq!(refused(deleted), "OrganizationalUnitNotEmptyException");
        assert_eq!(parents[0].id(), Some(org.unit_id("attic")));
    } else {
        assert_eq!(refused(moved), "DestinationParentNotFoundException");
        assert_eq!(parents[0].id(), Some(org.unit_id("engineering")));
    }
}

#[tokio::test]
async fn of_two_shares_with_the_organization_one_is_made() {
    let org = TestOrg::with_units(&UNITS).await;
    org.hold_jobs().await;
    let databases = org.portfolio("Databases").await;
    let sharing = |unit| {
        let sharing = org.management().create_portfolio_share();
        sharing
            .portfolio_id(&databases)
            .organization_node(org.unit(unit))
            .send()
    };

    let (one, other) = tokio::join!(sharing("engineering"), sharing("sales"));

    let [first, second] = if one.is_ok() {
        ["alice", "carol"]
    } else {
        ["carol", "alice"]
    };
    let refusal = only_one(one, other);
    assert_eq!(refusal, "InvalidStateException");
    let busy = "Cannot process more than one portfolio share action at the same time. Try again later.";
    assert_eq!(refusal.message, busy);
    org.work().await;
    assert_eq!(
        shares(org.management(), &databases, Kind::OrganizationalUnit)
            .await
            .len(),
        1
    );
    assert_eq!(organization_portfolios(org.account(first)).await, [databases]);
    assert_eq!(organization_portfolios(org.account(second)).await, [""; 0]);
}

#[tokio::test]
async fn the_management_account_and_a_delegated_administrator_share_at_once() {
    let org = TestOrg::with_units(&UNITS).await;
    org.delegate("alice").await;
    let owners = [org.management(), org.account("alice")];
    let mut portfolios = [
        owners[0].portfolio("Databases").await,
        owners[1].portfolio("Queues").await,
    ];
    let sharing = |at: usize| {
        let sharing = owners[at].create_portfolio_share().portfolio_id(&portfolios[at]);
        sharing.organization_node(org.unit("sales")).send()
    };

    let (one, other) = tokio::join!(sharing(0), sharing(1));

    assert_ne!(
        one.unwrap().portfolio_share_token,
        other.unwrap().portfolio_share_token
    );
    org.settle().await;
    portfolios.sort_unstable();
    assert_eq!(organization_portfolios(org.account("carol")).await, portfolios);
}

#[tokio::test]
async fn what_an_administrator_shares_while_it_is_deregistered_is_not_left_behind() {
    let org = TestOrg::with_units(&UNITS).await;
    org.delegate("alice").await;
    let alice = org.account("alice");
    let own = alice.portfolio("Queues").await;
    let sharing = alice.create_portfolio_share().portfolio_id(&own);
    let deregistering = org
        .management()
        .organizations()
        .deregister_delegated_administrator();
    let deregistering = deregistering
        .account_id(alice.account_id())
        .service_principal(PRINCIPAL);

    let (shared, deregistered) = tokio::join!(
        sharing.organization_node(org.everybody()).send(),
        deregistering.send()
    );

    deregistered.unwrap();
    if shared.is_err() {
        assert_eq!(refused(shared), "AccessDeniedException");
    }
    org.settle().await;
    assert_eq!(shares(alice, &own, Kind::Organization).await, []);
    assert_eq!(organization_portfolios(org.account("carol")).await, [""; 0]);
}

#[tokio::test]
async fn an_administrator_is_registered_once_by_two() {
    let org = TestOrg::with_units(&UNITS).await;

    let (one, other) = tokio::join!(registering(&org).send(), registering(&org).send());

    assert_eq!(only_one(one, other), "AccountAlreadyRegisteredException");
    assert!(is_registered(&org).await);
}

#[tokio::test]
async fn an_administrator_is_registered_or_access_is_disabled() {
    let org = TestOrg::with_units(&UNITS).await;
    let disabling = org.management().disable_aws_organizations_access();

    let (registered, disabled) = tokio::join!(registering(&org).send(), disabling.send());

    if registered.is_ok() {
        assert_eq!(refused(disabled), "InvalidStateException");
        assert!(is_registered(&org).await);
    } else {
        disabled.unwrap();
        assert_eq!(refused(registered), "ConstraintViolationException");
        assert!(!is_registered(&org).await);
    }
}

#[tokio::test]
async fn an_account_is_removed_or_becomes_an_administrator() {
    let org = TestOrg::with_units(&UNITS).await;
    let removing = org
        .management()
        .organizations()
        .remove_account_from_organization();
    let removing = removing.account_id(org.account("alice").account_id());

    let (registered, removed) = tokio::join!(registering(&org).send(), removing.send());

    if registered.is_ok() {
        assert_eq!(refused(removed), "ConstraintViolationException");
        assert!(is_registered(&org).await);
    } else {
        removed.unwrap();
        assert_eq!(refused(registered), "AccountNotFoundException");
        assert!(!is_registered(&org).await);
    }
}

#[tokio::test]
async fn units_are_nested_five_deep_and_no_deeper() {
    let org = TestOrg::with_units(&["one/two/three/four/five/"]).await;
    let creating = org.management().organizations().create_organizational_unit();
    let creating = creating.name("six");
    let deep = creating.clone().parent_id(org.unit_id("one/two/three/four/five"));
    assert_eq!(refused(deep.send().await), "ConstraintViolationException");
    creating
        .parent_id(org.unit_id("one/two/three/four"))
        .send()
        .await
        .unwrap();
}
