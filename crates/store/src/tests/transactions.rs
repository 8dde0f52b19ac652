//! Transactions: all or nothing, alone with their failures, and on one view of the store.

use super::{TestStore, add_one, count, create_counter, on_every_engine};
use crate::{StoreError, Value, values};

on_every_engine!(
    every_kind_of_value_comes_back_as_it_was,
    a_column_of_another_kind_is_an_error,
    what_is_committed_is_read_next,
    a_refused_step_leaves_nothing,
    a_panic_is_its_callers_alone,
    a_read_sees_one_unchanging_view,
    increments_at_the_same_time_all_count,
    a_failed_statement_decides_whatever_the_body_makes_of_it,
    a_broken_constraint_is_named_so,
    a_conflict_runs_the_body_again,
    a_conflict_is_found_even_when_the_body_hides_it,
    a_statement_for_many_rows_tells_of_each,
);

const CREATE_KINDS: &str = "CREATE TABLE kinds (a TEXT, b BIGINT, c BOOLEAN)";
const INSERT_KINDS: &str = "INSERT INTO kinds (a, b, c) VALUES ($1, $2, $3)";
const SELECT_KINDS: &str = "SELECT a, b, c FROM kinds";
const INSERT_UNLESS_THERE: &str = "INSERT INTO counter (name, count) VALUES ($1, 0) ON CONFLICT DO NOTHING";
const INSERT_TWICE: &str = "INSERT INTO counter (name, count) VALUES ('a', 0)";

async fn every_kind_of_value_comes_back_as_it_was(store: TestStore) {
    let written = store.step(|tx| {
        tx.execute(CREATE_KINDS, &[])?;
        tx.execute(INSERT_KINDS, values!["të'xt", i64::MIN, true])?;
        let nothing: Option<String> = None;
        tx.execute(INSERT_KINDS, values![nothing, None::<i64>, None::<bool>])?;
        tx.all(SELECT_KINDS, &[], |row| {
            Ok((
                row.maybe_text(0)?.map(str::to_owned),
                row.maybe_integer(1)?,
                row.maybe_boolean(2)?,
            ))
        })
    });

    let rows = written.await.unwrap().unwrap();

    assert!(rows.contains(&(Some("të'xt".to_owned()), Some(i64::MIN), Some(true))));
    assert!(rows.contains(&(None, None, None)));
}

async fn a_column_of_another_kind_is_an_error(store: TestStore) {
    create_counter(&store, &["a"]).await;

    let read = store.read(|tx| {
        tx.all("SELECT name FROM counter", &[], |row| row.integer(0))
            .map(drop)
    });

    assert!(matches!(read.await, Err(StoreError::Corrupt { .. })));
}

async fn what_is_committed_is_read_next(store: TestStore) {
    create_counter(&store, &["a"]).await;
    for expected in 1..=20 {
        store.step(|tx| add_one(tx, "a")).await.unwrap().unwrap();
        assert_eq!(store.read(|tx| count(tx, "a")).await.unwrap().unwrap(), expected);
    }
}

async fn a_refused_step_leaves_nothing(store: TestStore) {
    create_counter(&store, &["a"]).await;

    let refused = store.step(|tx| {
        add_one(tx, "a").unwrap();
        Err::<(), _>("no")
    });

    assert_eq!(refused.await.unwrap(), Err("no"));
    assert_eq!(store.read(|tx| count(tx, "a")).await.unwrap().unwrap(), 0);
}

async fn a_panic_is_its_callers_alone(store: TestStore) {
    create_counter(&store, &["a"]).await;
    let panicking = store.step(|tx| -> Result<(), StoreError> {
        add_one(tx, "a")?;
        panic!("on purpose");
    });
    let neighbour = store.step(|tx| add_one(tx, "a"));

    let (panicked, added) = tokio::join!(panicking, neighbour);

    assert!(matches!(panicked, Err(StoreError::Panicked { message }) if message == "on purpose"));
    assert_eq!(added.unwrap().unwrap(), 1);
    let reading = store.read(|_| panic!("on purpose"));
    assert!(matches!(reading.await, Err::<(), _>(StoreError::Panicked { .. })));
}

async fn a_read_sees_one_unchanging_view(store: TestStore) {
    create_counter(&store, &["a"]).await;
    let (tell_reader, written) = std::sync::mpsc::channel::<()>();
    let (tell_writer, has_read) = std::sync::mpsc::channel();
    let writer = store.clone();
    let runtime = tokio::runtime::Handle::current();
    let writing = std::thread::spawn(move || {
        has_read.recv().unwrap();
        runtime
            .block_on(writer.step(|tx| add_one(tx, "a")))
            .unwrap()
            .unwrap();
        tell_reader.send(()).unwrap();
    });
    let reader = store.clone();

    let seen = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(reader.read(move |tx| {
            let before = count(tx, "a").unwrap();
            tell_writer.send(()).unwrap();
            written.recv().unwrap();
            (before, count(tx, "a").unwrap())
        }))
    });
    let seen = tokio::task::spawn_blocking(|| seen.join().unwrap())
        .await
        .unwrap();

    assert_eq!(seen.unwrap(), (0, 0));
    writing.join().unwrap();
    assert_eq!(store.read(|tx| count(tx, "a")).await.unwrap().unwrap(), 1);
}

async fn increments_at_the_same_time_all_count(store: TestStore) {
    create_counter(&store, &["a"]).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = store.clone();
        tasks.spawn(async move {
            for _ in 0..5 {
                store.step(|tx| add_one(tx, "a")).await.unwrap().unwrap();
            }
        });
    }
    tasks.join_all().await;

    assert_eq!(store.read(|tx| count(tx, "a")).await.unwrap().unwrap(), 40);
}

async fn a_failed_statement_decides_whatever_the_body_makes_of_it(store: TestStore) {
    create_counter(&store, &["a"]).await;

    let swallowed = store.step(|tx| {
        add_one(tx, "a")?;
        let _ = tx.execute("INSERT INTO nowhere VALUES ($1)", &[Value::Integer(1)]);
        Ok::<_, StoreError>(())
    });

    assert!(matches!(swallowed.await, Err(StoreError::Statement { .. })));
    assert_eq!(store.read(|tx| count(tx, "a")).await.unwrap().unwrap(), 0);
}

async fn a_broken_constraint_is_named_so(store: TestStore) {
    create_counter(&store, &["a"]).await;

    let broken = store.step(|tx| tx.execute(INSERT_TWICE, &[]));

    assert!(matches!(broken.await, Err(StoreError::Constraint { .. })));
}

async fn a_conflict_runs_the_body_again(store: TestStore) {
    create_counter(&store, &["a"]).await;
    store.faults().conflict_at(2);

    let mut runs = 0;
    let added = store.step(move |tx| {
        runs += 1;
        add_one(tx, "a").map(|count| (count, runs))
    });

    assert_eq!(added.await.unwrap().unwrap(), (1, 2));
}

async fn a_conflict_is_found_even_when_the_body_hides_it(store: TestStore) {
    create_counter(&store, &["a"]).await;
    store.faults().conflict_at(2);

    let added = store.step(|tx| add_one(tx, "a").map_err(|_| "hidden"));

    assert_eq!(added.await.unwrap(), Ok(1));
}

async fn a_statement_for_many_rows_tells_of_each(store: TestStore) {
    create_counter(&store, &["250", "270"]).await;

    let inserted = store.step(|tx| {
        let names: Vec<String> = (0..300).map(|it| it.to_string()).collect();
        let rows: Vec<_> = names.iter().map(|it| vec![Value::Text(it)]).collect();
        tx.execute_each(INSERT_UNLESS_THERE, &rows)
    });

    let inserted = inserted.await.unwrap().unwrap();
    let there: Vec<usize> = (0..300).filter(|it| inserted[*it] == 0).collect();
    assert_eq!(inserted.len(), 300);
    assert_eq!(there, [250, 270]);
}
