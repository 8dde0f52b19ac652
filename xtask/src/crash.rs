//! `cargo xtask crash`: kills the server, as a release build, again and again, and checks what it left.
//!
//! Deliberately absent: what is written, killed and checked, which is the crate `crash`'s.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::{artifacts, postgres::Postgres, process, test::Store, workspace};

/// The program, of the package `chandlery-crash`.
pub(crate) const PROGRAM: &str = "crash";
/// How often CI kills on each store.
pub(crate) const KILLS: u64 = 10;
/// What chance begins with in CI, so that a failure can be had again.
pub(crate) const SEED: u64 = 1;

/// What the command line says.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How often to kill, on each store.
    #[arg(long, value_name = "N", default_value_t = KILLS)]
    kills: u64,
    /// What chance begins with: the same seed draws the same.
    #[arg(long, value_name = "S", default_value_t = SEED)]
    seed: u64,
    /// Only on this store.
    #[arg(long, value_enum)]
    store: Option<Store>,
}

/// The programs of a crash test on one store.
pub(crate) struct Crash {
    /// The test.
    pub(crate) program: PathBuf,
    /// What is killed.
    pub(crate) server: PathBuf,
    /// The superuser's URL of a PostgreSQL of this run's own, if the state is in one.
    pub(crate) postgres_url: Option<String>,
}

impl Crash {
    /// Kills `kills` times.
    pub(crate) fn run(&self, root: &Path, kills: u64, seed: u64) -> Result<()> {
        let mut crash = process::command(&self.program, root);
        crash.arg("--server").arg(&self.server);
        crash.args(["--kills", &kills.to_string(), "--seed", &seed.to_string()]);
        if let Some(url) = &self.postgres_url {
            crash.args(["--store", "postgres", "--postgres-url", url, "--crash-postgres"]);
        }
        process::run(&mut crash)
    }
}

/// Kills.
pub(crate) fn run(options: &Options) -> Result<()> {
    let root = workspace();
    let server = artifacts::release(&root, "chandlery", "chandlery")?;
    let program = artifacts::release(&root, "chandlery-crash", PROGRAM)?;
    for store in [Store::Embedded, Store::Postgres] {
        if options.store.is_some_and(|only| only != store) {
            continue;
        }
        let postgres = match store {
            Store::Embedded => None,
            Store::Postgres => Some(Postgres::start()?),
        };
        let crash = Crash {
            program: program.clone(),
            server: server.clone(),
            postgres_url: postgres.as_ref().map(Postgres::url),
        };
        crash.run(&root, options.kills, options.seed)?;
    }
    Ok(())
}
