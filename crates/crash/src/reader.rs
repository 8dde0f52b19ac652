//! Reading what is there, through the API.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use client::{Client, Keys, Service};
use serde_json::Value;

/// Those who read and write, by the names that the workers have for them.
pub(crate) type Actors = BTreeMap<String, Keys>;

/// Somebody who reads.
pub(crate) struct Reader<'a> {
    pub(crate) client: &'a Client,
    pub(crate) actors: &'a Actors,
}

impl Reader<'_> {
    /// What an operation of Service Catalog answers.
    pub(crate) async fn catalog(&self, who: &str, operation: &str, input: Value) -> Result<Value> {
        self.read(who, Service::ServiceCatalog, operation, &input).await
    }

    /// What an operation of Organizations answers.
    pub(crate) async fn organizations(&self, who: &str, operation: &str, input: Value) -> Result<Value> {
        self.read(who, Service::Organizations, operation, &input).await
    }

    /// What an operation of Organizations answers, unless that is `refusal`.
    pub(crate) async fn organizations_unless(
        &self,
        refusal: &str,
        who: &str,
        operation: &str,
        input: Value,
    ) -> Result<Option<Value>> {
        let answered = self
            .client
            .call(self.keys(who)?, Service::Organizations, operation, &input);
        match answered.await {
            Ok(answer) => Ok(Some(answer)),
            Err(client::Error::Refused { code, .. }) if code == refusal => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{who} cannot read {operation} {input}")),
        }
    }

    /// The items called `member` of all pages of a list of Service Catalog.
    pub(crate) async fn list_catalog(
        &self,
        who: &str,
        operation: &str,
        input: Value,
        member: &str,
    ) -> Result<Vec<Value>> {
        let tokens = ("PageToken", "NextPageToken");
        self.list(who, Service::ServiceCatalog, operation, input, member, tokens)
            .await
    }

    /// The items called `member` of all pages of a list of Organizations.
    pub(crate) async fn list_organizations(
        &self,
        who: &str,
        operation: &str,
        input: Value,
        member: &str,
    ) -> Result<Vec<Value>> {
        let tokens = ("NextToken", "NextToken");
        self.list(who, Service::Organizations, operation, input, member, tokens)
            .await
    }

    /// Whether somebody's key is good for the role in `account`.
    pub(crate) async fn can_assume_role(&self, who: &str, account: &str) -> Result<()> {
        let assumed = self.client.assume_role(self.keys(who)?, account).await;
        assumed.with_context(|| format!("{who} cannot assume the role in {account}"))?;
        Ok(())
    }

    async fn list(
        &self,
        who: &str,
        service: Service,
        operation: &str,
        mut input: Value,
        member: &str,
        (token_in, token_out): (&str, &str),
    ) -> Result<Vec<Value>> {
        let mut all = Vec::new();
        loop {
            let mut page = self.read(who, service, operation, &input).await?;
            if let Some(Value::Array(items)) = page.get_mut(member).map(Value::take) {
                all.extend(items);
            }
            match page.get_mut(token_out).map(Value::take) {
                Some(Value::String(token)) => input[token_in] = token.into(),
                _ => return Ok(all),
            }
        }
    }

    async fn read(&self, who: &str, service: Service, operation: &str, input: &Value) -> Result<Value> {
        let read = self.client.call(self.keys(who)?, service, operation, input).await;
        read.with_context(|| format!("{who} cannot read {operation} {input}"))
    }

    fn keys(&self, who: &str) -> Result<&Keys> {
        self.actors.get(who).with_context(|| format!("{who} has no key"))
    }
}

/// The text called `member` of `item`; empty where there is none.
pub(crate) fn text<'a>(item: &'a Value, member: &str) -> &'a str {
    item.get(member).and_then(Value::as_str).unwrap_or_default()
}
