//! `cargo xtask ci`: everything a change must pass, in one command, with what it needs installed by itself.
//!
//! Each step is announced with one line and timed; the first failure ends the run. What must be tested is built before
//! the tests, so that a run's last lines are those of the test runners and one table. Deliberately absent: anything
//! that needs the network beyond the package registries, and any change to the working copy.

mod report;
mod shop;
mod steps;

use std::process::ExitCode;

use anyhow::{Result, bail};

use self::{report::Report, shop::Shop, steps::STEPS};
use crate::{process, workspace};

/// What the command line says.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only these steps, by name; all of them where none is named.
    steps: Vec<String>,
    /// Names the steps and ends.
    #[arg(long)]
    list: bool,
}

/// Runs the steps that `options` name.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    if let Some(unknown) = options
        .steps
        .iter()
        .find(|name| !STEPS.iter().any(|step| step.name == **name))
    {
        bail!("there is no step `{unknown}`; `cargo xtask ci --list` names them all");
    }
    let steps: Vec<_> = STEPS
        .iter()
        .filter(|step| options.steps.is_empty() || options.steps.iter().any(|it| it == step.name))
        .collect();
    if options.list {
        for step in steps {
            println!(
                "{:<width$}  {}",
                step.name,
                step.about,
                width = report::NAME_WIDTH
            );
        }
        return Ok(ExitCode::SUCCESS);
    }

    let mut shop = Shop::new(workspace());
    let mut report = Report::new(steps.len());
    for step in steps {
        report.begin(step.name, step.about);
        let outcome = process::check_interrupted().and_then(|()| (step.run)(&mut shop));
        if let Err(reason) = report.end(outcome) {
            // PostgreSQL has ended before the last word is said.
            drop(shop);
            report.print();
            eprintln!("error: {}: {reason:#}", step.name);
            return Ok(ExitCode::FAILURE);
        }
    }
    drop(shop);
    report.print();
    Ok(ExitCode::SUCCESS)
}
