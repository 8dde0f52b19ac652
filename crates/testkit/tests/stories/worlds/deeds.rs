//! What somebody does, and the request that it is.
//!
//! Invariant: a deed names ids, whoever's they are and whether or not they exist. Deliberately absent: what comes of it.

use serde_json::{Value, json};

use super::{model::Target, structure::Id};

pub(super) const CATALOG: &str = "servicecatalog";
pub(super) const ORGANIZATIONS: &str = "organizations";
const PRINCIPAL: &str = "servicecatalog.amazonaws.com";

#[derive(Clone, Debug)]
pub(super) enum Deed {
    CreateOrganization,
    DeleteOrganization,
    CreateUnit { parent: Id, name: String },
    DeleteUnit { unit: Id },
    Invite { account: Id },
    AcceptInvitation { invitation: Id },
    DeclineInvitation { invitation: Id },
    CancelInvitation { invitation: Id },
    Move { account: Id, from: Id, to: Id },
    Remove { account: Id },
    Leave,
    Close { account: Id },
    EnableAccess(Through),
    DisableAccess(Through),
    Register { account: Id },
    Deregister { account: Id },
    CreatePortfolio,
    DeletePortfolio { portfolio: Id },
    Share { portfolio: Id, target: Target },
    UpdateShare { portfolio: Id, target: Target },
    Unshare { portfolio: Id, target: Target },
    Accept { portfolio: Id, list: List },
    Reject { portfolio: Id, list: List },
}

/// The service through which access is switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Through {
    Catalog,
    Organizations,
}

/// One of the two lists of portfolios that others share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Imported,
    Organization,
}

impl List {
    /// The value of `PortfolioShareType`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Imported => "IMPORTED",
            Self::Organization => "AWS_ORGANIZATIONS",
        }
    }
}

impl Deed {
    /// The service, the operation and the input.
    pub(super) fn request(&self) -> (&'static str, &'static str, Value) {
        match self {
            Self::CreateOrganization => organizations("CreateOrganization", json!({"FeatureSet": "ALL"})),
            Self::DeleteOrganization => organizations("DeleteOrganization", json!({})),
            Self::CreateUnit { parent, name } => organizations(
                "CreateOrganizationalUnit",
                json!({"ParentId": parent, "Name": name}),
            ),
            Self::DeleteUnit { unit } => {
                organizations("DeleteOrganizationalUnit", json!({"OrganizationalUnitId": unit}))
            }
            Self::Invite { account } => organizations(
                "InviteAccountToOrganization",
                json!({"Target": {"Id": account, "Type": "ACCOUNT"}}),
            ),
            Self::AcceptInvitation { invitation } => handshake("AcceptHandshake", invitation),
            Self::DeclineInvitation { invitation } => handshake("DeclineHandshake", invitation),
            Self::CancelInvitation { invitation } => handshake("CancelHandshake", invitation),
            Self::Move { account, from, to } => organizations(
                "MoveAccount",
                json!({"AccountId": account, "SourceParentId": from, "DestinationParentId": to}),
            ),
            Self::Remove { account } => {
                organizations("RemoveAccountFromOrganization", json!({"AccountId": account}))
            }
            Self::Leave => organizations("LeaveOrganization", json!({})),
            Self::Close { account } => organizations("CloseAccount", json!({"AccountId": account})),
            Self::EnableAccess(Through::Catalog) => catalog("EnableAWSOrganizationsAccess", json!({})),
            Self::DisableAccess(Through::Catalog) => catalog("DisableAWSOrganizationsAccess", json!({})),
            Self::EnableAccess(Through::Organizations) => {
                organizations("EnableAWSServiceAccess", principal())
            }
            Self::DisableAccess(Through::Organizations) => {
                organizations("DisableAWSServiceAccess", principal())
            }
            Self::Register { account } => administrator("RegisterDelegatedAdministrator", account),
            Self::Deregister { account } => administrator("DeregisterDelegatedAdministrator", account),
            Self::CreatePortfolio => catalog(
                "CreatePortfolio",
                json!({"DisplayName": "Databases", "ProviderName": "Platform", "IdempotencyToken": token()}),
            ),
            Self::DeletePortfolio { portfolio } => catalog("DeletePortfolio", json!({"Id": portfolio})),
            Self::Share { portfolio, target } => share("CreatePortfolioShare", portfolio, target),
            Self::UpdateShare { portfolio, target } => share("UpdatePortfolioShare", portfolio, target),
            Self::Unshare { portfolio, target } => share("DeletePortfolioShare", portfolio, target),
            Self::Accept { portfolio, list } => answer("AcceptPortfolioShare", portfolio, *list),
            Self::Reject { portfolio, list } => answer("RejectPortfolioShare", portfolio, *list),
        }
    }
}

type Request = (&'static str, &'static str, Value);

fn catalog(operation: &'static str, input: Value) -> Request {
    (CATALOG, operation, input)
}

fn organizations(operation: &'static str, input: Value) -> Request {
    (ORGANIZATIONS, operation, input)
}

fn handshake(operation: &'static str, id: &str) -> Request {
    organizations(operation, json!({"HandshakeId": id}))
}

fn principal() -> Value {
    json!({"ServicePrincipal": PRINCIPAL})
}

fn administrator(operation: &'static str, account: &str) -> Request {
    organizations(
        operation,
        json!({"AccountId": account, "ServicePrincipal": PRINCIPAL}),
    )
}

fn answer(operation: &'static str, portfolio: &str, list: List) -> Request {
    catalog(
        operation,
        json!({"PortfolioId": portfolio, "PortfolioShareType": list.name()}),
    )
}

fn share(operation: &'static str, portfolio: &str, target: &Target) -> Request {
    let node = |kind: &str, id: &str| json!({"PortfolioId": portfolio, "OrganizationNode": {"Type": kind, "Value": id}});
    let input = match target {
        Target::Account(id) => json!({"PortfolioId": portfolio, "AccountId": id}),
        Target::Member(id) => node("ACCOUNT", id),
        Target::Unit(id) => node("ORGANIZATIONAL_UNIT", id),
        Target::Organization(id) => node("ORGANIZATION", id),
    };
    catalog(operation, input)
}

/// Another one each time, so that nothing is done once only.
fn token() -> String {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("world-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
