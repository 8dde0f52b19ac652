//! What the command line says.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::scale::Scale;

/// What is measured, how long, and where the result goes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The server's executable.
    #[arg(long, value_name = "FILE")]
    pub(crate) server: PathBuf,
    /// How long each reading takes.
    #[arg(long, value_name = "SECONDS", default_value_t = 1)]
    seconds: u64,
    /// How many rounds the medians are of; 2 with --quick.
    #[arg(long, value_name = "N", default_value_t = ROUNDS)]
    rounds: usize,
    /// Only these readings.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<Name>,
    /// Two rounds, and a hundredth of the shares and accounts: to see that it works.
    #[arg(long)]
    quick: bool,
    /// A PostgreSQL to measure as a second store, as a user who may create databases.
    #[arg(
        long,
        value_name = "URL",
        env = "CHANDLERY_TEST_POSTGRES_URL",
        hide_env_values = true
    )]
    pub(crate) postgres_url: Option<String>,
    /// The executable `moto_server`, to measure beside the server.
    #[arg(long, value_name = "FILE")]
    pub(crate) moto: Option<PathBuf>,
    /// Where performance.md, its figures and its plots are written, and compared with what is there.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
}

/// What medians are of, at least, in a published table.
const ROUNDS: usize = 5;

/// A reading, or several that need the same server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Name {
    /// Start, memory and size.
    Start,
    /// DescribePortfolio.
    Describe,
    /// Pages of shares, and what a million shares take.
    Shares,
    /// What an account deep in an organization sees.
    Accepted,
    /// Lists of a small and a large organization.
    Lists,
    /// Shares with up to a million accounts.
    Operations,
    /// Durable writes.
    Writes,
    /// moto_server beside the server.
    Moto,
}

impl Options {
    /// Whether `name` is to be measured.
    pub(crate) fn wants(&self, name: Name) -> bool {
        self.only.is_empty() || self.only.contains(&name)
    }

    /// How many rounds medians are of.
    pub(crate) fn rounds(&self) -> usize {
        if self.quick { 2 } else { self.rounds }
    }

    /// How long a reading takes.
    pub(crate) fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// How much of everything there is.
    pub(crate) fn scale(&self) -> Scale {
        if self.quick { Scale::QUICK } else { Scale::FULL }
    }
}
