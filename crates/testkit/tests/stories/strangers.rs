//! What belongs to somebody else is as if it were not: no answer, and no statement that is run for it, tells of it.
//!
//! Two organizations have the same things. Everybody in one asks about everything in the other, and about nothing: the
//! refusals are equal but for the id, and so are the statements, so that time does not tell either. Deliberately absent:
//! what is refused to members of the same organization; the stories of each operation tell that.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use testkit::{Actor, Refused, TestOrg};

use crate::{
    invitations::{invited, join},
    probes::{Kind, Own, Probe, probes, unknown, welcome_all},
};

const ROLE: &str = "OrganizationAccountAccessRole";
const PRINCIPAL: &str = "servicecatalog.amazonaws.com";

async fn done(actor: &Actor, service: &'static str, operation: &str, input: Value) -> Value {
    let answer = actor.ask(service, operation, &input).await;
    answer.unwrap_or_else(|refusal| panic!("{operation}: {refusal:?}"))
}

/// The id at `pointer` in what Organizations answers.
async fn made(actor: &Actor, operation: &str, input: Value, pointer: &str) -> String {
    let answer = done(actor, "organizations", operation, input).await;
    answer
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap()
        .to_owned()
}

/// One thing of every kind, in an organization that `management` makes, or has; `member` joins it.
async fn everything(org: &TestOrg, management: &Actor, member: &Actor) -> BTreeMap<Kind, String> {
    let organization = json!({"FeatureSet": "ALL"});
    let organization = made(management, "CreateOrganization", organization, "/Organization/Id").await;
    let root = made(management, "ListRoots", json!({}), "/Roots/0/Id").await;
    let unit = json!({"ParentId": root, "Name": "engineering"});
    let unit = made(
        management,
        "CreateOrganizationalUnit",
        unit,
        "/OrganizationalUnit/Id",
    )
    .await;
    let content = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let policy =
        json!({"Name": "All", "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": content});
    let policy = made(management, "CreatePolicy", policy, "/Policy/PolicySummary/Id").await;
    let own = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": management.account_id()},
        "Action": "organizations:DescribeOrganization", "Resource": "*",
    }]});
    let own = json!({"Content": own.to_string()});
    let own = made(
        management,
        "PutResourcePolicy",
        own,
        "/ResourcePolicy/ResourcePolicySummary/Id",
    )
    .await;
    let email = format!("{}@example.com", management.account_id());
    let creation = json!({"AccountName": "made", "Email": email});
    let creation = made(management, "CreateAccount", creation, "/CreateAccountStatus/Id").await;
    join(management, member).await;
    let handshake = invited(management, &org.outsider().await).await;

    done(
        management,
        "servicecatalog",
        "EnableAWSOrganizationsAccess",
        json!({}),
    )
    .await;
    org.work().await;
    let portfolio = management.portfolio("Databases").await;
    let node = json!({"Type": "ORGANIZATION", "Value": organization});
    let share = json!({"PortfolioId": portfolio, "OrganizationNode": node});
    let share = done(management, "servicecatalog", "CreatePortfolioShare", share).await;
    org.work().await;
    BTreeMap::from([
        (Kind::Account, member.account_id().to_owned()),
        (Kind::Unit, unit),
        (Kind::Root, root),
        (Kind::Organization, organization),
        (Kind::Portfolio, portfolio),
        (
            Kind::ShareToken,
            share["PortfolioShareToken"].as_str().unwrap().to_owned(),
        ),
        (Kind::Handshake, handshake),
        (Kind::Policy, policy),
        (Kind::ResourcePolicy, own),
        (Kind::Creation, creation),
    ])
}

/// Who asks, what it has, and a portfolio of its own.
async fn asker(actor: Actor, things: &BTreeMap<Kind, String>) -> (Actor, Own) {
    let own = Own {
        portfolio: actor.portfolio("Own").await,
        organization: things[&Kind::Organization].clone(),
        root: things[&Kind::Root].clone(),
        unit: things[&Kind::Unit].clone(),
        account: things[&Kind::Account].clone(),
        policy: things[&Kind::Policy].clone(),
    };
    (actor, own)
}

/// Two organizations with everything, and four who ask in the first: its management account, a delegated administrator,
/// a member, and somebody outside.
async fn scene() -> (TestOrg, Vec<(Actor, Own)>, BTreeMap<Kind, String>) {
    let org = TestOrg::bare().await;
    org.hold_jobs().await;
    let management = org.management().clone();
    let (delegate, member, outsider) = (org.outsider().await, org.outsider().await, org.outsider().await);
    let things = everything(&org, &management, &member).await;
    join(&management, &delegate).await;
    let administrator = json!({"AccountId": delegate.account_id(), "ServicePrincipal": PRINCIPAL});
    done(
        &management,
        "organizations",
        "RegisterDelegatedAdministrator",
        administrator,
    )
    .await;
    let theirs = everything(&org, &org.outsider().await, &org.outsider().await).await;
    let mut askers = Vec::new();
    for actor in [management, delegate, member, outsider] {
        askers.push(asker(actor, &things).await);
    }
    (org, askers, theirs)
}

/// What is answered about `id`, and the statements that were run for it.
async fn asked(
    org: &TestOrg,
    actor: &Actor,
    probe: &Probe,
    input: &Value,
) -> (Result<Value, Refused>, Vec<&'static str>) {
    org.note_statements();
    let answer = actor.ask(probe.service, probe.operation, input).await;
    (answer, org.noted_statements())
}

#[tokio::test]
async fn what_another_organization_has_is_answered_like_nothing_with_the_same_statements() {
    let (org, askers, theirs) = scene().await;
    for (actor, own) in &askers {
        for probe in probes() {
            let id = &theirs[&probe.kind];
            let of_nothing = unknown(id);
            let (answer, statements) = asked(&org, actor, &probe, &probe.about(id, own)).await;
            let (expected, expected_statements) =
                asked(&org, actor, &probe, &probe.about(&of_nothing, own)).await;
            let what = format!(
                "{} of {:?} by {}",
                probe.operation,
                probe.kind,
                actor.account_id()
            );
            match (answer, expected) {
                (Err(answer), Err(expected)) => {
                    assert_eq!(answer.code, expected.code, "{what}");
                    assert_eq!(
                        answer.message,
                        expected.message.replace(&of_nothing, id),
                        "{what}"
                    );
                }
                // Lists that find nothing, and deleting what is not there.
                (answer, expected) => assert_eq!(answer, expected, "{what}"),
            }
            assert!(!statements.is_empty(), "{what}: no statement was noted");
            assert_eq!(statements, expected_statements, "{what}");
        }
    }
}

#[tokio::test]
async fn whether_an_account_exists_shows_neither_in_sharing_with_it_nor_in_inviting_it() {
    let (org, askers, theirs) = scene().await;
    for (actor, own) in &askers {
        for probe in welcome_all() {
            let id = &theirs[&probe.kind];
            let (answer, statements) = asked(&org, actor, &probe, &probe.about(id, own)).await;
            let (expected, expected_statements) =
                asked(&org, actor, &probe, &probe.about(&unknown(id), own)).await;
            let what = format!("{} by {}", probe.operation, actor.account_id());
            let code = |it: Result<Value, Refused>| it.map(drop).map_err(|it| it.code);
            assert_eq!(code(answer), code(expected), "{what}");
            assert_eq!(statements, expected_statements, "{what}");
        }
    }
}

#[tokio::test]
async fn a_role_of_another_organization_is_denied_like_one_of_nothing() {
    let (org, askers, theirs) = scene().await;
    let id = &theirs[&Kind::Account];
    for (actor, _) in &askers {
        let mut told = BTreeSet::new();
        for account in [id, &unknown(id)] {
            org.note_statements();
            let refusal = actor.assume(account, ROLE).await.unwrap_err();
            let message = refusal.to_string().replace(account.as_str(), "<it>");
            told.insert((message, org.noted_statements()));
        }
        assert_eq!(told.len(), 1, "{told:#?}");
    }
}

/// Operations that take an id and are not built, or never will be.
const NOT_ANSWERED: [&str; 3] = [
    "ResponsibilityTransfer",
    "EffectivePolicyValidation",
    "TransferResponsibility",
];

#[tokio::test]
async fn every_operation_that_takes_an_id_is_among_the_questions() {
    let org = TestOrg::bare().await;
    let asked: BTreeSet<&str> = probes()
        .iter()
        .chain(&welcome_all())
        .map(|it| it.operation)
        .collect();
    for (service, contract) in [
        (
            "servicecatalog",
            include_str!("../../../../model/service-catalog.json"),
        ),
        (
            "organizations",
            include_str!("../../../../model/organizations.json"),
        ),
    ] {
        let contract: Value = serde_json::from_str(contract).unwrap();
        for (operation, described) in contract["operations"].as_object().unwrap() {
            let input = described
                .pointer("/input/shape")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let members = contract["shapes"][input]["members"].as_object();
            let is_id = |name: &String| name.ends_with("Id") || name == "PortfolioShareToken";
            if !members.is_some_and(|it| it.keys().any(is_id)) || asked.contains(operation.as_str()) {
                continue;
            }
            if NOT_ANSWERED.iter().any(|it| operation.contains(it)) {
                continue;
            }
            let refusal = org
                .management()
                .ask(service, operation, &json!({}))
                .await
                .unwrap_err();
            assert_eq!(
                refusal.code, "NotImplemented",
                "{operation} is built and nobody asks it"
            );
        }
    }
}
