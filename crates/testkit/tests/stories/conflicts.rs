//! Operations meet conflicting changes of somebody else, and answer as if they had met none.
//!
//! One long story is told again and again. In every operation, each statement once meets a conflict: a few in one
//! telling, one after the other, and the next few in the next, until no operation has so many statements. Lists and quotas in it show what would be doubled. An operation that is built gets
//! a line here. Deliberately absent on the embedded store: queries, which read a snapshot there and never conflict.

use std::collections::BTreeMap;

use engine::Limits;
use serde_json::{Value, json};
use testkit::{Actor, Failure, Raw, TestOrg};

/// How many conflicts an operation meets in one telling: far fewer than make a store give up.
const AT_ONCE: u64 = 5;

const ROLE: &str = "OrganizationAccountAccessRole";

/// One thing that happens in the story.
enum Line {
    /// An account calls an operation; parts of the answer are given names.
    Call {
        who: &'static str,
        service: &'static Service,
        operation: &'static str,
        input: Value,
        names: Vec<(&'static str, &'static str)>,
    },
    /// An account's administrator signs in.
    SignIn(&'static str),
    /// The jobs are worked on.
    Work,
}

struct Service {
    signing_name: &'static str,
    target: &'static str,
}

const CATALOG: Service = Service {
    signing_name: "servicecatalog",
    target: "AWS242ServiceCatalogService",
};
const ORGANIZATIONS: Service = Service {
    signing_name: "organizations",
    target: "AWSOrganizationsV20161128",
};

/// The management account calls an operation.
fn call(service: &'static Service, operation: &'static str, input: Value) -> Line {
    Line::Call {
        who: "management",
        service,
        operation,
        input,
        names: Vec::new(),
    }
}

fn catalog(operation: &'static str, input: Value) -> Line {
    call(&CATALOG, operation, input)
}

fn organizations(operation: &'static str, input: Value) -> Line {
    call(&ORGANIZATIONS, operation, input)
}

impl Line {
    /// Called by another account.
    fn by(mut self, account: &'static str) -> Self {
        if let Self::Call { who, .. } = &mut self {
            *who = account;
        }
        self
    }

    /// What stands at `pointer` in the answer is called `<name>` from now on.
    fn named(mut self, name: &'static str, pointer: &'static str) -> Self {
        if let Self::Call { names, .. } = &mut self {
            names.push((name, pointer));
        }
        self
    }
}

/// An organization of two units with an account each.
fn organization() -> Vec<Line> {
    let create_account = |name| {
        organizations(
            "CreateAccount",
            json!({"AccountName": name, "Email": format!("{name}@example.com")}),
        )
    };
    let describe_creation = |request| {
        organizations(
            "DescribeCreateAccountStatus",
            json!({"CreateAccountRequestId": request}),
        )
    };
    let move_account = |account, unit| {
        organizations(
            "MoveAccount",
            json!({"AccountId": account, "SourceParentId": "<root>", "DestinationParentId": unit}),
        )
    };
    let unit = |name| {
        let input = json!({"ParentId": "<root>", "Name": name});
        organizations("CreateOrganizationalUnit", input).named(name, "/OrganizationalUnit/Id")
    };
    vec![
        organizations("CreateOrganization", json!({"FeatureSet": "ALL"}))
            .named("organization", "/Organization/Id"),
        organizations("ListRoots", json!({})).named("root", "/Roots/0/Id"),
        unit("engineering"),
        unit("sales"),
        organizations(
            "CreateOrganizationalUnit",
            json!({"ParentId": "<root>", "Name": "one too many"}),
        ),
        create_account("alice").named("asked for alice", "/CreateAccountStatus/Id"),
        create_account("bob").named("asked for bob", "/CreateAccountStatus/Id"),
        Line::Work,
        describe_creation("<asked for alice>").named("alice", "/CreateAccountStatus/AccountId"),
        describe_creation("<asked for bob>").named("bob", "/CreateAccountStatus/AccountId"),
        organizations("ListCreateAccountStatus", json!({})),
        move_account("<alice>", "<engineering>"),
        move_account("<bob>", "<sales>"),
        organizations(
            "UpdateOrganizationalUnit",
            json!({"OrganizationalUnitId": "<sales>", "Name": "trade"}),
        ),
        organizations("DescribeOrganization", json!({})),
        organizations(
            "DescribeOrganizationalUnit",
            json!({"OrganizationalUnitId": "<sales>"}),
        ),
        organizations("DescribeAccount", json!({"AccountId": "<alice>"})),
        organizations("ListAccounts", json!({})),
        organizations("ListAccountsForParent", json!({"ParentId": "<sales>"})),
        organizations("ListOrganizationalUnitsForParent", json!({"ParentId": "<root>"})),
        organizations(
            "ListChildren",
            json!({"ParentId": "<engineering>", "ChildType": "ACCOUNT"}),
        ),
        organizations("ListParents", json!({"ChildId": "<alice>"})),
        Line::SignIn("alice"),
        Line::SignIn("bob"),
    ]
}

/// Policies where they are attached, the organization's own, and tags.
fn policies() -> Vec<Line> {
    let content = r#"{"tags":{"team":{"tag_key":{"@@assign":"Team"}}}}"#;
    let kind = || json!({"RootId": "<root>", "PolicyType": "TAG_POLICY"});
    let create = json!({"Name": "Tags", "Description": "", "Type": "TAG_POLICY", "Content": content});
    let policy = || json!({"PolicyId": "<Tags>"});
    let attachment = || json!({"PolicyId": "<Tags>", "TargetId": "<engineering>"});
    let own = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "<alice>"},
        "Action": "organizations:DescribeOrganization", "Resource": "*",
    }]});
    let tags = json!({"ResourceId": "<sales>", "Tags": [{"Key": "team", "Value": "trade"}]});
    let tagged = || organizations("ListTagsForResource", json!({"ResourceId": "<sales>"}));
    vec![
        organizations("EnablePolicyType", kind()),
        organizations("CreatePolicy", create.clone()).named("Tags", "/Policy/PolicySummary/Id"),
        organizations("CreatePolicy", create),
        organizations(
            "UpdatePolicy",
            json!({"PolicyId": "<Tags>", "Description": "Of teams"}),
        ),
        organizations("DescribePolicy", policy()),
        organizations("ListPolicies", json!({"Filter": "TAG_POLICY"})),
        organizations("AttachPolicy", attachment()),
        organizations("AttachPolicy", attachment()),
        organizations("ListTargetsForPolicy", policy()),
        organizations(
            "ListPoliciesForTarget",
            json!({"TargetId": "<engineering>", "Filter": "TAG_POLICY"}),
        ),
        organizations(
            "DescribeEffectivePolicy",
            json!({"PolicyType": "TAG_POLICY", "TargetId": "<alice>"}),
        ),
        organizations("DetachPolicy", attachment()),
        organizations("DeletePolicy", policy()),
        organizations("DisablePolicyType", kind()),
        organizations("PutResourcePolicy", json!({"Content": own.to_string()}))
            .named("own policy", "/ResourcePolicy/ResourcePolicySummary/Id"),
        organizations("DescribeResourcePolicy", json!({})),
        organizations("DeleteResourcePolicy", json!({})),
        organizations("TagResource", tags),
        tagged(),
        organizations(
            "UntagResource",
            json!({"ResourceId": "<sales>", "TagKeys": ["team"]}),
        ),
        tagged(),
    ]
}

/// Trust, and those who act for it.
fn access() -> Vec<Line> {
    let principal = json!({"ServicePrincipal": "servicecatalog.amazonaws.com"});
    let other = json!({"ServicePrincipal": "config.amazonaws.com"});
    let administrator = json!({"AccountId": "<alice>", "ServicePrincipal": "servicecatalog.amazonaws.com"});
    vec![
        catalog("EnableAWSOrganizationsAccess", json!({})),
        catalog("GetAWSOrganizationsAccessStatus", json!({})),
        Line::Work,
        catalog("GetAWSOrganizationsAccessStatus", json!({})),
        organizations("EnableAWSServiceAccess", other.clone()),
        organizations("ListAWSServiceAccessForOrganization", json!({})),
        organizations("DisableAWSServiceAccess", other),
        organizations("ListAWSServiceAccessForOrganization", json!({})),
        organizations("RegisterDelegatedAdministrator", administrator.clone()),
        organizations("RegisterDelegatedAdministrator", administrator.clone()),
        organizations("ListDelegatedAdministrators", principal),
        organizations("ListDelegatedServicesForAccount", json!({"AccountId": "<alice>"})),
        organizations("DeregisterDelegatedAdministrator", administrator),
        organizations("ListDelegatedAdministrators", json!({})),
    ]
}

fn portfolio(name: &str) -> Value {
    json!({"DisplayName": name, "ProviderName": "Platform", "IdempotencyToken": name})
}

/// Portfolios, of which two are allowed.
fn portfolios() -> Vec<Line> {
    let update = json!({
        "Id": "<Databases>", "Description": "Of all kinds", "AddTags": [{"Key": "team", "Value": "data"}],
    });
    vec![
        catalog("CreatePortfolio", portfolio("Databases")).named("Databases", "/PortfolioDetail/Id"),
        catalog("CreatePortfolio", portfolio("Databases")),
        catalog("CreatePortfolio", portfolio("Networks")).named("Networks", "/PortfolioDetail/Id"),
        catalog("CreatePortfolio", portfolio("OneTooMany")),
        catalog("UpdatePortfolio", update.clone()),
        catalog("UpdatePortfolio", update),
        catalog("DescribePortfolio", json!({"Id": "<Databases>"})),
        catalog("ListPortfolios", json!({})),
        catalog("DeletePortfolio", json!({"Id": "<Networks>"})),
        catalog("DeletePortfolio", json!({"Id": "<Networks>"})),
        catalog("CreatePortfolio", portfolio("Queues")).named("Queues", "/PortfolioDetail/Id"),
        catalog("CreatePortfolio", portfolio("StillOneTooMany")),
        catalog("ListPortfolios", json!({})),
    ]
}

/// A share that its recipient accepts; one account is allowed.
fn imports() -> Vec<Line> {
    let databases = json!({"PortfolioId": "<Databases>"});
    let with = |account| json!({"PortfolioId": "<Databases>", "AccountId": account});
    let imported = || {
        catalog(
            "ListAcceptedPortfolioShares",
            json!({"PortfolioShareType": "IMPORTED"}),
        )
        .by("bob")
    };
    vec![
        catalog("CreatePortfolioShare", with("<bob>")),
        catalog("CreatePortfolioShare", with("<bob>")),
        catalog("CreatePortfolioShare", with("111122223333")),
        imported(),
        catalog("AcceptPortfolioShare", databases.clone()).by("bob"),
        catalog("AcceptPortfolioShare", databases.clone()).by("bob"),
        imported(),
        catalog("RejectPortfolioShare", databases.clone()).by("bob"),
        imported(),
        catalog("AcceptPortfolioShare", databases.clone()).by("bob"),
        catalog("UpdatePortfolioShare", with("<bob>")).named("first", "/PortfolioShareToken"),
        catalog("ListPortfolioAccess", databases),
        catalog("DeletePortfolioShare", with("<bob>")),
        imported(),
        catalog("CreatePortfolioShare", with("111122223333")),
        catalog("CreatePortfolioShare", with("<bob>")),
    ]
}

/// Shares with nodes, some of whose accounts are reached already.
fn organization_shares() -> Vec<Line> {
    let with = |kind, value| json!({"PortfolioId": "<Databases>", "OrganizationNode": {"Type": kind, "Value": value}});
    let unit = || with("ORGANIZATIONAL_UNIT", "<engineering>");
    let everybody = || with("ORGANIZATION", "<organization>");
    let shares = |kind| {
        catalog(
            "DescribePortfolioShares",
            json!({"PortfolioId": "<Databases>", "Type": kind}),
        )
    };
    let status = |token| {
        catalog(
            "DescribePortfolioShareStatus",
            json!({"PortfolioShareToken": token}),
        )
    };
    let seen_by = |who| {
        let kind = json!({"PortfolioShareType": "AWS_ORGANIZATIONS"});
        catalog("ListAcceptedPortfolioShares", kind).by(who)
    };
    vec![
        catalog("CreatePortfolioShare", unit()).named("second", "/PortfolioShareToken"),
        catalog("CreatePortfolioShare", everybody()),
        Line::Work,
        status("<second>"),
        catalog("CreatePortfolioShare", everybody()).named("third", "/PortfolioShareToken"),
        Line::Work,
        status("<third>"),
        catalog("UpdatePortfolioShare", unit()).named("fourth", "/PortfolioShareToken"),
        Line::Work,
        status("<fourth>"),
        shares("ORGANIZATIONAL_UNIT"),
        shares("ORGANIZATION"),
        catalog(
            "ListOrganizationPortfolioAccess",
            json!({"PortfolioId": "<Databases>", "OrganizationNodeType": "ORGANIZATION"}),
        ),
        seen_by("alice"),
        seen_by("bob"),
        catalog("DeletePortfolioShare", everybody()).named("fifth", "/PortfolioShareToken"),
        Line::Work,
        status("<fifth>"),
        shares("ORGANIZATION"),
        seen_by("alice"),
        seen_by("bob"),
    ]
}

/// Everything is taken down again.
fn end() -> Vec<Line> {
    let unit = |unit| organizations("DeleteOrganizationalUnit", json!({"OrganizationalUnitId": unit}));
    vec![
        catalog("DisableAWSOrganizationsAccess", json!({})),
        catalog("GetAWSOrganizationsAccessStatus", json!({})),
        organizations("LeaveOrganization", json!({})).by("alice"),
        organizations("RemoveAccountFromOrganization", json!({"AccountId": "<bob>"})),
        organizations("ListAccounts", json!({})),
        unit("<engineering>"),
        unit("<sales>"),
        organizations("DeleteOrganization", json!({})),
        organizations("DescribeOrganization", json!({})),
    ]
}

/// One telling of the story.
struct Telling {
    org: TestOrg,
    /// From which statement on each operation meets conflicts; 0 for none.
    first: u64,
    /// How many the operation that met most of them did.
    conflicts_most: u64,
    actors: BTreeMap<&'static str, Actor>,
    /// From names, as `<name>`, to what they stand for.
    names: BTreeMap<String, String>,
    transcript: Vec<String>,
}

impl Telling {
    async fn of(lines: Vec<Line>, first: u64) -> Self {
        let limits = Limits {
            units_max: 2,
            portfolios_max: 2,
            shared_accounts_max: 1,
            step_accounts_max: 2,
            ..Limits::default()
        };
        let org = TestOrg::bare_with_limits(limits).await;
        org.hold_jobs().await;
        let management = org.management().clone();
        let mut telling = Self {
            org,
            first,
            conflicts_most: 0,
            actors: BTreeMap::new(),
            names: BTreeMap::new(),
            transcript: Vec::new(),
        };
        telling.enter("management", management).await;
        for line in lines {
            telling.tell(line).await;
        }
        telling
    }

    async fn tell(&mut self, line: Line) {
        match line {
            Line::Call {
                who,
                service,
                operation,
                input,
                names,
            } => {
                self.begin_conflicts(operation).await;
                let answer = self.ask(who, service, operation, &input).await;
                self.end_conflicts();
                for (name, pointer) in names {
                    let named = answer.pointer(pointer).and_then(Value::as_str);
                    let named = named.unwrap_or_else(|| panic!("{operation}: no {pointer} in {answer}"));
                    self.names.insert(format!("<{name}>"), named.to_owned());
                }
                let answer = self.without_ids(&answer);
                self.transcript.push(format!("{who}: {operation}: {answer}"));
            }
            Line::SignIn(who) => {
                self.begin_conflicts("AssumeRole").await;
                let account = &self.names[&format!("<{who}>")];
                let actor = self.actors["management"].assume(account, ROLE).await.unwrap();
                self.end_conflicts();
                self.enter(who, actor).await;
            }
            Line::Work => {
                self.begin_conflicts("(jobs)").await;
                self.org.work().await;
                self.end_conflicts();
            }
        }
    }

    /// Takes in `actor`, whose credentials are read and kept with its first request, before anything conflicts.
    async fn enter(&mut self, who: &'static str, actor: Actor) {
        let identity = actor.sts().get_caller_identity().send().await.unwrap();
        let account = identity.account().unwrap();
        self.names.insert(format!("<{who}>"), account.to_owned());
        let arn = identity.arn().unwrap().replace(account, who);
        self.transcript.push(format!("{who}: {arn}"));
        self.actors.insert(who, actor);
    }

    /// Lets what follows meet its conflicts, if it can.
    async fn begin_conflicts(&self, operation: &str) {
        let is_query = ["Describe", "Get", "List"]
            .iter()
            .any(|it| operation.starts_with(it));
        if self.first > 0 && (!is_query || queries_can_conflict()) {
            let (first, last) = (self.first, self.first + AT_ONCE - 1);
            self.org.fail_at(Failure::Statements { first, last }).await;
        }
    }

    fn end_conflicts(&mut self) {
        self.conflicts_most = self.conflicts_most.max(self.org.end_conflicts());
    }

    async fn ask(&self, who: &str, service: &Service, operation: &str, input: &Value) -> Value {
        let mut input = input.to_string();
        for (name, id) in &self.names {
            input = input.replace(name, id);
        }
        let request = Raw::json(operation, input)
            .header("x-amz-target", &format!("{}.{operation}", service.target))
            .signed_for(service.signing_name, &self.actors[who]);
        let answer = self.org.raw(request).await;
        serde_json::from_slice(&answer.body).unwrap_or_else(|_| Value::String(answer.text()))
    }

    /// `answer` as it is in every telling: with names for ids, in an order without ids, and without times.
    fn without_ids(&self, answer: &Value) -> Value {
        match answer {
            Value::Object(members) => {
                let members = members.iter();
                members
                    .map(|(name, it)| (name.clone(), self.without_ids(it)))
                    .collect()
            }
            Value::Array(items) => {
                let mut items: Vec<Value> = items.iter().map(|it| self.without_ids(it)).collect();
                items.sort_by_key(Value::to_string);
                Value::Array(items)
            }
            Value::String(text) => {
                let mut text = text.clone();
                for (name, id) in &self.names {
                    text = text.replace(id, name);
                }
                Value::String(text)
            }
            Value::Number(it) if it.as_f64().is_some_and(|it| it > 1e9) => Value::String("<time>".into()),
            other => other.clone(),
        }
    }
}

fn queries_can_conflict() -> bool {
    std::env::var("STORE").is_ok_and(|it| it == "postgres")
}

fn story() -> Vec<Line> {
    [
        organization(),
        access(),
        policies(),
        portfolios(),
        imports(),
        organization_shares(),
        end(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[tokio::test]
async fn an_operation_that_meets_a_conflict_at_any_statement_answers_as_if_it_had_met_none() {
    let undisturbed = Telling::of(story(), 0).await;
    let mut first = 1;
    loop {
        let disturbed = Telling::of(story(), first).await;
        for (told, expected) in disturbed.transcript.iter().zip(&undisturbed.transcript) {
            assert_eq!(told, expected, "with conflicts from statement {first} on");
        }
        if disturbed.conflicts_most < AT_ONCE {
            break;
        }
        first += AT_ONCE;
    }
    assert!(first > AT_ONCE, "no conflict came about");
}
