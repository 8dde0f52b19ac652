//! `cargo xtask bench`: builds the server and the benchmark as releases, and measures.
//!
//! Deliberately absent: what is measured, which is the crate `bench`'s.

use anyhow::Result;
use clap::Args;

use crate::{apt, artifacts, process, workspace};

/// What is measured, and how long.
#[derive(Args)]
pub(crate) struct Options {
    /// What to tell the benchmark, such as `--rounds 3 --only DescribePortfolio`; `--help` says more.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// Measures.
pub(crate) fn run(options: &Options) -> Result<()> {
    let root = workspace();
    if !process::succeeds(process::command("which", &root).arg("wrk")) {
        apt::install("wrk")?;
    }
    let server = artifacts::release(&root, "chandlery", "chandlery")?;
    let bench = artifacts::release(&root, "chandlery-bench", "bench")?;
    let mut measure = process::command(&bench, &root);
    measure.arg("measure").arg("--server").arg(server);
    process::run(measure.args(&options.words))
}
