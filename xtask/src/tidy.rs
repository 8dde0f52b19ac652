//! `cargo xtask tidy`: the structural rules of the project that no compiler checks.
//!
//! Each check is a pure function from the tracked files to findings, one module for each family of rules. Invariant:
//! a finding names file and line and says what to do about it. Deliberately absent: exemptions inside files; a rule
//! that needs one is wrong or is changed here.

mod crates;
mod finding;
mod operations;
mod prose;
mod rust;
mod text;
mod tree;

use std::path::Path;

use anyhow::{Result, bail};

use self::{finding::Finding, tree::Tree};
use crate::workspace;

/// What the command line says: nothing.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// A rule or a family of them.
type Check = fn(&Tree) -> Vec<Finding>;

const CHECKS: [Check; 12] = [
    text::machine_paths,
    text::registry_hosts,
    text::trailing_whitespace,
    rust::unfinished_work,
    rust::ignored_tests,
    rust::sleeping_tests,
    rust::module_pages,
    rust::long_files,
    operations::file_names,
    prose::links,
    prose::licence,
    crates::arrows,
];

/// Checks the workspace.
pub(crate) fn run(_options: &Options) -> Result<()> {
    check(&workspace())
}

/// Checks the files that git tracks in `root`; prints every finding.
pub(crate) fn check(root: &Path) -> Result<()> {
    let tree = Tree::tracked(root)?;
    let mut findings: Vec<_> = CHECKS.iter().flat_map(|check| check(&tree)).collect();
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => bail!("one line breaks a rule of the project"),
        many => bail!("{many} lines break a rule of the project"),
    }
}
