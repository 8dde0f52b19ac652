//! Organizations that are loaded at once, and seen whole.

use aws_sdk_organizations::types::AccountState as State;
use domain::{AccountId, AccountState, JoinedMethod, OrganizationId, RootId, UnitId};
use engine::{ImportError, Limits, OrganizationPlan, PlannedAccount, PlannedUnit, Under};
use testkit::{Actor, TestOrg, refused};

use crate::questions::{organization_portfolios, share_with_account, share_with_node};

const ROLE: &str = "OrganizationAccountAccessRole";

fn unit(under: Under, name: &str) -> PlannedUnit {
    PlannedUnit {
        under,
        id: None,
        name: name.to_owned(),
        line: 1,
    }
}

fn account(under: Under, name: &str) -> PlannedAccount {
    PlannedAccount {
        under,
        id: None,
        name: name.to_owned(),
        email: None,
        state: AccountState::Active,
        joined_method: JoinedMethod::Created,
        line: 7,
    }
}

fn account_with_id(under: Under, id: &str) -> PlannedAccount {
    PlannedAccount {
        id: Some(AccountId::parse(id).unwrap()),
        ..account(under, "known")
    }
}

fn account_with_email(under: Under, email: &str) -> PlannedAccount {
    PlannedAccount {
        email: Some(email.to_owned()),
        ..account(under, "known")
    }
}

fn plan(units: Vec<PlannedUnit>, accounts: Vec<PlannedAccount>) -> OrganizationPlan {
    OrganizationPlan {
        units,
        accounts,
        ..OrganizationPlan::default()
    }
}

/// The names and ids of the units directly under `parent`, by name.
async fn units_under(caller: &Actor, parent: &str) -> Vec<(String, String)> {
    let listing = caller.organizations().list_organizational_units_for_parent();
    let listed = listing.parent_id(parent).send().await.unwrap();
    let pair = |it: &aws_sdk_organizations::types::OrganizationalUnit| {
        (it.name().unwrap().to_owned(), it.id().unwrap().to_owned())
    };
    let mut units: Vec<_> = listed.organizational_units().iter().map(pair).collect();
    units.sort();
    units
}

/// The ids of the accounts directly under `parent`.
async fn accounts_under(caller: &Actor, parent: &str) -> Vec<String> {
    let listing = caller.organizations().list_accounts_for_parent();
    let listed = listing.parent_id(parent).send().await.unwrap();
    listed
        .accounts()
        .iter()
        .map(|it| it.id().unwrap().to_owned())
        .collect()
}

async fn root(caller: &Actor) -> String {
    let roots = caller.organizations().list_roots().send().await.unwrap();
    roots.roots()[0].id().unwrap().to_owned()
}

/// What a refused import says.
async fn refusal(org: &TestOrg, plan: OrganizationPlan) -> String {
    match org.import(plan).await.unwrap_err() {
        refused @ ImportError::Refused { .. } => refused.to_string(),
        ImportError::Failed(fault) => panic!("{fault}"),
    }
}

#[tokio::test]
async fn an_imported_organization_is_one_like_any_other() {
    let org = TestOrg::bare().await;
    let management = org.management();
    let units = vec![
        unit(None, "engineering"),
        unit(Some(0), "databases"),
        unit(None, "sales"),
    ];
    let accounts = vec![
        account(Some(1), "alice"),
        account(Some(2), "carol"),
        account(None, "dave"),
    ];

    let imported = org.import(plan(units, accounts)).await.unwrap();

    assert_eq!((imported.units, imported.accounts), (3, 3));
    assert_eq!(imported.management.as_str(), management.account_id());
    let described = management
        .organizations()
        .describe_organization()
        .send()
        .await
        .unwrap();
    assert_eq!(
        described.organization().unwrap().id(),
        Some(imported.organization.as_str())
    );
    let top = units_under(management, &root(management).await).await;
    assert_eq!(
        top.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(),
        ["engineering", "sales"]
    );
    let nested = units_under(management, &top[0].1).await;
    let alice = accounts_under(management, &nested[0].1).await.remove(0);

    // What is shared with a unit above reaches it, and its administrators get in.
    management.enable_aws_organizations_access().send().await.unwrap();
    org.settle().await;
    let databases = org.portfolio("Databases").await;
    let engineering = aws_sdk_servicecatalog::types::OrganizationNode::builder()
        .r#type(aws_sdk_servicecatalog::types::OrganizationNodeType::OrganizationalUnit)
        .value(&top[0].1)
        .build();
    share_with_node(management, &databases, engineering).await;
    org.settle().await;
    let alice = management.assume(&alice, ROLE).await.unwrap();
    assert_eq!(organization_portfolios(&alice).await, [databases]);
}

#[tokio::test]
async fn an_import_adds_to_what_is_there_and_a_trusted_service_catalog_sees_it_at_once() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let management = org.management();
    let databases = org.portfolio("Databases").await;
    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;
    let units = vec![
        unit(None, "engineering"),
        unit(Some(0), "platform"),
        unit(None, "sales"),
    ];

    let imported = org
        .import(plan(
            units,
            vec![account(Some(1), "bob"), account(Some(2), "carol")],
        ))
        .await
        .unwrap();

    assert_eq!((imported.units, imported.accounts), (2, 2));
    assert_eq!(imported.organization.as_str(), org.id());
    let platform = &units_under(management, org.unit_id("engineering")).await[0];
    let bob = accounts_under(management, &platform.1).await.remove(0);
    let bob = management.assume(&bob, ROLE).await.unwrap();
    assert_eq!(organization_portfolios(&bob).await, [databases]);
}

#[tokio::test]
async fn an_import_that_is_refused_leaves_nothing() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let management = org.management();
    let mut accounts: Vec<_> = (0..600)
        .map(|it| account(Some(0), &format!("account-{it}")))
        .collect();
    accounts.push(account_with_email(Some(0), "alice@example.com"));

    let said = refusal(&org, plan(vec![unit(None, "sales")], accounts)).await;

    assert_eq!(said, "line 7: the address alice@example.com is another account's");
    let units = units_under(management, org.root_id()).await;
    assert_eq!(
        units.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(),
        ["engineering"]
    );
    let listed = management.organizations().list_accounts().send().await.unwrap();
    assert_eq!(listed.accounts().len(), 2);
}

#[tokio::test]
async fn an_import_into_no_organization_that_is_refused_makes_none() {
    let org = TestOrg::bare().await;
    let outsider = org.outsider().await;

    let said = refusal(
        &org,
        plan(vec![], vec![account_with_id(None, outsider.account_id())]),
    )
    .await;

    assert_eq!(
        said,
        format!("line 7: account {} exists already", outsider.account_id())
    );
    let described = org
        .management()
        .organizations()
        .describe_organization()
        .send()
        .await;
    assert_eq!(refused(described), "AWSOrganizationsNotInUseException");
}

#[tokio::test]
async fn an_import_keeps_the_ids_that_it_is_given() {
    let org = TestOrg::bare().await;
    let management = org.management();
    let mut plan = plan(
        vec![unit(None, "sales")],
        vec![account_with_id(Some(0), "101010101010")],
    );
    plan.organization = Some((OrganizationId::parse("o-exampleorgid").unwrap(), 1));
    plan.root = Some((RootId::parse("r-ab12").unwrap(), 1));
    plan.units[0].id = Some(UnitId::parse("ou-ab12-11111111").unwrap());

    let imported = org.import(plan).await.unwrap();

    assert_eq!(imported.organization.as_str(), "o-exampleorgid");
    assert_eq!(root(management).await, "r-ab12");
    assert_eq!(
        accounts_under(management, "ou-ab12-11111111").await,
        ["101010101010"]
    );
}

#[tokio::test]
async fn ids_that_are_not_those_of_what_is_there_are_refused() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let mut another = plan(vec![], vec![]);
    another.organization = Some((OrganizationId::parse("o-exampleorgid").unwrap(), 2));
    let said = refusal(&org, another).await;
    assert_eq!(
        said,
        format!(
            "line 2: the organization is there already, as {} and not as o-exampleorgid",
            org.id()
        )
    );

    let mut another = plan(vec![unit(None, "engineering")], vec![]);
    another.units[0].id = Some(UnitId::parse("ou-ab12-11111111").unwrap());
    let said = refusal(&org, another).await;
    assert!(said.ends_with("and not as ou-ab12-11111111"), "{said}");

    let mut foreign = plan(vec![unit(None, "sales")], vec![]);
    foreign.units[0].id = Some(UnitId::parse("ou-ab12-11111111").unwrap());
    let said = refusal(&org, foreign).await;
    assert!(said.contains("has not the id of a unit under r-"), "{said}");

    let mut taken = plan(vec![unit(None, "sales")], vec![]);
    taken.units[0].id = Some(UnitId::parse(org.unit_id("engineering")).unwrap());
    let said = refusal(&org, taken).await;
    assert_eq!(
        said,
        format!("line 1: unit {} exists already", org.unit_id("engineering"))
    );
}

#[tokio::test]
async fn the_management_account_in_a_plan_is_moved_and_named_and_not_made() {
    // It does not count twice.
    let org = TestOrg::bare_with_limits(Limits {
        organization_accounts_max: Some(1),
        ..Limits::default()
    })
    .await;
    let management = org.management();
    let accounts = vec![PlannedAccount {
        email: Some("payer@example.com".to_owned()),
        ..account_with_id(Some(0), management.account_id())
    }];

    let imported = org
        .import(plan(vec![unit(None, "security")], accounts))
        .await
        .unwrap();

    assert_eq!(imported.accounts, 0);
    let describing = management.organizations().describe_account();
    let described = describing
        .account_id(management.account_id())
        .send()
        .await
        .unwrap();
    let described = described.account.unwrap();
    assert_eq!(
        (described.name(), described.email()),
        (Some("known"), Some("payer@example.com"))
    );
    let security = &units_under(management, &root(management).await).await[0];
    assert_eq!(
        accounts_under(management, &security.1).await,
        [management.account_id()]
    );
}

#[tokio::test]
async fn the_management_account_must_be_there_and_manage() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let managed_by = |id: &str| OrganizationPlan {
        management: Some((AccountId::parse(id).unwrap(), 3)),
        ..OrganizationPlan::default()
    };
    let said = refusal(&org, managed_by("111122223333")).await;
    assert!(
        said.starts_with("line 3: there is no account 111122223333"),
        "{said}"
    );
    let said = refusal(&org, managed_by(org.account("alice").account_id())).await;
    assert!(
        said.ends_with(&format!("does not manage {}, in which it is", org.id())),
        "{said}"
    );

    let outsider = org.outsider().await;
    let imported = org.import(managed_by(outsider.account_id())).await.unwrap();
    assert_eq!(imported.management.as_str(), outsider.account_id());
}

#[tokio::test]
async fn a_suspended_account_is_imported_as_one() {
    let org = TestOrg::bare().await;
    let suspended = PlannedAccount {
        state: AccountState::Suspended,
        ..account_with_id(None, "101010101010")
    };
    org.import(plan(vec![], vec![suspended])).await.unwrap();

    let describing = org.management().organizations().describe_account();
    let described = describing.account_id("101010101010").send().await.unwrap();
    assert_eq!(described.account().unwrap().state(), Some(&State::Suspended));
}

#[tokio::test]
async fn quotas_hold_for_a_whole_plan() {
    let limits = Limits {
        units_max: 2,
        organization_accounts_max: Some(2),
        ..Limits::default()
    };
    let org = TestOrg::bare_with_limits(limits).await;
    let units = || vec![unit(None, "a"), unit(None, "b"), unit(None, "c")];
    let said = refusal(&org, plan(units(), vec![])).await;
    assert_eq!(said, "an organization may have 2 units (units-max)");
    let said = refusal(&org, plan(vec![], vec![account(None, "a"), account(None, "b")])).await;
    assert_eq!(
        said,
        "an organization may have 2 accounts (organization-accounts-max)"
    );
    // The management account is one of two.
    org.import(plan(vec![], vec![account(None, "a")])).await.unwrap();
}

#[tokio::test]
async fn a_view_has_every_share_where_it_is() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, alice) = (org.management(), org.account("alice"));
    let databases = org.portfolio("Databases").await;
    for node in [org.everybody(), org.unit("engineering"), org.member("alice")] {
        share_with_node(management, &databases, node).await;
        org.settle().await;
    }
    share_with_account(management, &databases, alice.account_id()).await;

    let view = org.views().await.remove(0);

    assert!(view.trusts_service_catalog);
    let engineering = &view.root.units[0];
    let shares = [&view.shares, &engineering.shares, &engineering.accounts[0].shares];
    assert_eq!(shares.map(Vec::len), [1, 1, 2]);
    assert_eq!(view.root.shares, []);
    assert_eq!(engineering.accounts[0].account.id.as_str(), alice.account_id());
}
