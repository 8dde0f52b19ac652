//! What SQLite alone does: group commit, its failure, and files that are not ours.

use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use rusqlite::Connection;
use tempfile::tempdir;
use tokio::task::{JoinHandle, JoinSet};

use super::Sqlite;
use super::open::migrate;
use crate::migrations::{MIGRATIONS, Migration};
use crate::tests::{Notes, TestStore, Told, add_one, count, create_counter};
use crate::{OpenError, Store, StoreError};

/// Starts a step that holds the writer until the returned sender is dropped.
async fn hold_the_writer(store: &Store) -> (Sender<()>, JoinHandle<()>) {
    let (release, released) = channel::<()>();
    let (started, has_started) = tokio::sync::oneshot::channel();
    let mut started = Some(started);
    let holder = store.clone();
    let held = tokio::spawn(async move {
        let held = holder.step(move |_| {
            if let Some(started) = started.take() {
                started.send(()).unwrap();
            }
            let _ = released.recv();
            Ok::<_, StoreError>(())
        });
        held.await.unwrap().unwrap();
    });
    has_started.await.unwrap();
    (release, held)
}

/// Waits until `count` transactions stand behind the one that holds the writer.
async fn queued(store: &Store, count: usize) {
    while store.queued() < count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn requests_that_queue_while_the_writer_is_busy_share_one_commit() {
    let store = TestStore::sqlite();
    create_counter(&store, &["a"]).await;
    let notes = Notes::of(&store);
    let before = store.commits();
    let (release, held) = hold_the_writer(&store).await;
    let mut steps = JoinSet::new();
    for _ in 0..100 {
        let store = store.clone();
        steps.spawn(async move { store.step(|tx| add_one(tx, "a")).await.unwrap().unwrap() });
    }
    queued(&store, 100).await;

    drop(release);
    steps.join_all().await;
    held.await.unwrap();

    assert_eq!(store.read(|tx| count(tx, "a")).await.unwrap().unwrap(), 100);
    assert_eq!(
        store.commits() - before,
        1,
        "the one that held the writer took the others along"
    );
    assert_eq!(notes.told(), [Told::Committed { transactions: 100 }]);
}

#[tokio::test]
async fn a_refused_neighbour_is_undone_alone() {
    let store = TestStore::sqlite();
    create_counter(&store, &["a"]).await;
    let (release, held) = hold_the_writer(&store).await;
    let before = store.step(|tx| add_one(tx, "a"));
    let refused = store.step(|tx| {
        add_one(tx, "a").unwrap();
        Err::<(), _>("no")
    });
    let after = store.step(|tx| add_one(tx, "a"));

    let release = async { drop(release) };
    let (before, refused, after, ()) = tokio::join!(before, refused, after, release);
    held.await.unwrap();

    assert_eq!(before.unwrap().unwrap(), 1);
    assert_eq!(refused.unwrap(), Err("no"));
    assert_eq!(after.unwrap().unwrap(), 2);
}

#[tokio::test]
async fn when_the_commit_fails_everybody_of_the_batch_is_told_and_nothing_is_kept() {
    let store = TestStore::sqlite();
    create_counter(&store, &["a"]).await;
    let created = store.step(|tx| {
        tx.execute("CREATE TABLE parent (id BIGINT PRIMARY KEY)", &[])?;
        tx.execute(
            "CREATE TABLE child (parent BIGINT REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)",
            &[],
        )
    });
    created.await.unwrap().unwrap();
    let (release, held) = hold_the_writer(&store).await;

    // A deferred rule is looked at by COMMIT alone, which is why our schema has none.
    let orphan = store.step(|tx| tx.execute("INSERT INTO child (parent) VALUES (1)", &[]));
    let refused = store.step(|_| Err::<(), _>("no"));
    let neighbour = store.step(|tx| add_one(tx, "a"));
    let batch = async { tokio::join!(orphan, refused, neighbour) };
    let release = async { drop(release) };
    let ((orphan, refused, neighbour), ()) = tokio::join!(batch, release);

    assert!(orphan.unwrap_err().is_retryable());
    assert!(refused.unwrap_err().is_retryable());
    assert!(neighbour.unwrap_err().is_retryable());
    held.await.unwrap_err();
    assert_eq!(store.read(|tx| count(tx, "a")).await.unwrap().unwrap(), 0);
    assert_eq!(store.step(|tx| add_one(tx, "a")).await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn a_full_disk_costs_its_batch_and_nobody_else() {
    let store = TestStore::sqlite();
    create_counter(&store, &["a"]).await;
    let created = store.step(|tx| tx.execute("CREATE TABLE load (piece BLOB)", &[]));
    created.await.unwrap().unwrap();
    // As much as there is now, and no page more: to SQLite the same as a full disk.
    limit_pages(&store, "PRAGMA max_page_count = 1").await;
    let (release, held) = hold_the_writer(&store).await;
    let before = store.step(|tx| add_one(tx, "a"));
    let large = store.step(|tx| tx.execute("INSERT INTO load (piece) VALUES (randomblob(1048576))", &[]));
    let after = store.step(|tx| add_one(tx, "a"));

    let release = async { drop(release) };
    let (before, large, after, ()) = tokio::join!(before, large, after, release);
    let held = held.await;

    assert!(large.unwrap_err().is_retryable());
    let counted = [before, after].map(|it| {
        it.inspect_err(|error| assert!(error.is_retryable(), "{error:?}"))
            .is_ok()
    });
    assert!(held.is_ok() || !counted[0], "they share a commit");
    let acknowledged = i64::from(counted[0]) + i64::from(counted[1]);
    let found = store.read(|tx| count(tx, "a")).await.unwrap().unwrap();
    assert_eq!(found, acknowledged);

    limit_pages(&store, "PRAGMA max_page_count = 1073741823").await;
    let large = store.step(|tx| tx.execute("INSERT INTO load (piece) VALUES (randomblob(1048576))", &[]));
    assert_eq!(large.await.unwrap().unwrap(), 1);
    let one_more = store.step(|tx| add_one(tx, "a")).await.unwrap().unwrap();
    assert_eq!(one_more, acknowledged + 1);
}

async fn limit_pages(store: &Store, sql: &'static str) {
    let limited = store.step(move |tx| tx.one(sql, &[], |row| row.integer(0)));
    limited.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_full_queue_is_told_at_once() {
    let store = TestStore::sqlite();
    let (release, held) = hold_the_writer(&store).await;
    let mut steps = JoinSet::new();
    for _ in 0..super::QUEUE_LENGTH_MAX {
        let store = store.clone();
        steps.spawn(async move { store.step(|_| Ok::<_, ()>(())).await.unwrap().unwrap() });
    }
    queued(&store, super::QUEUE_LENGTH_MAX).await;

    let refused = store.step(|_| Ok::<_, ()>(())).await;

    assert!(matches!(refused, Err(StoreError::Overloaded)));
    drop(release);
    steps.join_all().await;
    held.await.unwrap();
}

#[tokio::test]
async fn a_store_opened_again_holds_what_it_held() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    create_counter(&store, &["a"]).await;
    store.step(|tx| add_one(tx, "a")).await.unwrap().unwrap();
    drop(store);
    assert!(
        !folder.path().join("chandlery.db-wal").exists(),
        "closing leaves one file"
    );

    let store = Store::open(folder.path()).unwrap();

    assert_eq!(store.read(|tx| count(tx, "a")).await.unwrap().unwrap(), 1);
}

#[test]
fn views_that_readers_keep_are_not_in_the_way_when_the_log_is_cut() {
    let folder = tempdir().unwrap();
    let store = Sqlite::open(folder.path()).unwrap();
    let read = || store.read(|tx| tx.find_installation()).unwrap().unwrap();
    let connection = Connection::open(folder.path().join("chandlery.db")).unwrap();
    connection.busy_timeout(Duration::ZERO).unwrap();
    let cut = || connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));

    read();
    let someone_was_in_the_way = store.readers.without_views(|| {
        read();
        cut()
    });

    assert_eq!(someone_was_in_the_way, Ok(false));
    read();
    read();
}

#[test]
fn a_view_that_was_in_use_when_all_were_ended_ends_with_its_query() {
    let folder = tempdir().unwrap();
    let store = Sqlite::open(folder.path()).unwrap();
    let connection = Connection::open(folder.path().join("chandlery.db")).unwrap();
    connection.busy_timeout(Duration::ZERO).unwrap();
    let cut = || connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));

    store
        .read(|tx| {
            tx.find_installation().unwrap();
            store.readers.end_views();
        })
        .unwrap();

    assert_eq!(cut(), Ok(false));
}

#[test]
fn a_query_that_fails_leaves_no_view_behind() {
    let folder = tempdir().unwrap();
    let store = Sqlite::open(folder.path()).unwrap();
    let missing = store.read(|tx| tx.one("SELECT 1 FROM nowhere", &[], |row| row.integer(0)));
    assert!(missing.is_err());
    store.read(|_| panic!("on purpose")).unwrap_err();
    assert!(store.read(|tx| tx.find_installation()).unwrap().is_ok());
}

#[test]
fn a_file_that_is_not_a_database_is_refused() {
    let folder = tempdir().unwrap();
    std::fs::write(
        folder.path().join("chandlery.db"),
        "a letter to my bank\n".repeat(100),
    )
    .unwrap();

    let refused = Store::open(folder.path()).err().unwrap();

    assert!(matches!(refused, OpenError::NotADatabase { .. }), "{refused:?}");
}

#[test]
fn a_folder_that_is_not_there_is_refused() {
    let folder = tempdir().unwrap();

    let refused = Store::open(&folder.path().join("missing")).err().unwrap();

    assert!(matches!(refused, OpenError::Unusable { .. }), "{refused:?}");
}

#[test]
fn a_migration_that_fails_leaves_the_store_as_it_was() {
    const BROKEN: &[Migration] = &[
        Migration {
            version: 1,
            name: "0001_fine",
            text: "CREATE TABLE fine (id {text} NOT NULL)",
        },
        Migration {
            version: 2,
            name: "0002_broken",
            text: "CREATE TABLE half (id {text}); CREATE NONSENSE",
        },
    ];
    let mut connection = Connection::open_in_memory().unwrap();

    let refused = migrate(&mut connection, BROKEN, Path::new("memory")).unwrap_err();

    assert!(
        matches!(refused, OpenError::Migration { version: 2, .. }),
        "{refused:?}"
    );
    let tables = "SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table'";
    let tables: String = connection.query_row(tables, [], |row| row.get(0)).unwrap();
    assert_eq!(tables, "schema_migration,fine");
}

#[test]
fn two_stores_of_one_folder_by_turns_apply_each_migration_once() {
    let folder = tempdir().unwrap();
    for _ in 0..2 {
        drop(Store::open(folder.path()).unwrap());
    }
    let connection = Connection::open(folder.path().join("chandlery.db")).unwrap();

    let steps = connection.query_row("SELECT count(*) FROM schema_migration", [], |row| row.get(0));

    assert_eq!(steps, Ok(i64::try_from(MIGRATIONS.len()).unwrap()));
}
