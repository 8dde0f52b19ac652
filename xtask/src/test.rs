//! `cargo xtask test`: runs Rust tests with what they need, the scenarios on every store and protocol asked for.
//!
//! The scenarios are the tests of one package; what differs between their runs is outside them, in the variables
//! `STORE` and `PROTOCOL`. All other packages run once. Deliberately absent: doc tests (`cargo test --doc` needs
//! nothing) and the Python clients (`cargo xtask ci python`).

mod matrix;
mod runner;

use anyhow::Result;

pub(crate) use self::{
    matrix::{Cell, Protocol, Store, cells},
    runner::{Runner, Scope, Tests, Voice},
};
use crate::{postgres::Postgres, workspace};

/// What the command line says.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only the scenarios, on this store.
    #[arg(long, value_enum)]
    store: Option<Store>,
    /// Only the scenarios, over this protocol.
    #[arg(long, value_enum)]
    protocol: Option<Protocol>,
    /// Words for the test runner, such as part of a test's name.
    #[arg(last = true)]
    words: Vec<String>,
}

/// Runs the tests that `options` name.
pub(crate) fn run(options: &Options) -> Result<()> {
    let cells = cells(options.store, options.protocol);
    let all = options.store.is_none() && options.protocol.is_none();
    let postgres = if all || cells.iter().any(|cell| cell.store == Store::Postgres) {
        Some(Postgres::start()?)
    } else {
        None
    };
    let runner = Runner::find(&workspace(), Voice::EachTest, &options.words);
    let tests = runner.build()?;
    if all {
        tests.run(Scope::Units, postgres.as_ref())?;
    }
    for cell in cells {
        println!("==> scenarios, {cell}");
        tests.run(Scope::Scenarios(cell), postgres.as_ref())?;
    }
    Ok(())
}
