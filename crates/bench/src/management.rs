//! Who prepares what is measured: the management account, at the server that is measured.

use anyhow::Result;
use client::{Client, Keys, Service, Signed};
use serde_json::Value;

/// The region of all that is measured.
pub(crate) const REGION: &str = "us-east-1";

/// The management account, calling Service Catalog.
#[derive(Clone)]
pub(crate) struct Management {
    pub(crate) client: Client,
    pub(crate) keys: Keys,
}

impl Management {
    /// Calls an operation.
    pub(crate) async fn call(&self, operation: &str, input: &Value) -> Result<Value> {
        let answered = self
            .client
            .call(&self.keys, Service::ServiceCatalog, operation, input);
        Ok(answered.await?)
    }

    /// A request for an operation, signed now.
    pub(crate) fn signed(&self, operation: &str, input: &Value) -> Result<Signed> {
        let signed = self
            .client
            .signed(&self.keys, Service::ServiceCatalog, operation, input);
        Ok(signed?)
    }
}
