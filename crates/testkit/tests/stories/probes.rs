//! Every way to name something in a request: one question for each operation and member that takes an id.
//!
//! Stories put somebody else's id in it and compare the answer with that to an id of nothing. Invariant: with either,
//! nothing changes, but for those of [`welcome_all`]. Deliberately absent: who asks, and what the answer should be.

use serde_json::{Value, json};

const CATALOG: &str = "servicecatalog";
const ORGANIZATIONS: &str = "organizations";

/// Of what an id is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Account,
    Unit,
    Root,
    Organization,
    Portfolio,
    ShareToken,
    Handshake,
    Policy,
    ResourcePolicy,
    Creation,
}

/// A question with one place for an id.
#[derive(Clone, Debug)]
pub(crate) struct Probe {
    pub(crate) service: &'static str,
    pub(crate) operation: &'static str,
    /// Of what the id is.
    pub(crate) kind: Kind,
    /// The input, with `<it>` where the id goes. What the asker has itself stands as `<portfolio>`, `<organization>`,
    /// `<root>`, `<unit>`, `<account>` and `<policy>`.
    input: Value,
}

/// What the asker has itself, for the other members of an input.
pub(crate) struct Own {
    pub(crate) portfolio: String,
    pub(crate) organization: String,
    pub(crate) root: String,
    pub(crate) unit: String,
    pub(crate) account: String,
    pub(crate) policy: String,
}

impl Probe {
    /// The input about `id`.
    pub(crate) fn about(&self, id: &str, own: &Own) -> Value {
        let mut text = self.input.to_string();
        for (place, value) in [
            ("<it>", id),
            ("<portfolio>", &own.portfolio),
            ("<organization>", &own.organization),
            ("<root>", &own.root),
            ("<unit>", &own.unit),
            ("<account>", &own.account),
            ("<policy>", &own.policy),
        ] {
            text = text.replace(place, value);
        }
        serde_json::from_str(&text).unwrap()
    }

    /// Whether it only reads.
    pub(crate) fn is_query(&self) -> bool {
        ["Describe", "Get", "List"]
            .iter()
            .any(|it| self.operation.starts_with(it))
    }
}

/// The questions that are refused when the id is not the asker's to know.
pub(crate) fn probes() -> Vec<Probe> {
    [
        portfolios(),
        share_targets(),
        accounts(),
        units(),
        roots(),
        targets(),
        policies(),
        handshakes(),
    ]
    .concat()
}

/// Those that are not: an account is shared with and invited whether or not there is one, and what is offered to the
/// asker it may accept.
pub(crate) fn welcome_all() -> Vec<Probe> {
    let list = |kind| json!({"PortfolioId": "<it>", "PortfolioShareType": kind});
    vec![
        catalog(
            "CreatePortfolioShare",
            Kind::Account,
            json!({"PortfolioId": "<portfolio>", "AccountId": "<it>"}),
        ),
        organizations(
            "InviteAccountToOrganization",
            Kind::Account,
            json!({"Target": {"Id": "<it>", "Type": "ACCOUNT"}}),
        ),
        catalog("AcceptPortfolioShare", Kind::Portfolio, list("IMPORTED")),
        catalog("AcceptPortfolioShare", Kind::Portfolio, list("AWS_ORGANIZATIONS")),
        catalog("RejectPortfolioShare", Kind::Portfolio, list("IMPORTED")),
        catalog("RejectPortfolioShare", Kind::Portfolio, list("AWS_ORGANIZATIONS")),
    ]
}

fn catalog(operation: &'static str, kind: Kind, input: Value) -> Probe {
    Probe {
        service: CATALOG,
        operation,
        kind,
        input,
    }
}

fn organizations(operation: &'static str, kind: Kind, input: Value) -> Probe {
    Probe {
        service: ORGANIZATIONS,
        operation,
        kind,
        input,
    }
}

fn portfolios() -> Vec<Probe> {
    let account = || json!({"PortfolioId": "<it>", "AccountId": "111122223333"});
    let node = || json!({"PortfolioId": "<it>", "OrganizationNode": {"Type": "ORGANIZATION", "Value": "<organization>"}});
    let it = Kind::Portfolio;
    vec![
        catalog("DescribePortfolio", it, json!({"Id": "<it>"})),
        catalog(
            "UpdatePortfolio",
            it,
            json!({"Id": "<it>", "Description": "Of all kinds"}),
        ),
        catalog("DeletePortfolio", it, json!({"Id": "<it>"})),
        catalog("CreatePortfolioShare", it, account()),
        catalog("CreatePortfolioShare", it, node()),
        catalog("UpdatePortfolioShare", it, account()),
        catalog("UpdatePortfolioShare", it, node()),
        catalog("DeletePortfolioShare", it, account()),
        catalog("DeletePortfolioShare", it, node()),
        catalog(
            "DescribePortfolioShares",
            it,
            json!({"PortfolioId": "<it>", "Type": "ORGANIZATION"}),
        ),
        catalog("ListPortfolioAccess", it, json!({"PortfolioId": "<it>"})),
        catalog(
            "ListPortfolioAccess",
            it,
            json!({"PortfolioId": "<it>", "OrganizationParentId": "<root>"}),
        ),
        catalog(
            "ListOrganizationPortfolioAccess",
            it,
            json!({"PortfolioId": "<it>", "OrganizationNodeType": "ORGANIZATION"}),
        ),
        catalog(
            "DescribePortfolioShareStatus",
            Kind::ShareToken,
            json!({"PortfolioShareToken": "<it>"}),
        ),
    ]
}

/// What a portfolio of the asker's own may be shared with.
fn share_targets() -> Vec<Probe> {
    let node = |kind: &str| json!({"PortfolioId": "<portfolio>", "OrganizationNode": {"Type": kind, "Value": "<it>"}});
    let mut probes = Vec::new();
    for (kind, node_type) in [
        (Kind::Account, "ACCOUNT"),
        (Kind::Unit, "ORGANIZATIONAL_UNIT"),
        (Kind::Organization, "ORGANIZATION"),
    ] {
        for operation in [
            "CreatePortfolioShare",
            "UpdatePortfolioShare",
            "DeletePortfolioShare",
        ] {
            probes.push(catalog(operation, kind, node(node_type)));
        }
    }
    for operation in ["UpdatePortfolioShare", "DeletePortfolioShare"] {
        let input = json!({"PortfolioId": "<portfolio>", "AccountId": "<it>"});
        probes.push(catalog(operation, Kind::Account, input));
    }
    for kind in [Kind::Unit, Kind::Root, Kind::Organization] {
        let input = json!({"PortfolioId": "<portfolio>", "OrganizationParentId": "<it>"});
        probes.push(catalog("ListPortfolioAccess", kind, input));
    }
    probes
}

fn accounts() -> Vec<Probe> {
    let it = Kind::Account;
    let account = || json!({"AccountId": "<it>"});
    let administrator = || json!({"AccountId": "<it>", "ServicePrincipal": "servicecatalog.amazonaws.com"});
    vec![
        organizations("DescribeAccount", it, account()),
        organizations("CloseAccount", it, account()),
        organizations("RemoveAccountFromOrganization", it, account()),
        organizations("ListDelegatedServicesForAccount", it, account()),
        organizations("RegisterDelegatedAdministrator", it, administrator()),
        organizations("DeregisterDelegatedAdministrator", it, administrator()),
        organizations("ListParents", it, json!({"ChildId": "<it>"})),
        organizations(
            "MoveAccount",
            it,
            json!({"AccountId": "<it>", "SourceParentId": "<root>", "DestinationParentId": "<unit>"}),
        ),
    ]
}

fn units() -> Vec<Probe> {
    let it = Kind::Unit;
    let unit = || json!({"OrganizationalUnitId": "<it>"});
    let mut probes = vec![
        organizations("DescribeOrganizationalUnit", it, unit()),
        organizations("DeleteOrganizationalUnit", it, unit()),
        organizations(
            "UpdateOrganizationalUnit",
            it,
            json!({"OrganizationalUnitId": "<it>", "Name": "renamed"}),
        ),
        organizations("ListParents", it, json!({"ChildId": "<it>"})),
    ];
    probes.extend(parents(it));
    probes
}

fn roots() -> Vec<Probe> {
    let policy_type = || json!({"RootId": "<it>", "PolicyType": "TAG_POLICY"});
    let mut probes = vec![
        organizations("EnablePolicyType", Kind::Root, policy_type()),
        organizations("DisablePolicyType", Kind::Root, policy_type()),
    ];
    probes.extend(parents(Kind::Root));
    probes
}

fn parents(kind: Kind) -> Vec<Probe> {
    let parent = || json!({"ParentId": "<it>"});
    let children = |of: &str| json!({"ParentId": "<it>", "ChildType": of});
    let from = json!({"AccountId": "<account>", "SourceParentId": "<it>", "DestinationParentId": "<unit>"});
    let to = json!({"AccountId": "<account>", "SourceParentId": "<root>", "DestinationParentId": "<it>"});
    vec![
        organizations(
            "CreateOrganizationalUnit",
            kind,
            json!({"ParentId": "<it>", "Name": "new"}),
        ),
        organizations("ListAccountsForParent", kind, parent()),
        organizations("ListOrganizationalUnitsForParent", kind, parent()),
        organizations("ListChildren", kind, children("ACCOUNT")),
        organizations("ListChildren", kind, children("ORGANIZATIONAL_UNIT")),
        organizations("MoveAccount", kind, from),
        organizations("MoveAccount", kind, to),
    ]
}

/// What policies are attached to, and tags.
fn targets() -> Vec<Probe> {
    let mut probes = Vec::new();
    for kind in [Kind::Account, Kind::Unit, Kind::Root] {
        let attachment = || json!({"PolicyId": "<policy>", "TargetId": "<it>"});
        let listing = json!({"TargetId": "<it>", "Filter": "SERVICE_CONTROL_POLICY"});
        probes.push(organizations("AttachPolicy", kind, attachment()));
        probes.push(organizations("DetachPolicy", kind, attachment()));
        probes.push(organizations("ListPoliciesForTarget", kind, listing));
        let effective = json!({"TargetId": "<it>", "PolicyType": "TAG_POLICY"});
        probes.push(organizations("DescribeEffectivePolicy", kind, effective));
        probes.extend(tags(kind));
    }
    probes
}

fn tags(kind: Kind) -> Vec<Probe> {
    let tags = json!({"ResourceId": "<it>", "Tags": [{"Key": "team", "Value": "data"}]});
    vec![
        organizations("TagResource", kind, tags),
        organizations(
            "UntagResource",
            kind,
            json!({"ResourceId": "<it>", "TagKeys": ["team"]}),
        ),
        organizations("ListTagsForResource", kind, json!({"ResourceId": "<it>"})),
    ]
}

fn policies() -> Vec<Probe> {
    let it = Kind::Policy;
    let policy = || json!({"PolicyId": "<it>"});
    let attachment = || json!({"PolicyId": "<it>", "TargetId": "<root>"});
    let mut probes = vec![
        organizations("DescribePolicy", it, policy()),
        organizations("DeletePolicy", it, policy()),
        organizations("ListTargetsForPolicy", it, policy()),
        organizations("AttachPolicy", it, attachment()),
        organizations("DetachPolicy", it, attachment()),
        organizations("UpdatePolicy", it, json!({"PolicyId": "<it>", "Name": "renamed"})),
    ];
    probes.extend(tags(it));
    probes.extend(tags(Kind::ResourcePolicy));
    probes
}

fn handshakes() -> Vec<Probe> {
    let it = Kind::Handshake;
    let handshake = || json!({"HandshakeId": "<it>"});
    let parent = || json!({"Filter": {"ParentHandshakeId": "<it>"}});
    vec![
        organizations("DescribeHandshake", it, handshake()),
        organizations("AcceptHandshake", it, handshake()),
        organizations("DeclineHandshake", it, handshake()),
        organizations("CancelHandshake", it, handshake()),
        organizations("ListHandshakesForAccount", it, parent()),
        organizations("ListHandshakesForOrganization", it, parent()),
        organizations(
            "DescribeCreateAccountStatus",
            Kind::Creation,
            json!({"CreateAccountRequestId": "<it>"}),
        ),
    ]
}

/// An id of the same form that nothing has.
pub(crate) fn unknown(id: &str) -> String {
    let (rest, last) = id.split_at(id.len() - 1);
    // A digit that stands in ids of every kind.
    let other = if last == "2" { "3" } else { "2" };
    format!("{rest}{other}")
}
