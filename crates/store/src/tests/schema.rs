//! What is in a place that was not opened.

use crate::testing::TestDatabase;
use crate::{FoundSchema, OpenError, PostgresOptions, Store};

#[test]
fn a_folder_is_looked_at_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Store::find_schema(folder.path()).unwrap(), None);
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);

    let path = folder.path().join("chandlery.db");
    std::fs::write(&path, "").unwrap();
    assert_eq!(Store::find_schema(folder.path()).unwrap(), None);
    assert_eq!(path.metadata().unwrap().len(), 0);

    drop(Store::open(folder.path()).unwrap());
    assert_eq!(
        Store::find_schema(folder.path()).unwrap(),
        Some(FoundSchema::CURRENT)
    );
}

#[test]
fn an_older_schema_is_told_and_not_changed_and_a_newer_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path()).unwrap());
    let ledger = rusqlite::Connection::open(folder.path().join("chandlery.db")).unwrap();
    let newest = FoundSchema::CURRENT.version;

    ledger
        .execute("DELETE FROM schema_migration WHERE version = ?1", [newest])
        .unwrap();
    let older = FoundSchema {
        version: newest - 1,
        is_current: false,
    };
    for _ in 0..2 {
        assert_eq!(Store::find_schema(folder.path()).unwrap(), Some(older));
    }

    let insert = "INSERT INTO schema_migration (version, name, checksum, applied_at) VALUES (?1, '', '', 0)";
    ledger.execute(insert, [newest + 1]).unwrap();
    let refused = Store::find_schema(folder.path()).unwrap_err();
    assert!(matches!(refused, OpenError::NewerSchema { .. }), "{refused}");
}

#[tokio::test]
async fn a_database_is_looked_at_and_left_as_it_is() {
    let options = PostgresOptions::default();
    let empty = TestDatabase::empty().await;
    for _ in 0..2 {
        assert_eq!(Store::find_schema_at(&empty.url, &options).await.unwrap(), None);
    }
    let migrated = TestDatabase::migrated().await;
    let found = Store::find_schema_at(&migrated.url, &options).await.unwrap();
    assert_eq!(found, Some(FoundSchema::CURRENT));
}

#[test]
fn a_place_has_no_password() {
    for (url, place) in [
        ("postgres://it:secret@one/store", "one:5432/store"),
        (
            "postgres://it:secret@one:6000,two:6001/store",
            "one:6000,two:6001/store",
        ),
        ("postgres://it@one", "one:5432/it"),
        (
            "host=/run/postgresql user=it password=secret",
            "/run/postgresql:5432/it",
        ),
    ] {
        assert_eq!(Store::postgres_place(url).unwrap(), place);
    }
}
