//! `cargo xtask codegen`: writes `crates/shapes/src/generated` from `model/`.
//!
//! The output is committed; `--check` fails if writing it again would change it. Invariant: the same contracts give the
//! same bytes. Deliberately absent: behaviour; the generated code says only what the contracts say.

mod constraints;
pub(crate) mod contract;
mod fields;
pub(crate) mod names;
mod operations;
mod pattern;
mod plan;
mod service;
pub(crate) mod services;
mod source;
mod structures;
mod tree;

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result, ensure};

use self::{plan::Plan, services::SERVICES};
use crate::workspace;

/// What the command line says.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Changes nothing, and fails if the generated code is not up to date.
    #[arg(long)]
    pub(crate) check: bool,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut files = vec![(PathBuf::from("mod.rs"), service::root())];
    for service in &SERVICES {
        let path = workspace().join("model").join(service.file());
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let contract = serde_json::from_str(&text)?;
        let plan = Plan::new(service, contract)?;
        let of_service = service::files(&plan).with_context(|| format!("in {}", service.title))?;
        files.extend(of_service);
    }
    let fresh = tree::formatted(files)?;
    let folder = workspace().join("crates/shapes/src/generated");
    let stale = tree::differences(&folder, &fresh)?;
    if options.check {
        ensure!(
            stale.is_empty(),
            "not what `cargo xtask codegen` writes: {}",
            stale.join(", ")
        );
        return Ok(());
    }
    tree::replace(&folder, &fresh)?;
    println!("{} files, {} changed", fresh.len(), stale.len());
    Ok(())
}
