//! `cargo xtask bench`: builds the server and the benchmark as releases, makes ready what they are measured with and
//! beside, and measures.
//!
//! Deliberately absent: what is measured, which is the crate `bench`'s.

use anyhow::Result;
use clap::Args;

use crate::{
    apt, artifacts,
    postgres::{Postgres, URL_VARIABLE},
    process, python, workspace,
};

/// Where the result of a whole run goes.
const PUBLISHED: &str = "docs";

/// Words after which a run is not the whole one, or goes elsewhere.
const PARTIAL: [&str; 4] = ["--only", "--quick", "--rounds", "--out"];

/// What is measured, and how long.
#[derive(Args)]
pub(crate) struct Options {
    /// What to tell the benchmark, such as `--quick` or `--only describe,shares`; `--help` says more. With none of
    /// --only, --quick, --rounds and --out, the result is written to docs/performance.md.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// Measures.
pub(crate) fn run(options: &Options) -> Result<()> {
    let root = workspace();
    let bench = artifacts::release(&root, "chandlery-bench", "bench")?;
    let mut measure = process::command(&bench, &root);
    measure.arg("measure");
    if options.words.iter().any(|it| it == "--help") {
        return process::run(measure.arg("--help"));
    }
    if !process::succeeds(process::command("which", &root).arg("wrk")) {
        apt::install("wrk")?;
    }
    measure
        .arg("--server")
        .arg(artifacts::release(&root, "chandlery", "chandlery")?);
    match python::moto_server(&root) {
        Ok(moto) => {
            measure.arg("--moto").arg(moto);
        }
        Err(reason) => println!("    without moto_server: {reason:#}"),
    }
    if !options.words.iter().any(|word| is_partial(word)) {
        measure.args(["--out", PUBLISHED]);
    }
    // A server of one's own is there for tests; its commits need not wait for a disk.
    let postgres = Postgres::start_durable()?;
    measure.env(URL_VARIABLE, postgres.url());
    process::run(measure.args(&options.words))
}

fn is_partial(word: &str) -> bool {
    let name = word.split('=').next().unwrap_or_default();
    PARTIAL.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_some_readings_is_not_published() {
        assert!(is_partial("--only=describe") && is_partial("--quick"));
        assert!(!is_partial("--seconds"));
    }
}
