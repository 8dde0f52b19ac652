//! Random worlds in which random things happen, done by random accounts.
//!
//! After each thing everybody sees exactly the portfolios that a naive model in memory says, whoever tries what may not
//! be done is told what the model says, and **no answer to anybody has an id that the asker's account may not know of.**
//! Somebody else's id is answered like one of nothing. A failure tells the shortest story that fails;
//! `PROPTEST_RNG_SEED`, which it tells too, brings the same worlds again, and `PROPTEST_CASES` brings more of them.
//! Deliberately absent: policies, tags, handshakes other than invitations, and regions, which no portfolio leaves.

mod changes;
mod choices;
mod deeds;
mod events;
mod leaks;
mod looks;
mod model;
mod play;
mod questions;
mod rules;
mod scenes;
mod sight;
mod structure;

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

use self::play::World;

/// How many worlds there are, unless `PROPTEST_CASES` says otherwise.
const CASES: u32 = 5;
/// The same on PostgreSQL, where each costs four times as much.
const CASES_ON_POSTGRES: u32 = 2;
/// For how long a story that fails is cut shorter: each cut costs a world.
const CUTTING_MAX_MS: u32 = 60_000;

#[test]
fn everybody_sees_what_the_model_says_and_nobody_is_told_an_id_of_somebody_else() {
    let mut config = Config {
        failure_persistence: None,
        max_shrink_time: CUTTING_MAX_MS,
        ..Config::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        let is_postgres = std::env::var("STORE").is_ok_and(|it| it == "postgres");
        config.cases = if is_postgres { CASES_ON_POSTGRES } else { CASES };
    }
    let seed = match config.rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => RandomState::new().build_hasher().finish(),
    };
    config.rng_seed = RngSeed::Fixed(seed);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let told = TestRunner::new(config).run(&scenes::stories(), |story| {
        runtime.block_on(World::tell(&story)).map_err(TestCaseError::fail)
    });
    if let Err(failure) = told {
        panic!("{failure}\nThe same again: PROPTEST_RNG_SEED={seed}");
    }
}
