//! What is measured: one file for each kind of reading.
//!
//! Invariant: what a reading prepares, it prepares through the API, or by the server's own import.

mod accepted;
mod describe;
mod lists;
mod moto;
mod operations;
mod share_operation;
mod shares;
mod start;
mod world;
mod writes;

pub(crate) use accepted::measure as accepted;
pub(crate) use describe::measure as describe;
pub(crate) use lists::measure as lists;
pub(crate) use moto::measure as moto;
pub(crate) use operations::{in_large as operations_in_large, with_units as operations_with_units};
pub(crate) use shares::measure as shares;
pub(crate) use start::measure as start;
pub(crate) use world::World;
pub(crate) use writes::measure as writes;

use crate::report::{Aim, Line};
use crate::run::Compared;
use crate::scale::written;

/// A section of the report: its title, and what its figures are.
type Section = (&'static str, &'static str);

const REQUESTS: Section = (
    "Requests",
    "One signed request, sent over and over on 16 connections, as a ratio to bare axum that says hello under the same \
     load a second before.",
);

/// Where pages in a small and in a large store are compared.
pub(crate) const GROWTH: Section = (
    "Small and large stores",
    "What half of the requests for one page take at most, in microseconds on 16 connections, where there are few shares \
     or accounts and where there are many, and how many times as long it takes with the most as with the fewest.",
);

/// How the columns of [`GROWTH`] begin that a line of the plot connects: one for each size of the store.
pub(crate) const AT_SIZE: &str = "p50 of ";

const WRITES: Section = (
    "Durable writes",
    "Every answer is sent after its commit is on the disk. Raw is the same rows written by the bare database, without a \
     server: SQLite on one connection, as many requests' rows in a commit as there are clients; PostgreSQL with a \
     commit for each, on as many connections as there are clients, 16 at most.",
);

const OPERATIONS: Section = (
    "Shares with many accounts",
    "From the request to COMPLETED, while one client reads and another one writes all the time. The units of 10³, 10⁴ and \
     10⁵ accounts are an organization by themselves, apart from the one of 10⁶.",
);

const MEANWHILE: Section = (
    "Requests during a share",
    "What 99 of 100 requests take at most while the share is carried out, as a ratio to the second before it. One client \
     reads (DescribePortfolio), another one writes (UpdatePortfolio), each with a rest of 1 ms between its requests.",
);

const START: Section = (
    "Start, memory and disk",
    "Each start is on an empty folder. The million shares are of one portfolio, with one account each, and are made \
     through the API.",
);

const MOTO: Section = (
    "Beside moto_server",
    "The operations that both have, under the same load. moto keeps its state in memory and checks no signature.",
);

/// How much longer a page may take in a large store.
const FLAT: Aim = Aim::AtMost(1.3);

/// The same page of a small store, perhaps of others, and of a large one.
fn growth(name: impl Into<String>, sizes: &[(u64, &Compared)]) -> Line {
    let mut line = Line::new(name);
    if let [(_, small), .., (_, large)] = sizes {
        line = line.with("times", large.times(small)).aiming(Some(FLAT));
    }
    for (size, found) in sizes {
        line = line.with(&format!("{AT_SIZE}{}, µs", written(*size)), found.p50_us());
    }
    line
}
