//! What is left of a server that is killed: everything it acknowledged, and nothing by halves. `cargo xtask crash` runs
//! it.
//!
//! Workers of several accounts write all that can be written, each from a model of its own things; the server is killed
//! by SIGKILL at a moment drawn by chance and started again on its state; then each worker compares what is there with
//! its model, and SQL that knows nothing of the server compares what no answer shows. Invariant: the first difference
//! ends the run, names seed and kill, and leaves the state. Deliberately absent: the server's code; it is looked at
//! from outside.

mod database;
mod draw;
mod facts;
mod intent;
mod invariants;
mod place;
mod progress;
mod reader;
mod report;
mod roles;
mod run;
mod server;
mod tally;
mod verdict;
mod visitor;
mod worker;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

/// Kills the server again and again, and checks what it left.
#[derive(Debug, Parser)]
#[command(name = "crash")]
struct Options {
    /// The server's executable.
    #[arg(long, value_name = "FILE")]
    server: PathBuf,
    /// How often it is killed.
    #[arg(long, value_name = "N", default_value_t = 10)]
    kills: u64,
    /// What chance begins with: the same seed draws the same.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Where the state is.
    #[arg(long, value_enum, default_value_t = Store::Embedded)]
    store: Store,
    /// The superuser's URL of a PostgreSQL in which databases are made and removed.
    #[arg(long, value_name = "URL", required_if_eq("store", "postgres"))]
    postgres_url: Option<String>,
    /// Let PostgreSQL crash too, now and then: it is this run's own, and on this machine.
    #[arg(long, requires = "postgres_url")]
    crash_postgres: bool,
    /// After how many kills the world is made anew, because checks take longer as it grows.
    #[arg(long, value_name = "N", default_value_t = 50)]
    kills_per_world: u64,
}

/// A kind of store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Store {
    /// SQLite in the data folder.
    Embedded,
    /// A database that two servers share.
    Postgres,
}

impl Store {
    /// What it is called.
    fn name(self) -> &'static str {
        match self {
            Self::Embedded => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run::run(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("error: {reason:#}");
            ExitCode::FAILURE
        }
    }
}
