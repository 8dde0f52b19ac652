//! Who calls what is measured: somebody with keys, at one server.

use anyhow::{Context, Result};
use client::{Client, Keys, Service, Signed};
use serde_json::{Value, json};

/// The region of all that is measured.
pub(crate) const REGION: &str = "us-east-1";

/// Somebody who calls a server. Clones share connections.
#[derive(Clone)]
pub(crate) struct Actor {
    client: Client,
    keys: Keys,
}

impl Actor {
    /// Whoever has `keys`, at the server at `endpoint`.
    pub(crate) fn new(endpoint: &str, keys: Keys) -> Self {
        Self {
            client: Client::new(endpoint, REGION),
            keys,
        }
    }

    /// What `account`'s role lets this one be there.
    pub(crate) async fn in_account(&self, account: &str) -> Result<Self> {
        Ok(Self {
            client: self.client.clone(),
            keys: self.client.assume_role(&self.keys, account).await?,
        })
    }

    /// Calls an operation of Service Catalog.
    pub(crate) async fn catalog(&self, operation: &str, input: &Value) -> Result<Value> {
        self.call(Service::ServiceCatalog, operation, input).await
    }

    /// Calls an operation of Organizations.
    pub(crate) async fn organizations(&self, operation: &str, input: &Value) -> Result<Value> {
        self.call(Service::Organizations, operation, input).await
    }

    async fn call(&self, service: Service, operation: &str, input: &Value) -> Result<Value> {
        let answered = self.client.call(&self.keys, service, operation, input).await;
        answered.with_context(|| format!("{operation} failed"))
    }

    /// A request for an operation of Service Catalog, signed now.
    pub(crate) fn signed(&self, operation: &str, input: &Value) -> Result<Signed> {
        self.signed_for(Service::ServiceCatalog, operation, input)
    }

    /// A request for an operation of `service`, signed now.
    pub(crate) fn signed_for(&self, service: Service, operation: &str, input: &Value) -> Result<Signed> {
        Ok(self.client.signed(&self.keys, service, operation, input)?)
    }

    /// What stands at `path` for everybody.
    pub(crate) async fn get(&self, path: &str) -> Result<String> {
        Ok(self.client.get(path).await?)
    }

    /// Makes a portfolio and returns its id. `token` makes it this one and no other.
    pub(crate) async fn portfolio(&self, token: &str) -> Result<String> {
        let created = self.catalog("CreatePortfolio", &portfolio(token)).await?;
        Ok(text(&created, "/PortfolioDetail/Id")?.to_owned())
    }
}

/// What CreatePortfolio is asked for.
pub(crate) fn portfolio(token: &str) -> Value {
    json!({"DisplayName": "Databases", "ProviderName": "Platform team", "IdempotencyToken": token})
}

/// What CreatePortfolioShare is asked for, to share with the account of this number.
pub(crate) fn share(portfolio: &str, account: u64) -> Value {
    json!({"PortfolioId": portfolio, "AccountId": format!("{:012}", 200_000_000_000 + account)})
}

/// The text at `pointer` of an answer.
pub(crate) fn text<'a>(answer: &'a Value, pointer: &str) -> Result<&'a str> {
    let found = answer.pointer(pointer).and_then(Value::as_str);
    found.with_context(|| format!("an answer without {pointer}: {answer}"))
}
