//! A service's contract as `model/<service>.json` holds it.
//!
//! The form is botocore's, less everything that is not a fact of the contract: reading a botocore file into
//! [`Contract`] and writing it again is what prunes it, so prose can never get into `model/`. The order of operations
//! and shapes is by name, that of members is AWS's own, because answers and violations follow it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A service's contract.
#[derive(Deserialize, Serialize)]
pub(crate) struct Contract {
    pub(crate) metadata: Metadata,
    pub(crate) operations: BTreeMap<String, Operation>,
    /// Operations the service has on AWS but whose shapes are left out.
    #[serde(
        default,
        rename = "unpinnedOperations",
        skip_serializing_if = "BTreeSet::is_empty"
    )]
    pub(crate) unpinned_operations: BTreeSet<String>,
    pub(crate) shapes: BTreeMap<String, Shape>,
}

/// Facts about the service itself.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata {
    pub(crate) api_version: String,
    pub(crate) endpoint_prefix: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) json_version: Option<String>,
    pub(crate) protocols: Vec<String>,
    pub(crate) service_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signing_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) target_prefix: Option<String>,
    pub(crate) uid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) xml_namespace: Option<String>,
}

/// Facts about an operation.
#[derive(Deserialize, Serialize)]
pub(crate) struct Operation {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) input: Option<Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) output: Option<Reference>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<Reference>,
    /// `none` where a request carries no signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authtype: Option<String>,
    /// How clients page it, from botocore's `paginators-1.json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pagination: Option<Pagination>,
}

/// How clients page an operation: names of members, one or several each.
pub(crate) type Pagination = BTreeMap<String, serde_json::Value>;

/// A place where a shape is used, with what holds for that place only.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own in the contract"
)]
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reference {
    pub(crate) shape: String,
    #[serde(default, rename = "box", skip_serializing_if = "is_false")]
    pub(crate) boxed: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) deprecated: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) flattened: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) idempotency_token: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) location_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) result_wrapper: Option<String>,
}

/// What a shape is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Blob,
    Boolean,
    Integer,
    List,
    Long,
    Map,
    String,
    Structure,
    Timestamp,
}

/// Facts about a shape.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own in the contract"
)]
#[derive(Deserialize, Serialize)]
pub(crate) struct Shape {
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) required: Vec<String>,
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub(crate) members: IndexMap<String, Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) member: Option<Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<Reference>,
    #[serde(default, rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub(crate) names: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) min: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pattern: Option<String>,
    #[serde(default, rename = "box", skip_serializing_if = "is_false")]
    pub(crate) boxed: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) flattened: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) sensitive: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) union: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) exception: bool,
    /// The service's own failure, not the caller's.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) fault: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<ErrorFacts>,
}

/// What an error looks like on the wire.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorFacts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) http_status_code: Option<u16>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) sender_fault: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_false(it: &bool) -> bool {
    !*it
}

impl Contract {
    /// The shape called `name`.
    pub(crate) fn shape(&self, name: &str) -> Result<&Shape> {
        self.shapes
            .get(name)
            .with_context(|| format!("the contract has no shape {name}"))
    }

    /// Adds the names of the shape called `name` and of all that it is made of.
    pub(crate) fn collect(&self, name: &str, into: &mut BTreeSet<String>) -> Result<()> {
        if !into.insert(name.to_owned()) {
            return Ok(());
        }
        for part in self.shape(name)?.parts() {
            self.collect(&part.shape, into)?;
        }
        Ok(())
    }

    /// The names of the shapes that the operations use, errors included.
    pub(crate) fn used_shapes(&self) -> Result<BTreeSet<String>> {
        let mut used = BTreeSet::new();
        for operation in self.operations.values() {
            let references = operation.input.iter().chain(&operation.output);
            for reference in references.chain(&operation.errors) {
                self.collect(&reference.shape, &mut used)?;
            }
        }
        Ok(used)
    }
}

impl Shape {
    fn parts(&self) -> impl Iterator<Item = &Reference> {
        let contents = [&self.member, &self.key, &self.value];
        self.members
            .values()
            .chain(contents.into_iter().flat_map(Option::iter))
    }

    pub(crate) fn is_enumeration(&self) -> bool {
        self.kind == Kind::String && !self.names.is_empty()
    }

    pub(crate) fn is_constrained(&self) -> bool {
        self.min.is_some() || self.max.is_some() || self.pattern.is_some()
    }

    /// The shape of a list's items.
    pub(crate) fn item(&self) -> Result<&str> {
        let item = self.member.as_ref().context("a list without an item shape")?;
        Ok(&item.shape)
    }

    /// The shapes of a map's keys and values.
    pub(crate) fn entry(&self) -> Result<(&str, &str)> {
        let key = self.key.as_ref().context("a map without a key shape")?;
        let value = self.value.as_ref().context("a map without a value shape")?;
        Ok((&key.shape, &value.shape))
    }

    pub(crate) fn requires(&self, member: &str) -> bool {
        self.required.iter().any(|it| it == member)
    }
}
