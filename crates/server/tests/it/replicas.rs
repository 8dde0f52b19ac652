//! Two processes over one PostgreSQL database.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;
use tempfile::{TempDir, tempdir};

use crate::database::Database;
use crate::http::{Service, get};
use crate::owner::{Owner, until};
use crate::process::Process;

/// How long a request may wait for a database that is gone: much less than clients wait.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// As many steps, with one account in each.
const ACCOUNTS: usize = 12;

/// A server with a folder of its own.
struct Replica {
    folder: TempDir,
    process: Process,
}

impl Replica {
    fn serve(database: &Database) -> Self {
        let folder = tempdir().unwrap();
        let process = Self::process(&folder, database);
        Self { folder, process }
    }

    fn process(folder: &TempDir, database: &Database) -> Process {
        let config = folder.path().join("chandlery.toml");
        std::fs::write(
            &config,
            "[limits]\nstep-accounts-max = 1\njob-lease-seconds = 1\n",
        )
        .unwrap();
        let flags = [
            "--config",
            config.to_str().unwrap(),
            "--database-url",
            database.url(),
        ];
        Process::serve_with(folder.path(), &flags)
    }
}

#[test]
fn what_is_written_on_one_replica_is_read_on_the_other() {
    let database = Database::create();
    let first = Replica::serve(&database);
    let second = Replica::serve(&database);
    assert!(first.folder.path().join("credentials").exists());
    assert!(!second.folder.path().join("credentials").exists());
    let here = Owner::new(&first.process, first.folder.path());
    let there = here.at(&second.process);

    let written = here.create_portfolio("here");
    assert_eq!(there.portfolios(), [written.clone()].into());
    let answered = there.create_portfolio("there");
    assert_eq!(here.portfolios(), [written, answered.clone()].into());
    // Its idempotency token is known on either side.
    assert_eq!(here.create_portfolio("there"), answered);

    second.process.stop();
    first.process.stop();
}

#[test]
fn a_replica_finishes_what_a_killed_one_had_begun() {
    let database = Database::create();
    let mut first = Replica::serve(&database);
    let second = Replica::serve(&database);
    let mut here = Owner::new(&first.process, first.folder.path());
    let there = here.at(&second.process);
    let organization = here.create_organization(ACCOUNTS);

    for reached_min in [0, 1, ACCOUNTS / 2] {
        let portfolio = here.create_portfolio(&format!("from-{reached_min}-on"));
        let token = here.share(&portfolio, &organization.unit);
        until("accounts are reached", || {
            (there.share_operation(&token).reached.len() >= reached_min).then_some(())
        });
        first.process.signal(Signal::KILL);
        first.process.end();

        there.assert_reached(&token, &organization.accounts);
        first.process = Replica::process(&first.folder, &database);
        here = here.at(&first.process);
        here.assert_reached(&token, &organization.accounts);
    }

    second.process.stop();
    first.process.stop();
}

#[test]
fn a_server_without_its_database_says_so() {
    let database = Database::create();
    let replica = Replica::serve(&database);
    let address = replica.process.address();
    assert_eq!(get(address, "/health/ready").0, 200);
    database.drop_it();
    assert_eq!(get(address, "/health/live").0, 200);
    assert_eq!(get(address, "/health/ready").0, 503);
    let (status, numbers) = get(address, "/metrics");
    assert_eq!(status, 200);
    for unknown in [
        "chandlery_jobs_unfinished{kind=\"SHARE_OPERATION\",state=\"DUE\"} NaN",
        "chandlery_store_size_bytes NaN",
    ] {
        assert!(numbers.contains(unknown), "{unknown} in\n{numbers}");
    }
    replica.process.stop();
}

#[test]
fn a_server_goes_on_by_itself_when_its_database_is_back() {
    let database = Database::create();
    let replica = Replica::serve(&database);
    let address = replica.process.address();
    let owner = Owner::new(&replica.process, replica.folder.path());
    let organization = owner.create_organization(3);
    let portfolio = owner.create_portfolio("shared");
    let mut held = BTreeSet::from([portfolio.clone()]);
    let token = owner.share(&portfolio, &organization.unit);

    database.close();
    let begun = Instant::now();
    for (operation, input) in [
        ("ListPortfolios", json!({})),
        (
            "CreatePortfolio",
            json!({"DisplayName": "refused", "ProviderName": "us", "IdempotencyToken": "refused"}),
        ),
    ] {
        let (status, output) = owner.try_call(Service::Catalog, operation, input).unwrap();
        assert_eq!(status, 503, "{output}");
        assert_eq!(output["__type"], "ServiceUnavailable", "{output}");
    }
    assert!(begun.elapsed() < ANSWER_LIMIT, "{:?}", begun.elapsed());
    assert_eq!(get(address, "/health/live").0, 200);
    assert_eq!(get(address, "/health/ready").0, 503);

    database.reopen();
    until("the database is used again", || {
        (get(address, "/health/ready").0 == 200).then_some(())
    });
    assert_eq!(owner.portfolios(), held);
    held.insert(owner.create_portfolio("refused"));
    assert_eq!(owner.portfolios(), held);
    owner.assert_reached(&token, &organization.accounts);
    replica.process.stop();
}
