//! A fresh store per test, and a table of counters to try things on.

use tempfile::TempDir;

use crate::testing::TestDatabase;
use crate::{PostgresOptions, ReadTx, Store, StoreError, WriteTx, values};

/// A store that is gone when this is dropped. Derefs to the [`Store`].
pub(crate) struct TestStore {
    /// `None` only while it is being dropped, which closes it before what it lies on goes away.
    store: Option<Store>,
    _place: Place,
}

enum Place {
    Folder { _folder: TempDir },
    Database { _database: TestDatabase },
}

impl TestStore {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Some(Store::open(folder.path()).unwrap());
        Self {
            store,
            _place: Place::Folder { _folder: folder },
        }
    }

    pub(crate) async fn postgres() -> Self {
        Self::postgres_with(&PostgresOptions::default()).await
    }

    pub(crate) async fn postgres_with(options: &PostgresOptions) -> Self {
        let database = TestDatabase::migrated().await;
        // Few connections, because many tests run at once.
        let options = PostgresOptions {
            connections: 4,
            ..options.clone()
        };
        let store = Some(Store::connect(&database.url, &options).await.unwrap());
        Self {
            store,
            _place: Place::Database { _database: database },
        }
    }
}

impl std::ops::Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        self.store.as_ref().unwrap()
    }
}

impl Drop for TestStore {
    fn drop(&mut self) {
        drop(self.store.take());
    }
}

/// Makes one test per engine of each `async fn name(store: TestStore)`.
macro_rules! on_every_engine {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::tests::TestStore::sqlite()).await;
            })+
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::tests::TestStore::postgres().await).await;
            })+
        }
    };
}

pub(crate) use on_every_engine;

const CREATE: &str = "CREATE TABLE counter (name TEXT NOT NULL PRIMARY KEY, count BIGINT NOT NULL)";
const INSERT: &str = "INSERT INTO counter (name, count) VALUES ($1, 0)";
const FIND: &str = "SELECT count FROM counter WHERE name = $1";
const PUT: &str = "UPDATE counter SET count = $1 WHERE name = $2";

/// Creates the counters `names`, at zero.
pub(crate) async fn create_counter(store: &Store, names: &'static [&'static str]) {
    let created = store.step(move |tx| {
        tx.execute(CREATE, &[])?;
        for name in names {
            tx.execute(INSERT, values![name])?;
        }
        Ok::<_, StoreError>(())
    });
    created.await.unwrap().unwrap();
}

/// Reads a counter and writes one more.
pub(crate) fn add_one(tx: &WriteTx<'_>, name: &str) -> Result<i64, StoreError> {
    let count = count(tx, name)? + 1;
    tx.execute(PUT, values![count, name])?;
    Ok(count)
}

pub(crate) fn count(tx: &ReadTx<'_>, name: &str) -> Result<i64, StoreError> {
    tx.one(FIND, values![name], |row| row.integer(0))
}
