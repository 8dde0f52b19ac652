//! The folder of operations: each file is one operation of its service, under the operation's own name.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{finding::Finding, tree::Tree};
use crate::codegen::names::snake;

const FOLDER: &str = "crates/engine/src/operations/";

/// Every `operations/<service>/<noun>/<file>.rs` is named as an operation of the service's contract.
pub(super) fn file_names(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| !file.is_rust_test()) {
        let Some(place) = file.path.strip_prefix(FOLDER) else {
            continue;
        };
        let [service, _noun, name] = place.split('/').collect::<Vec<_>>()[..] else {
            continue;
        };
        let name = name.trim_end_matches(".rs");
        if name == "mod" {
            continue;
        }
        let contract = format!("model/{}.json", service.replace('_', "-"));
        let Some(operations) = operations(tree, &contract) else {
            findings.push(Finding::new(
                file,
                1,
                format!("`{service}` has no contract {contract}"),
            ));
            continue;
        };
        if !operations.contains(name) {
            let message =
                format!("`{name}` is no operation of {contract}; one operation, one file, under its name");
            findings.push(Finding::new(file, 1, message));
        }
    }
    findings
}

#[derive(Deserialize)]
struct Contract {
    operations: Map<String, Value>,
}

/// The names of the operations in the contract at `path`, as files are named.
fn operations(tree: &Tree, path: &str) -> Option<BTreeSet<String>> {
    let contract: Contract = serde_json::from_str(&tree.file(path)?.text).ok()?;
    Some(contract.operations.keys().map(|name| snake(name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRACT: (&str, &str) = (
        "model/service-catalog.json",
        r#"{"operations": {"CreatePortfolio": {}, "EnableAWSOrganizationsAccess": {}}}"#,
    );

    fn found(path: &str) -> Vec<String> {
        file_names(&Tree::with(&[CONTRACT, (path, "//! .\n")]))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_file_that_is_not_named_as_an_operation_is_found() {
        let path = "crates/engine/src/operations/service_catalog/portfolio/helpers.rs";
        assert!(found(path)[0].starts_with(&format!("{path}:1: `helpers` is no operation of model/")));
    }

    #[test]
    fn a_service_without_a_contract_is_found() {
        assert_eq!(
            found("crates/engine/src/operations/s3/bucket/create_bucket.rs").len(),
            1
        );
    }

    #[test]
    fn operations_the_modules_of_nouns_and_tests_are_in_order() {
        for file in [
            "service_catalog/portfolio/create_portfolio.rs",
            "service_catalog/access/enable_aws_organizations_access.rs",
            "service_catalog/portfolio/mod.rs",
            "service_catalog/portfolio.rs",
            "service_catalog/unbuilt.rs",
            "service_catalog/portfolio/tests.rs",
        ] {
            assert!(found(&format!("{FOLDER}{file}")).is_empty(), "{file}");
        }
    }
}
