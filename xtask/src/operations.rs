//! `cargo xtask operations`: which operations of the contracts are not built, and which never will be.
//!
//! Invariant: what it says comes from the lists that the engine itself is compiled from. Deliberately absent: a check;
//! an operation that is in no list and has no code does not compile.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result};

use crate::{codegen::contract::Contract, workspace};

/// The contracts, as their files under `model/` are named.
const SERVICES: [&str; 4] = ["service-catalog", "organizations", "sts", "iam"];

/// What the command line says: nothing.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// Prints them.
pub(crate) fn run(_options: &Options) -> Result<()> {
    let root = workspace();
    for service in SERVICES {
        let contract = root.join("model").join(format!("{service}.json"));
        let text = fs::read_to_string(&contract).with_context(|| contract.display().to_string())?;
        let contract: Contract = serde_json::from_str(&text)?;
        let folder = root
            .join("crates/engine/src/operations")
            .join(service.replace('-', "_"));
        let listed = |file| Ok::<_, anyhow::Error>(listed(&contract, &lines(&folder.join(file))?));
        let (unbuilt, unsupported) = (listed("unbuilt.rs")?, listed("unsupported.rs")?);
        let all = contract.operations.len();
        println!(
            "{service}: {} of {all} built",
            all - unbuilt.len() - unsupported.len()
        );
        print("not built", &unbuilt);
        print("will not be built", &unsupported);
    }
    Ok(())
}

/// The list's text; none where the service has no such list.
fn lines(file: &Path) -> Result<String> {
    if !file.exists() {
        return Ok(String::new());
    }
    fs::read_to_string(file).with_context(|| file.display().to_string())
}

/// The operations of `contract` that `text` names.
fn listed<'a>(contract: &'a Contract, text: &str) -> Vec<&'a str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let words: BTreeSet<&str> = code
        .flat_map(|line| line.split(|it: char| !it.is_alphanumeric()))
        .collect();
    let operations = contract.operations.keys().map(String::as_str);
    operations.filter(|it| words.contains(it)).collect()
}

fn print(title: &str, operations: &[&str]) {
    if !operations.is_empty() {
        println!("  {title}: {}", operations.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_list_names_is_found_and_what_its_comments_name_is_not() {
        let contract: Contract =
            serde_json::from_str(&fs::read_to_string(workspace().join("model/sts.json")).unwrap()).unwrap();
        let text = "//! GetCallerIdentity is built.\nunbuilt! {\n    GetSessionToken,\n    Nonsense,\n}\n";
        assert_eq!(listed(&contract, text), ["GetSessionToken"]);
    }
}
