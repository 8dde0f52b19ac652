//! How fast the server is, as ratios to the limit of the machine in the same run. `cargo xtask bench` runs it.
//!
//! The limit is bare axum that says hello, in a process of its own, under the same load from the same generator (wrk).
//! Every figure is the median of several rounds, and a round takes its hello beside its reading, because the speed of
//! a shared machine changes within minutes. Invariant: a run with one failed request reports no figure. Deliberately
//! absent: a verdict; the aims are in the issues, the readings here.

mod hello;
mod load;
mod management;
mod median;
mod process;
mod server;
mod story;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser};

/// How fast a release build of the server is.
#[derive(Debug, Parser)]
#[command(name = "bench")]
enum Invocation {
    /// Measures, and prints a table.
    Measure(Options),
    /// Says hello until killed: the benchmark starts itself so.
    #[command(name = hello::SAY_HELLO, hide = true)]
    SayHello,
}

/// What is measured, and how long.
#[derive(Debug, Args)]
struct Options {
    /// The server's executable.
    #[arg(long, value_name = "FILE")]
    server: PathBuf,
    /// How long each reading takes.
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    seconds: u64,
    /// How many rounds the medians are of.
    #[arg(long, value_name = "N", default_value_t = 5)]
    rounds: u64,
    /// Only the readings whose names contain this.
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let ended = match Invocation::parse() {
        Invocation::Measure(options) => story::tell(&options).await,
        Invocation::SayHello => hello::say().await,
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("error: {reason:#}");
            ExitCode::FAILURE
        }
    }
}
