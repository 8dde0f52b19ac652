//! An operator at the command line, beside a server that is killed: an account is made, or an organization loaded.
//!
//! Invariant: what the command said it did is there and works; a file of an organization is there whole or not at all,
//! whatever the command said.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use client::{Client, Keys, Service};
use serde_json::{Value, json};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::draw::Draw;
use crate::reader::{Actors, Reader, text};
use crate::roles::MANAGEMENT;
use crate::server::{Recipe, command_line, create_account};

/// Accounts in each of the two units that are loaded.
const LOADED_ACCOUNTS: usize = 6;

/// An operator under way.
pub(crate) struct Visitor {
    working: JoinHandle<Result<String>>,
    errand: Errand,
    credentials: PathBuf,
}

/// What the operator is there for.
enum Errand {
    /// An account outside any organization.
    Account,
    /// A unit of this name, with another one in it.
    Organization(String),
}

/// An operator who is gone.
pub(crate) struct Visit {
    errand: Errand,
    /// What the command printed, if it succeeded.
    said: Option<String>,
    credentials: PathBuf,
}

impl Visitor {
    /// Sends one to the server of `recipe`.
    pub(crate) fn send(recipe: &Recipe, draw: &mut Draw) -> Result<Self> {
        let (credentials, recipe) = (recipe.credentials(), recipe.clone());
        if draw.chance(50) {
            return Ok(Self {
                working: spawn_blocking(move || create_account(&recipe)),
                errand: Errand::Account,
                credentials,
            });
        }
        let unit = format!("loaded-{}", draw.word());
        let file = recipe.data.with_file_name(format!("{unit}.json"));
        std::fs::write(&file, plan(&unit).to_string())?;
        Ok(Self {
            working: spawn_blocking(move || {
                let words = ["organization".as_ref(), "import".as_ref(), file.as_os_str()];
                command_line(&recipe, &words)
            }),
            errand: Errand::Organization(unit),
            credentials,
        })
    }

    /// Waits for the end of the command. It takes the folder for itself where the server is gone, so that no server can
    /// start before that.
    pub(crate) async fn end(self) -> Result<Visit> {
        Ok(Visit {
            said: self.working.await?.ok(),
            errand: self.errand,
            credentials: self.credentials,
        })
    }
}

impl Visit {
    /// Checks what it left. Says whether the command had succeeded.
    pub(crate) async fn check(&self, client: &Client) -> Result<bool> {
        match (&self.errand, &self.said) {
            (Errand::Account, Some(id)) => self.check_account(client, id).await?,
            (Errand::Account, None) => {}
            (Errand::Organization(unit), said) => {
                let accounts = self.loaded(client, unit).await?;
                let whole = 2 * LOADED_ACCOUNTS;
                ensure!(
                    accounts == whole || (accounts == 0 && said.is_none()),
                    "{accounts} of the {whole} accounts of the imported {unit} are there; the import said {said:?}"
                );
            }
        }
        Ok(self.said.is_some())
    }

    async fn check_account(&self, client: &Client, id: &str) -> Result<()> {
        let keys = Keys::of_profile(&self.credentials, id);
        let keys = keys.context("account create said it made an account")?;
        let nothing = json!({});
        let listed = client.call(&keys, Service::ServiceCatalog, "ListPortfolios", &nothing);
        let listed = listed.await;
        listed.with_context(|| format!("the key that account create made for {id} does not work"))?;
        Ok(())
    }

    /// How many accounts are in the unit that was loaded, and in the unit in it.
    async fn loaded(&self, client: &Client, unit: &str) -> Result<usize> {
        let mut actors = Actors::new();
        let key = Keys::of_profile(&self.credentials, MANAGEMENT)?;
        actors.insert(MANAGEMENT.to_owned(), key);
        let reader = Reader {
            client,
            actors: &actors,
        };
        let roots = reader.organizations(MANAGEMENT, "ListRoots", json!({})).await?;
        let mut parents = vec![text(&roots["Roots"][0], "Id").to_owned()];
        let mut accounts = 0;
        while let Some(parent) = parents.pop() {
            let input = json!({"ParentId": parent});
            let units = reader.list_organizations(
                MANAGEMENT,
                "ListOrganizationalUnitsForParent",
                input,
                "OrganizationalUnits",
            );
            for it in units.await?.iter().filter(|it| text(it, "Name") == unit) {
                let id = text(it, "Id").to_owned();
                let input = json!({"ParentId": id});
                let inside =
                    reader.list_organizations(MANAGEMENT, "ListAccountsForParent", input, "Accounts");
                let inside = inside.await?;
                if let Some(account) = inside.first() {
                    reader.can_assume_role(MANAGEMENT, text(account, "Id")).await?;
                }
                accounts += inside.len();
                parents.push(id);
            }
        }
        Ok(accounts)
    }
}

/// Two units of this name, one in the other, with accounts.
fn plan(unit: &str) -> Value {
    let accounts = |place: &str| {
        let names = 0..LOADED_ACCOUNTS;
        let accounts = names.map(|it| json!({"Name": format!("{unit}-{place}-{it}")}));
        accounts.collect::<Vec<_>>()
    };
    let inner = json!({"Name": unit, "Accounts": accounts("inner")});
    json!({"OrganizationalUnits": [{"Name": unit, "Accounts": accounts("outer"), "OrganizationalUnits": [inner]}]})
}
