//! Databases for tests: each test has one of its own, and it is gone afterwards.
//!
//! The schema is applied once per cluster, to a template that databases are then copied from: copying takes half as
//! long as creating and migrating. Invariant: a template is named after its schema and is there complete or not at
//! all, however many tests start at once and wherever one of them dies. Deliberately absent: starting a cluster, and
//! removing templates; a cluster for tests is thrown away as a whole.

use std::env;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error, NoTls};

use crate::migrations::MIGRATIONS;
use crate::{PostgresOptions, Store};

/// The superuser's URL of the cluster that tests run against.
const URL_VARIABLE: &str = "CHANDLERY_TEST_POSTGRES_URL";

/// Whoever makes the template holds this lock: "chandlery" on a telephone's keys.
const TEMPLATE_LOCK: i64 = 242_635_379;

/// A database in the cluster that tests run against. Dropping it removes it, whoever is still connected.
pub struct TestDatabase {
    /// Where it is.
    pub url: String,
    name: String,
}

impl TestDatabase {
    /// A database with nothing in it.
    pub async fn empty() -> Self {
        let name = fresh_name();
        run(&format!("CREATE DATABASE {name}"))
            .await
            .expect("a superuser creates databases");
        Self::named(name)
    }

    /// A database with the schema and no rows.
    pub async fn migrated() -> Self {
        let (name, template) = (fresh_name(), template_name());
        let copy = format!("CREATE DATABASE {name} TEMPLATE {template}");
        let mut copied = run(&copy).await;
        if copied.as_ref().is_err_and(names_no_database) {
            make_template(&template)
                .await
                .expect("a superuser makes a template");
            copied = run(&copy).await;
        }
        copied.expect("a superuser copies a template");
        Self::named(name)
    }

    fn named(name: String) -> Self {
        let url = url_of(&name);
        Self { url, name }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        // Dropping cannot wait, and may happen on a thread that must not.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("a runtime can be made");
            runtime.block_on(run(&sql)).expect("a superuser drops databases");
        });
        let dropped = dropping.join().is_ok();
        assert!(
            dropped || std::thread::panicking(),
            "the database of a test is left behind"
        );
    }
}

/// Makes the template, unless another test has meanwhile.
async fn make_template(template: &str) -> Result<(), Error> {
    let cluster = connect().await?;
    // Given back when the connection ends, so that a test that dies here holds up nobody.
    cluster
        .execute("SELECT pg_advisory_lock($1)", &[&TEMPLATE_LOCK])
        .await?;
    let found = "SELECT 1 FROM pg_database WHERE datname = $1";
    if cluster.query_opt(found, &[&template]).await?.is_some() {
        return Ok(());
    }
    let draft = fresh_name();
    cluster.batch_execute(&format!("CREATE DATABASE {draft}")).await?;
    let options = PostgresOptions {
        connections: 1,
        ..PostgresOptions::default()
    };
    let store = Store::connect(&url_of(&draft), &options).await;
    drop(store.expect("a new database takes the schema"));
    // Nobody connects to a template, so that none is ever too busy to be copied.
    for publish in [
        format!("ALTER DATABASE {draft} ALLOW_CONNECTIONS false"),
        format!("ALTER DATABASE {draft} RENAME TO {template}"),
    ] {
        cluster.batch_execute(&publish).await?;
    }
    Ok(())
}

/// Another schema has another template, so that a cluster may outlive a change of the schema.
fn template_name() -> String {
    let mut digest = Sha256::new();
    for migration in MIGRATIONS {
        digest.update(migration.checksum());
    }
    let mut name = "chandlery_template_".to_owned();
    for byte in &digest.finalize()[..8] {
        write!(name, "{byte:02x}").expect("a String takes all that is written to it");
    }
    name
}

fn fresh_name() -> String {
    format!("chandlery_test_{:032x}", rand::random::<u128>())
}

fn names_no_database(error: &Error) -> bool {
    error.code() == Some(&SqlState::INVALID_CATALOG_NAME)
}

/// The URL of the cluster's database `postgres`.
fn cluster_url() -> String {
    env::var(URL_VARIABLE)
        .unwrap_or_else(|_| panic!("{URL_VARIABLE} is not set; run the tests through cargo xtask test"))
}

fn url_of(database: &str) -> String {
    let cluster = cluster_url();
    let (server, _) = cluster.rsplit_once('/').expect("the URL names a database");
    format!("{server}/{database}")
}

async fn connect() -> Result<Client, Error> {
    let (client, connection) = tokio_postgres::connect(&cluster_url(), NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Runs a statement in the cluster.
async fn run(sql: &str) -> Result<(), Error> {
    connect().await?.batch_execute(sql).await
}
