//! The pinned contracts, as the checks of answers read them.
//!
//! Invariant: nothing here comes from the server's own generated types; both are made of `model/`, each in its own way,
//! so that a mistake in one shows against the other. Deliberately absent: the constraints of inputs.

mod answer;
mod shape;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

pub(crate) use answer::{check_answer, check_head};

/// One service's contract.
#[derive(Deserialize)]
pub(crate) struct Contract {
    metadata: Metadata,
    operations: BTreeMap<String, Operation>,
    pub(crate) shapes: BTreeMap<String, Shape>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    target_prefix: Option<String>,
    endpoint_prefix: String,
}

/// What an operation takes and gives.
#[derive(Deserialize)]
pub(crate) struct Operation {
    input: Option<Reference>,
    output: Option<Reference>,
    #[serde(default)]
    errors: Vec<Reference>,
}

/// The name of a shape.
#[derive(Deserialize)]
pub(crate) struct Reference {
    pub(crate) shape: String,
}

/// The form of a value.
#[derive(Deserialize)]
pub(crate) struct Shape {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) members: BTreeMap<String, Reference>,
    #[serde(default)]
    required: Vec<String>,
    pub(crate) member: Option<Reference>,
    key: Option<Reference>,
    pub(crate) value: Option<Reference>,
    #[serde(rename = "enum", default)]
    choices: Vec<String>,
}

static CONTRACTS: LazyLock<[Contract; 4]> = LazyLock::new(|| {
    let texts = [
        include_str!("../../../model/service-catalog.json"),
        include_str!("../../../model/organizations.json"),
        include_str!("../../../model/sts.json"),
        include_str!("../../../model/iam.json"),
    ];
    texts.map(|it| serde_json::from_str(it).expect("the pinned contracts are read as they are written"))
});

/// The contract of the service that is signed for as `signing_name`.
pub(crate) fn contract(signing_name: &str) -> Option<&'static Contract> {
    CONTRACTS
        .iter()
        .find(|it| it.metadata.endpoint_prefix == signing_name)
}

/// The contract of the service whose name in `X-Amz-Target` and in RPC paths is `prefix`.
pub(crate) fn contract_of_target(prefix: &str) -> Option<&'static Contract> {
    CONTRACTS.iter().find(|it| it.target_prefix() == Some(prefix))
}

impl Contract {
    /// What requests to the service are signed for.
    pub(crate) fn signing_name(&self) -> &str {
        &self.metadata.endpoint_prefix
    }

    /// The operation `name`.
    pub(crate) fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.get(name)
    }

    /// The name before the operation's in `X-Amz-Target`.
    pub(crate) fn target_prefix(&self) -> Option<&str> {
        self.metadata.target_prefix.as_deref()
    }

    /// Whether every list of an answer is there, also when it is empty.
    ///
    /// Observed: of Service Catalog, in the CLI's examples; Organizations leaves absent what does not apply.
    fn always_has_lists(&self) -> bool {
        self.metadata.endpoint_prefix == "servicecatalog"
    }

    pub(crate) fn shape(&self, reference: &Reference) -> &Shape {
        &self.shapes[&reference.shape]
    }
}

impl Operation {
    /// The shape of its input.
    pub(crate) fn input(&self) -> Option<&Reference> {
        self.input.as_ref()
    }

    /// The shape of its output.
    pub(crate) fn output(&self) -> Option<&Reference> {
        self.output.as_ref()
    }
}
