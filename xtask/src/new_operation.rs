//! `cargo xtask new-operation`: begins the file of an operation and hangs it up where it belongs.
//!
//! The new file does not compile: what is left to write, the compiler asks for. Invariant: nothing is written unless
//! the contract has the operation and nobody has begun it. Deliberately absent: anything to register; a trait
//! implemented for the operation's generated type is all there is.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use regex::Regex;

use crate::{
    codegen::{contract::Contract, names::snake},
    workspace,
};

/// What the command line says.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The service's module, such as `service_catalog`.
    service: String,
    /// The folder of what the operation is about, such as `portfolio`.
    noun: String,
    /// The operation as AWS names it, such as `CreatePortfolio`.
    operation: String,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<()> {
    let Options {
        service,
        noun,
        operation,
    } = options;
    let root = workspace();
    let contract = root
        .join("model")
        .join(format!("{}.json", service.replace('_', "-")));
    let text =
        fs::read_to_string(&contract).with_context(|| format!("`{service}` has no pinned contract"))?;
    let contract: Contract = serde_json::from_str(&text)?;
    ensure!(
        contract.operations.contains_key(operation),
        "`{service}` has no pinned operation `{operation}`"
    );
    let noun_is_a_module = Regex::new("^[a-z][a-z0-9_]*$")
        .expect("the pattern is constant")
        .is_match(noun);
    ensure!(noun_is_a_module, "`{noun}` is no name of a module");

    let service_folder = root.join("crates/engine/src/operations").join(service);
    let noun_folder = service_folder.join(noun);
    let file = noun_folder.join(format!("{}.rs", snake(operation)));
    if file.exists() {
        bail!("{} is there already", shown(&file, &root));
    }
    let unbuilt = service_folder.join("unbuilt.rs");
    let listed = fs::read_to_string(&unbuilt).with_context(|| shown(&unbuilt, &root))?;
    let Some(shorter) = without(&listed, operation) else {
        bail!(
            "{} does not list `{operation}`; it is built already",
            shown(&unbuilt, &root)
        );
    };

    fs::create_dir_all(&noun_folder).with_context(|| shown(&noun_folder, &root))?;
    let module = module_file(&noun_folder);
    if !module.exists() {
        write(
            &module,
            &format!("//! The operations on {}.\n", noun.replace('_', " ")),
        )?;
        declare(&module_file(&service_folder), noun)?;
    }
    declare(&module, &snake(operation))?;
    write(&file, &template(service, operation))?;
    write(&unbuilt, &shorter)?;
    println!("{} is yours to write", shown(&file, &root));
    Ok(())
}

/// The beginning of an operation's file.
fn template(service: &str, operation: &str) -> String {
    // The one place where a name decides; whoever writes the operation knows better.
    let reads = ["Describe", "Get", "List", "Scan", "Search"]
        .iter()
        .any(|verb| operation.starts_with(verb));
    let (kind, transactions, tx) = if reads {
        ("Query", "ReadTx", "ReadTx")
    } else {
        ("Command", "{ReadTx, WriteTx}", "WriteTx")
    };
    format!(
        "//! `{operation}`.

use domain::Fault;
use shapes::{service}::operations::{operation};
use store::{transactions};

use crate::{{Cx, {kind}, Resource}};

impl {kind} for {operation} {{
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &Self::Input) -> Result<Resource, Fault> {{
        // What a policy names when it allows or denies this request.
    }}

    fn run(cx: &Cx, tx: &{tx}<'_>, input: &Self::Input) -> Result<Self::Output, Fault> {{
        // Parse, find, decide, record, answer.
    }}
}}
"
    )
}

/// The file of the module whose children are in `folder`.
fn module_file(folder: &Path) -> PathBuf {
    let beside = folder.with_extension("rs");
    if beside.exists() {
        beside
    } else {
        folder.join("mod.rs")
    }
}

/// Adds `mod <name>;` to the module in `file`.
fn declare(file: &Path, name: &str) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
    write(file, &with_module(&text, name))
}

/// `text` with `mod <name>;` among the other declarations, in their order.
fn with_module(text: &str, name: &str) -> String {
    let declaration = format!("mod {name};");
    let mut lines: Vec<&str> = text.lines().collect();
    let declarations: Vec<usize> = (0..lines.len())
        .filter(|at| lines[*at].starts_with("mod "))
        .collect();
    let behind = declarations.iter().find(|at| lines[**at] > declaration.as_str());
    if let Some(place) = behind.copied().or(declarations.last().map(|last| last + 1)) {
        lines.insert(place, &declaration);
    } else {
        // The first one stands behind the module's page, after a blank line.
        let page = lines.iter().take_while(|line| line.starts_with("//!")).count();
        lines.splice(page..page, ["", &declaration]);
    }
    lines.join("\n") + "\n"
}

/// The list of unbuilt operations `text` without `operation`; `None` if it is not there.
fn without(text: &str, operation: &str) -> Option<String> {
    let entry = Regex::new(&format!(r"(?m)^.*\b{operation}\b.*\n")).expect("an operation's name is a word");
    entry.is_match(text).then(|| entry.replace(text, "").into_owned())
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("{}", file.display()))
}

fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_that_reads_begins_as_a_query() {
        let text = template("service_catalog", "DescribePortfolio");
        assert!(text.contains("impl Query for DescribePortfolio {"));
        assert!(text.contains("use store::ReadTx;"));
        assert!(text.contains("use shapes::service_catalog::operations::DescribePortfolio;"));
    }

    #[test]
    fn every_other_begins_as_a_command() {
        let text = template("service_catalog", "CreatePortfolio");
        assert!(text.contains("impl Command for CreatePortfolio {"));
        assert!(text.contains("tx: &WriteTx<'_>, input"));
    }

    #[test]
    fn modules_stay_in_order() {
        let text = "//! Portfolios.\n\nmod accept;\nmod delete;\n";
        assert_eq!(
            with_module(text, "create"),
            "//! Portfolios.\n\nmod accept;\nmod create;\nmod delete;\n"
        );
        assert_eq!(
            with_module(text, "update"),
            "//! Portfolios.\n\nmod accept;\nmod delete;\nmod update;\n"
        );
    }

    #[test]
    fn the_first_module_stands_behind_the_page() {
        assert_eq!(
            with_module("//! Portfolios.\n", "create"),
            "//! Portfolios.\n\nmod create;\n"
        );
    }

    #[test]
    fn an_operation_leaves_the_list_of_the_unbuilt_and_its_namesakes_stay() {
        let text = "unbuilt! {\n    CreatePortfolio,\n    CreatePortfolioShare,\n}\n";
        let shorter = "unbuilt! {\n    CreatePortfolioShare,\n}\n";
        assert_eq!(without(text, "CreatePortfolio").as_deref(), Some(shorter));
        assert_eq!(without(text, "DeletePortfolio"), None);
    }
}
