//! The story: what happens in it, line by line.
//!
//! Invariant: what an answer says of ids has names here, so that every telling has the same answers. Deliberately
//! absent: conflicts; a line knows of none.

use serde_json::{Value, json};

/// The whole of it.
pub(super) fn story() -> Vec<Line> {
    [
        organization(),
        access(),
        policies(),
        portfolios(),
        imports(),
        organization_shares(),
        end(),
        second_organization(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// One thing that happens in the story.
pub(super) enum Line {
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

pub(super) struct Service {
    pub(super) signing_name: &'static str,
    pub(super) target: &'static str,
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

/// Everything is taken down again, but for an account that leaves and is invited back.
fn end() -> Vec<Line> {
    let unit = |unit| organizations("DeleteOrganizationalUnit", json!({"OrganizationalUnitId": unit}));
    let answer = |operation, offer| organizations(operation, json!({"HandshakeId": offer}));
    vec![
        catalog("DisableAWSOrganizationsAccess", json!({})),
        catalog("GetAWSOrganizationsAccessStatus", json!({})),
        organizations("LeaveOrganization", json!({})).by("alice"),
        invite("first offer"),
        organizations("InviteAccountToOrganization", alice()),
        answer("DeclineHandshake", "<first offer>").by("alice"),
        invite("second offer"),
        answer("CancelHandshake", "<second offer>"),
        invite("third offer"),
        organizations("ListHandshakesForAccount", json!({})).by("alice"),
        answer("AcceptHandshake", "<third offer>").by("alice"),
        answer("DescribeHandshake", "<third offer>"),
        organizations("ListHandshakesForOrganization", json!({})),
        organizations("ListAccounts", json!({})),
        organizations("RemoveAccountFromOrganization", json!({"AccountId": "<alice>"})),
        organizations("RemoveAccountFromOrganization", json!({"AccountId": "<bob>"})),
        organizations("ListAccounts", json!({})),
        unit("<engineering>"),
        unit("<sales>"),
        organizations("DeleteOrganization", json!({})),
        organizations("DescribeOrganization", json!({})),
    ]
}

fn invite(offer: &'static str) -> Line {
    organizations("InviteAccountToOrganization", alice()).named(offer, "/Handshake/Id")
}

fn alice() -> Value {
    json!({"Target": {"Id": "<alice>", "Type": "ACCOUNT"}})
}

/// Another organization, which begins with consolidated billing.
fn second_organization() -> Vec<Line> {
    let accept = |handshake| organizations("AcceptHandshake", json!({"HandshakeId": handshake}));
    let approvals = json!({"Filter": {"ActionType": "APPROVE_ALL_FEATURES"}});
    vec![
        organizations(
            "CreateOrganization",
            json!({"FeatureSet": "CONSOLIDATED_BILLING"}),
        )
        .named("second organization", "/Organization/Id"),
        organizations("ListRoots", json!({})).named("second root", "/Roots/0/Id"),
        invite("fourth offer"),
        accept("<fourth offer>").by("alice"),
        organizations("EnableAllFeatures", json!({})).named("all features", "/Handshake/Id"),
        organizations("ListHandshakesForAccount", approvals)
            .by("alice")
            .named("approval", "/Handshakes/0/Id"),
        accept("<approval>").by("alice"),
        accept("<all features>"),
        organizations("DescribeOrganization", json!({})),
        organizations("CloseAccount", json!({"AccountId": "<alice>"})),
        organizations("ListAccounts", json!({})),
    ]
}
