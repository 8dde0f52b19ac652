//! Where a test's store lies: a folder or a database of its own, gone with the test.
//!
//! Invariant: nothing of one test is seen by another. Deliberately absent: a store that is shared for speed.

use store::{PostgresOptions, Store};
use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::environment;

/// The place of one test's store.
pub(crate) enum Place {
    Folder(TempDir),
    Database { url: String, name: String },
}

impl Place {
    /// A new, empty place on the store of this run.
    pub(crate) async fn new() -> Self {
        match environment::store() {
            environment::Store::Embedded => {
                Self::Folder(tempfile::tempdir().expect("a temporary folder can be made"))
            }
            environment::Store::Postgres => {
                let cluster = environment::cluster_url();
                let name = format!("chandlery_story_{}", uuid::Uuid::new_v4().simple());
                run(&cluster, &format!("CREATE DATABASE {name}")).await;
                let (server, _) = cluster.rsplit_once('/').expect("the URL names a database");
                Self::Database {
                    url: format!("{server}/{name}"),
                    name,
                }
            }
        }
    }

    /// Opens the store, which the first time creates it.
    pub(crate) async fn open(&self) -> Store {
        match self {
            Self::Folder(folder) => Store::open(folder.path()).expect("the store opens"),
            Self::Database { url, .. } => {
                // Few connections, because many tests run at once.
                let options = PostgresOptions {
                    connections: 4,
                    ..PostgresOptions::default()
                };
                Store::connect(url, &options).await.expect("the store opens")
            }
        }
    }

    /// Removes a database; a folder goes by itself.
    pub(crate) async fn remove(&self) {
        if let Self::Database { name, .. } = self {
            run(
                &environment::cluster_url(),
                &format!("DROP DATABASE {name} WITH (FORCE)"),
            )
            .await;
        }
    }
}

async fn run(cluster: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(cluster, NoTls)
        .await
        .expect("PostgreSQL answers");
    let connection = tokio::spawn(connection);
    client
        .batch_execute(sql)
        .await
        .expect("a superuser makes and drops databases");
    drop(client);
    connection
        .await
        .expect("the connection does not panic")
        .expect("the connection ends in order");
}
