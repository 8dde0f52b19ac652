//! Replacements that stop in between, and stores that somebody else has open.

use std::io::Write as _;

use tempfile::tempdir;

use super::*;
use crate::sqlite::Backup;
use crate::tests::{add_one, count, create_counter};
use crate::{Store, StoreError};

/// A store in `folder` whose counter `a` stands at `at`, closed.
async fn store_at(folder: &Path, at: i64) {
    let store = Store::open(folder).unwrap();
    create_counter(&store, &["a"]).await;
    for _ in 0..at {
        store.step(|tx| add_one(tx, "a")).await.unwrap().unwrap();
    }
    let installed = store.step(|tx| {
        tx.execute(
            "INSERT INTO installation (id, management_account_id, page_token_key, created_at)
             VALUES (1, '111122223333', x'00', 0)",
            &[],
        )
    });
    installed.await.unwrap().unwrap();
}

async fn counted(store: &Store) -> i64 {
    store.read(|tx| count(tx, "a")).await.unwrap().unwrap()
}

/// The counter of the store that is kept as it was before a replacement.
async fn counted_before(folder: &Path) -> i64 {
    let elsewhere = tempdir().unwrap();
    for end in ["", "-wal"] {
        let kept = beside(&folder.join(BEFORE), end);
        if kept.exists() {
            std::fs::copy(kept, beside(&elsewhere.path().join(FILE_NAME), end)).unwrap();
        }
    }
    counted(&Store::open(elsewhere.path()).unwrap()).await
}

/// The store of `from`, staged in `folder` and checked.
fn staged(folder: &Path, from: &Path) -> Replacement {
    let replacement = Replacement::begin(folder).unwrap();
    let copy = folder.join("copy");
    Backup::of(from).unwrap().write(&copy).unwrap();
    let mut file = replacement.file().unwrap();
    file.write_all(&std::fs::read(&copy).unwrap()).unwrap();
    std::fs::remove_file(copy).unwrap();
    replacement.check().unwrap();
    replacement
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn the_store_is_the_old_one_or_the_new_one_wherever_a_replacement_stops() {
    for steps in 0..=5 {
        let (folder, other) = (tempdir().unwrap(), tempdir().unwrap());
        store_at(folder.path(), 1).await;
        store_at(other.path(), 2).await;
        // One of an earlier replacement.
        std::fs::write(folder.path().join(BEFORE), "older").unwrap();
        let replacement = staged(folder.path(), other.path());
        let path = |name: &str| folder.path().join(name);
        let taken: [&dyn Fn(); 5] = [
            &|| std::fs::rename(path(STAGING).join(FILE_NAME), path(CHOSEN)).unwrap(),
            // A log, as beside a store that was not closed.
            &|| std::fs::write(path("chandlery.db-wal"), "frames").unwrap(),
            &|| std::fs::rename(path(FILE_NAME), path(BEFORE)).unwrap(),
            &|| std::fs::rename(path("chandlery.db-wal"), path("chandlery.db.before-restore-wal")).unwrap(),
            &|| std::fs::rename(path(CHOSEN), path(FILE_NAME)).unwrap(),
        ];
        for step in &taken[..steps] {
            step();
        }
        // The machine stops: nothing is cleaned up.
        std::mem::forget(replacement);

        let store = Store::open(folder.path()).unwrap();

        let expected = if steps == 0 { 1 } else { 2 };
        assert_eq!(counted(&store).await, expected, "after {steps} steps");
        drop(store);
        let mut there = vec![FILE_NAME, BEFORE];
        if steps > 1 {
            there.push("chandlery.db.before-restore-wal");
        }
        assert_eq!(names(folder.path()), there, "after {steps} steps");
        if steps == 1 {
            assert_eq!(counted_before(folder.path()).await, 1);
        }
    }
}

#[tokio::test]
async fn a_store_that_another_program_reads_stays() {
    let (folder, other) = (tempdir().unwrap(), tempdir().unwrap());
    store_at(folder.path(), 1).await;
    store_at(other.path(), 2).await;
    let reader = Connection::open(folder.path().join(FILE_NAME)).unwrap();
    reader
        .execute_batch("PRAGMA journal_mode = WAL; BEGIN; SELECT count(*) FROM installation")
        .unwrap();
    let replacement = staged(folder.path(), other.path());

    let refused = replacement.replace().unwrap_err();

    assert!(matches!(refused, ReplaceError::InUse { .. }), "{refused:?}");
    drop(reader);
    assert_eq!(counted(&Store::open(folder.path()).unwrap()).await, 1);
    assert_eq!(names(folder.path()), [FILE_NAME]);
}

#[tokio::test]
async fn a_damaged_store_is_replaced_and_kept() {
    let (folder, other) = (tempdir().unwrap(), tempdir().unwrap());
    store_at(other.path(), 2).await;
    for damage in ["a letter to my bank\n".repeat(1000), String::new()] {
        std::fs::write(folder.path().join(FILE_NAME), &damage).unwrap();
        std::fs::write(folder.path().join("chandlery.db-wal"), "frames").unwrap();

        let before = staged(folder.path(), other.path()).replace().unwrap().unwrap();

        let store = Store::open(folder.path()).unwrap();
        assert_eq!(counted(&store).await, 2);
        if !damage.is_empty() {
            assert_eq!(std::fs::read_to_string(before).unwrap(), damage);
        }
    }
}

#[tokio::test]
async fn a_store_of_a_newer_release_is_refused() {
    let (folder, other) = (tempdir().unwrap(), tempdir().unwrap());
    store_at(other.path(), 2).await;
    let opened = Connection::open(other.path().join(FILE_NAME)).unwrap();
    opened
        .execute_batch("INSERT INTO schema_migration VALUES (999, '0999_wings', 'x', 0)")
        .unwrap();
    drop(opened);
    let replacement = Replacement::begin(folder.path()).unwrap();
    let mut file = replacement.file().unwrap();
    file.write_all(&std::fs::read(other.path().join(FILE_NAME)).unwrap())
        .unwrap();

    let refused = replacement.check().unwrap_err();

    assert!(
        matches!(
            refused,
            ReplaceError::Unusable(OpenError::NewerSchema { found: 999, .. })
        ),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_long_read_holds_up_no_write() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let created = store.step(|tx| tx.execute("CREATE TABLE load (piece BLOB)", &[]));
    created.await.unwrap().unwrap();
    let reader = Connection::open(folder.path().join(FILE_NAME)).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM load").unwrap();

    // More than the log may hold, for longer than until it is looked at.
    let begun = std::time::Instant::now();
    let mut slowest = Duration::ZERO;
    for n in 0.. {
        if n > 80 && begun.elapsed() > Duration::from_secs(2) {
            break;
        }
        let step = std::time::Instant::now();
        // After the log is long, small ones, so that the disk is not what is measured.
        let sql = if n < 80 {
            "INSERT INTO load (piece) VALUES (randomblob(1048576))"
        } else {
            "INSERT INTO load (piece) VALUES (x'00')"
        };
        let wrote = store.step(move |tx| tx.execute(sql, &[])).await;
        wrote.unwrap().unwrap();
        slowest = slowest.max(step.elapsed());
    }

    // A checkpoint that waits for the reader would keep the writer out for five seconds.
    assert!(slowest < Duration::from_secs(4), "{slowest:?}");
    drop(reader);
    let _: Result<u64, StoreError> = store
        .step(|tx| tx.execute("DELETE FROM load", &[]))
        .await
        .unwrap();
}
