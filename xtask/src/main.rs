//! What a developer of Chandlery runs besides cargo itself: `cargo xtask <command>`.
//!
//! One module per command, each with its `Options` and a `run`; the others are what commands share. Deliberately absent:
//! anything the server needs.

mod apt;
mod artifacts;
mod bench;
mod ci;
mod codegen;
mod crash;
mod javascript;
mod model_refresh;
mod new_operation;
mod operations;
mod postgres;
mod process;
mod python;
mod test;
mod tidy;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::Parser;

/// Chandlery's development tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", version)]
enum Command {
    /// Measures how fast a release build of the server is.
    Bench(bench::Options),
    /// Runs everything a change must pass.
    Ci(ci::Options),
    /// Writes the Rust types of the API contract from `model/`.
    Codegen(codegen::Options),
    /// Kills the server again and again, and checks what it left.
    Crash(crash::Options),
    /// Takes the API contracts from the newest botocore into `model/`.
    ModelRefresh(model_refresh::Options),
    /// Begins the file of an operation.
    NewOperation(new_operation::Options),
    /// Lists the operations that are not built.
    Operations(operations::Options),
    /// Runs Rust tests, with the PostgreSQL they need.
    Test(test::Options),
    /// Checks the structural rules of the project.
    Tidy(tidy::Options),
}

fn main() -> ExitCode {
    let ended = process::stop_children_on_signals().and_then(|()| run(&Command::parse()));
    // One line, causes included; a backtrace would say nothing about the step that failed.
    ended.unwrap_or_else(|reason| {
        eprintln!("error: {reason:#}");
        ExitCode::FAILURE
    })
}

fn run(command: &Command) -> Result<ExitCode> {
    match command {
        Command::Ci(options) => return ci::run(options),
        Command::Bench(options) => bench::run(options)?,
        Command::Codegen(options) => codegen::run(options)?,
        Command::Crash(options) => crash::run(options)?,
        Command::ModelRefresh(options) => model_refresh::run(options)?,
        Command::NewOperation(options) => new_operation::run(options)?,
        Command::Operations(options) => operations::run(options)?,
        Command::Test(options) => test::run(options)?,
        Command::Tidy(options) => tidy::run(options)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder of the workspace.
fn workspace() -> PathBuf {
    let xtask = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    xtask
        .parent()
        .expect("xtask is a folder of the workspace")
        .to_owned()
}
