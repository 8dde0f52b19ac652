//! Where a test's store lies: a folder or a database of its own, gone with the test.
//!
//! Invariant: nothing of one test is seen by another. Deliberately absent: a store that is shared for speed.

use engine::Engine;
use store::{PostgresOptions, Store, testing::TestDatabase};
use tempfile::TempDir;

use crate::environment;

/// The place of one test's store. Dropping it removes what is there; nothing is open on it any more by then.
pub(crate) enum Place {
    Folder(TempDir),
    Database(TestDatabase),
}

impl Place {
    /// A new place without rows on the store of this run.
    pub(crate) async fn new() -> Self {
        match environment::store() {
            environment::Store::Embedded => {
                Self::Folder(tempfile::tempdir().expect("a temporary folder can be made"))
            }
            environment::Store::Postgres => Self::Database(TestDatabase::migrated().await),
        }
    }

    /// Opens the store, which in a folder the first time creates it.
    pub(crate) async fn open(&self) -> Store {
        match self {
            Self::Folder(folder) => Store::open(folder.path()).expect("the store opens"),
            Self::Database(database) => {
                // Few connections, because many tests run at once.
                let options = PostgresOptions {
                    connections: 4,
                    ..PostgresOptions::default()
                };
                Store::connect(&database.url, &options)
                    .await
                    .expect("the store opens")
            }
        }
    }

    /// Does about leases what a server that starts does: in a folder it is the only one, so nobody else can hold any;
    /// on a database others may.
    pub(crate) async fn release_leases(&self, engine: &Engine) {
        if let Self::Folder(_) = self {
            engine.release_jobs().await.expect("the store answers");
        }
    }
}
