//! How fast the server is, as ratios to the limits of the machine in the same run. `cargo xtask bench` runs it.
//!
//! Requests are compared with bare axum that says hello, durable writes with the same rows in the bare database, each
//! under the same load. Every figure is the median of several rounds, and a round takes its limit beside its reading,
//! because the speed of a shared machine changes within minutes. Invariant: a run with one failed request reports no
//! figure. Deliberately absent: the server's code, which is measured from outside.

mod actor;
mod fill;
mod hello;
mod load;
mod machine;
mod moto;
mod options;
mod organization;
mod postgres;
mod probe;
mod process;
mod raw;
mod readings;
mod report;
mod rounds;
mod run;
mod scale;
mod server;

use std::process::ExitCode;

use anyhow::anyhow;
use clap::Parser;

use crate::options::Options;

/// How fast a release build of the server is.
#[derive(Debug, Parser)]
#[command(name = "bench")]
enum Invocation {
    /// Measures, prints tables, and writes them to a folder.
    Measure(Options),
    /// Says hello until killed: the benchmark starts itself so.
    #[command(name = hello::SAY_HELLO, hide = true)]
    SayHello,
}

#[tokio::main]
async fn main() -> ExitCode {
    let asked = async {
        match Invocation::parse() {
            Invocation::Measure(options) => run::measure(options).await,
            Invocation::SayHello => hello::say().await,
        }
    };
    // Ending it as a failure leaves no processes and no folders behind.
    let ended = tokio::select! {
        ended = asked => ended,
        _ = tokio::signal::ctrl_c() => Err(anyhow!("interrupted")),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("error: {reason:#}");
            ExitCode::FAILURE
        }
    }
}
