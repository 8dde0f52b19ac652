//! An operator at the command line: `chandlery account create`, beside a server that is killed.
//!
//! Invariant: an id that was printed belongs to an account whose key is in the credentials file and works.

use std::path::PathBuf;

use anyhow::{Context, Result};
use client::{Client, Keys, Service};
use serde_json::json;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::server::{Recipe, create_account};

/// An account that is being made.
pub(crate) struct Visitor {
    making: JoinHandle<Result<String>>,
    credentials: PathBuf,
}

/// An account that was made.
pub(crate) struct Created {
    id: String,
    credentials: PathBuf,
}

impl Visitor {
    /// Sends one to the server of `recipe`.
    pub(crate) fn send(recipe: &Recipe) -> Self {
        let credentials = recipe.credentials();
        let recipe = recipe.clone();
        Self {
            making: spawn_blocking(move || create_account(&recipe)),
            credentials,
        }
    }

    /// The account, when the command has ended; none if it failed. It takes the folder for itself where the server is
    /// gone, so that no server can start before its end.
    pub(crate) async fn outcome(self) -> Result<Option<Created>> {
        let credentials = self.credentials;
        Ok(self.making.await?.ok().map(|id| Created { id, credentials }))
    }
}

impl Created {
    /// Checks that its key works.
    pub(crate) async fn check(&self, client: &Client) -> Result<()> {
        let keys = Keys::of_profile(&self.credentials, &self.id);
        let keys = keys.context("account create said it made an account")?;
        let nothing = json!({});
        let listed = client.call(&keys, Service::ServiceCatalog, "ListPortfolios", &nothing);
        let listed = listed.await;
        listed.with_context(|| format!("the key that account create made for {} does not work", self.id))?;
        Ok(())
    }
}
