//! Every organization of this server at once, with the shares on it: what `chandlery organization show` asks for.
//!
//! Invariant: one unchanging view of the store, however large. Deliberately absent: who may see it. Whoever can ask for
//! it has the store itself.

use domain::{Account, AccountId, Fault, Organization, ParentId, SERVICE_CATALOG_PRINCIPAL, Time};
use store::{ReadTx, ReceivedShare};

use crate::Engine;

/// Whether a view has each account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewDetail {
    /// Each, with its shares.
    Accounts,
    /// Only how many there are.
    Units,
}

/// An organization.
#[derive(Clone, Debug)]
pub struct OrganizationView {
    /// The organization itself.
    pub organization: Organization,
    /// Whether it trusts Service Catalog.
    pub trusts_service_catalog: bool,
    /// The accounts that administer Service Catalog for it.
    pub administrators: Vec<AccountId>,
    /// Shares with the whole of it.
    pub shares: Vec<ReceivedShare>,
    /// What lies under its root.
    pub root: UnitView,
}

/// A root or a unit.
#[derive(Clone, Debug)]
pub struct UnitView {
    /// Its id.
    pub id: ParentId,
    /// Its name.
    pub name: String,
    /// Shares with it.
    pub shares: Vec<ReceivedShare>,
    /// How many accounts are directly under it.
    pub account_count: i64,
    /// These accounts, if the view has them.
    pub accounts: Vec<AccountView>,
    /// The units directly under it.
    pub units: Vec<UnitView>,
}

/// An account.
#[derive(Clone, Debug)]
pub struct AccountView {
    /// The account itself, its state as it is now.
    pub account: Account,
    /// Shares with it alone.
    pub shares: Vec<ReceivedShare>,
}

impl Engine {
    /// Every organization, by id. Blocks on the embedded store for as long as it takes to read all of it.
    pub async fn organization_views(&self, detail: ViewDetail) -> Result<Vec<OrganizationView>, Fault> {
        let now = self.now();
        self.store()
            .read(move |tx| {
                let organizations = tx.list_organizations()?.into_iter();
                organizations
                    .map(|it| organization_view(tx, it, detail, now))
                    .collect()
            })
            .await?
    }
}

fn organization_view(
    tx: &ReadTx<'_>,
    organization: Organization,
    detail: ViewDetail,
    now: Time,
) -> Result<OrganizationView, Fault> {
    let administrators =
        tx.list_delegated_administrators(&organization.id, Some(SERVICE_CATALOG_PRINCIPAL), "", i64::MAX)?;
    Ok(OrganizationView {
        trusts_service_catalog: tx.trusts(&organization.id, SERVICE_CATALOG_PRINCIPAL)?,
        administrators: administrators.into_iter().map(|it| it.account).collect(),
        shares: tx.list_shares_with_node(organization.id.as_str())?,
        root: unit_view(
            tx,
            organization.root.clone().into(),
            "Root".to_owned(),
            detail,
            now,
        )?,
        organization,
    })
}

/// What is under `id`. As deep as units nest.
fn unit_view(
    tx: &ReadTx<'_>,
    id: ParentId,
    name: String,
    detail: ViewDetail,
    now: Time,
) -> Result<UnitView, Fault> {
    let mut units = Vec::new();
    for unit in tx.list_units_of(&id, "", i64::MAX)? {
        units.push(unit_view(tx, unit.id.into(), unit.name, detail, now)?);
    }
    let accounts = match detail {
        ViewDetail::Accounts => account_views(tx, &id, now)?,
        ViewDetail::Units => Vec::new(),
    };
    let account_count = match detail {
        ViewDetail::Accounts => i64::try_from(accounts.len()).unwrap_or(i64::MAX),
        ViewDetail::Units => tx.count_accounts_of(&id)?,
    };
    Ok(UnitView {
        shares: tx.list_shares_with_node(id.as_str())?,
        id,
        name,
        account_count,
        accounts,
        units,
    })
}

fn account_views(tx: &ReadTx<'_>, parent: &ParentId, now: Time) -> Result<Vec<AccountView>, Fault> {
    // Both lists are by account.
    let mut shares = tx.list_shares_with_accounts_of(parent)?.into_iter().peekable();
    let mut views = Vec::new();
    for mut account in tx.list_accounts_of(parent, "", i64::MAX)? {
        account.state = account.state_at(now);
        let with_it = |it: &ReceivedShare| it.target.principal_id() == account.id.as_str();
        let mut its = Vec::new();
        while let Some(share) = shares.next_if(with_it) {
            its.push(share);
        }
        views.push(AccountView { account, shares: its });
    }
    Ok(views)
}
