//! What PostgreSQL alone does: commits without an answer, lost connections, replicas, and servers that are not there.

mod proxy;
mod retry;

use std::time::Duration;

use tokio_postgres::NoTls;

use self::proxy::{Fault, Proxy};
use super::PostgresOptions;
use crate::testing::TestDatabase;
use crate::tests::{Notes, TestStore, Told, add_one, count, create_counter};
use crate::{CommandOutcome, OpenError, RequestKey, RetryCause, Store, StoreError, WriteTx, values};

fn options() -> PostgresOptions {
    PostgresOptions {
        connections: 2,
        round_trip_limit: Duration::from_secs(2),
        ..PostgresOptions::default()
    }
}

/// A store on a database of its own, behind a proxy.
struct Proxied {
    store: Store,
    proxy: Proxy,
    database: TestDatabase,
}

impl Proxied {
    async fn open() -> Self {
        let database = TestDatabase::migrated().await;
        let proxy = Proxy::to(database.address());
        let url = database
            .url
            .replace(database.address(), &proxy.address.to_string());
        let store = Store::connect(&url, &options()).await.unwrap();
        create_counter(&store, &["a"]).await;
        Self {
            store,
            proxy,
            database,
        }
    }

    async fn count(&self) -> i64 {
        self.store.read(|tx| count(tx, "a")).await.unwrap().unwrap()
    }
}

fn request(token: Option<&str>) -> RequestKey {
    RequestKey {
        scope: "scope".to_owned(),
        token: token.map(str::to_owned),
        fingerprint: [7; 32],
        now_us: 1_000,
        expires_at_us: 2_000,
    }
}

fn add(tx: &WriteTx<'_>) -> Result<Vec<u8>, StoreError> {
    Ok(add_one(tx, "a")?.to_string().into_bytes())
}

#[tokio::test]
async fn a_commit_without_an_answer_is_carried_out_exactly_once() {
    let proxied = Proxied::open().await;
    let notes = Notes::of(&proxied.store);
    let faults = [
        Fault::CutBeforeCommit,
        Fault::CutAfterCommit,
        Fault::SilenceAfterCommit,
    ];
    for (expected, fault) in (1..).zip(faults) {
        proxied.proxy.suffer(fault);

        let outcome = proxied.store.command(request(None), add).await.unwrap();

        assert!(proxied.proxy.has_suffered());
        let CommandOutcome::Done(answer) = outcome else {
            panic!("{fault:?}: {outcome:?}");
        };
        assert_eq!(answer, format!("{expected}").into_bytes(), "{fault:?}");
        assert_eq!(proxied.count().await, expected, "{fault:?}");
    }
    let told = notes.told();
    let is_retry = |it: &&Told| **it == Told::Retried(RetryCause::CommitUnanswered);
    assert_eq!(told.iter().filter(is_retry).count(), faults.len(), "{told:?}");
}

#[tokio::test]
async fn a_token_finds_the_answer_of_a_commit_that_was_never_heard() {
    let proxied = Proxied::open().await;
    proxied.proxy.suffer(Fault::CutAfterCommit);

    let outcome = proxied.store.command(request(Some("t")), add).await.unwrap();

    assert!(matches!(outcome, CommandOutcome::Replayed(answer) if answer == b"1"));
    assert_eq!(proxied.count().await, 1);
}

#[tokio::test]
async fn a_store_that_is_closed_does_not_wait_for_a_database_that_is_gone() {
    let database = TestDatabase::migrated().await;
    let store = Store::connect(&database.url, &options()).await.unwrap();
    create_counter(&store, &["a"]).await;
    let (tell_body, database_is_gone) = std::sync::mpsc::channel::<()>();
    let (tell_test, has_written) = tokio::sync::oneshot::channel();
    let mut tell_test = Some(tell_test);
    let writer = store.clone();
    let writing = tokio::spawn(async move {
        let written = writer.step(move |tx| {
            let added = add_one(tx, "a");
            if let Some(tell_test) = tell_test.take() {
                tell_test.send(()).unwrap();
                database_is_gone.recv().unwrap();
            }
            added
        });
        written.await.map(drop)
    });
    has_written.await.unwrap();
    drop(database);
    tell_body.send(()).unwrap();
    writing.abort();
    let _ = writing.await;

    let begun = std::time::Instant::now();
    tokio::task::spawn_blocking(move || drop(store)).await.unwrap();

    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_connection_that_died_while_idle_is_replaced_unnoticed() {
    let proxied = Proxied::open().await;
    let before = proxied.proxy.connections();
    proxied
        .database
        .run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await;

    let added = proxied.store.step(|tx| add_one(tx, "a")).await;

    assert_eq!(added.unwrap().unwrap(), 1);
    assert!(proxied.proxy.connections() > before);
}

#[tokio::test]
async fn a_request_row_without_an_answer_counts_as_absent() {
    const LEFT_BEHIND: &str =
        "INSERT INTO request (scope, token, fingerprint, expires_at) VALUES ('scope', 't', $1, 2000)";
    let store = TestStore::postgres().await;
    create_counter(&store, &["a"]).await;
    let other_input: [u8; 32] = [9; 32];
    let left = store.step(move |tx| tx.execute(LEFT_BEHIND, values![other_input]));
    left.await.unwrap().unwrap();

    let outcome = store.command(request(Some("t")), add).await.unwrap();

    assert!(matches!(outcome, CommandOutcome::Done(answer) if answer == b"1"));
}

#[tokio::test]
async fn unprepared_statements_do_the_same() {
    let unprepared = PostgresOptions {
        prepared: false,
        ..options()
    };
    let store = TestStore::postgres_with(&unprepared).await;
    create_counter(&store, &["a"]).await;

    for expected in 1..=3 {
        let outcome = store.command(request(None), add).await.unwrap();
        assert!(
            matches!(outcome, CommandOutcome::Done(answer) if answer == expected.to_string().into_bytes())
        );
    }
    let nothing = store.step(|tx| {
        tx.maybe_one("SELECT $1", values![None::<String>], |row| {
            Ok(row.maybe_text(0)?.map(str::to_owned))
        })
    });
    assert_eq!(nothing.await.unwrap().unwrap(), Some(None));
}

#[tokio::test]
async fn a_value_of_another_kind_than_its_parameter_is_an_error() {
    let store = TestStore::postgres().await;
    create_counter(&store, &["a"]).await;

    let wrong = store.step(|tx| tx.execute("UPDATE counter SET count = $1", values!["one"]));

    assert!(matches!(wrong.await, Err(StoreError::Statement { .. })));
    assert_eq!(store.read(|tx| count(tx, "a")).await.unwrap().unwrap(), 0);
}

#[tokio::test]
async fn leases_are_claimed_once() {
    const TAKE: &str = "UPDATE counter SET count = count + 1 WHERE count = 0 AND name = $1";
    let store = TestStore::postgres().await;
    create_counter(&store, &["a"]).await;
    let mut claims = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let store = store.clone();
        claims.spawn(async move {
            store
                .claim(|tx| tx.execute(TAKE, values!["a"]))
                .await
                .unwrap()
                .unwrap()
        });
    }

    let taken: u64 = claims.join_all().await.into_iter().sum();

    assert_eq!(taken, 1);
}

#[tokio::test]
async fn replicas_that_start_at_once_apply_each_migration_once() {
    let database = TestDatabase::empty().await;
    let mut starts = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let url = database.url.clone();
        starts.spawn(async move { Store::connect(&url, &options()).await.map(drop) });
    }

    for started in starts.join_all().await {
        started.unwrap();
    }
}

#[tokio::test]
async fn a_database_of_a_newer_binary_is_refused() {
    let database = TestDatabase::migrated().await;
    drop(Store::connect(&database.url, &options()).await.unwrap());
    database
        .run("INSERT INTO schema_migration VALUES (999, '0999_later', 'x', 0)")
        .await;

    let refused = Store::connect(&database.url, &options()).await.err().unwrap();

    assert!(
        matches!(refused, OpenError::NewerSchema { found: 999, .. }),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_so_within_the_limit() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    // It accepts, and never says a word.
    let url = format!("postgres://user@{}/database", nobody.local_addr().unwrap());
    let impatient = PostgresOptions {
        connect_limit: Duration::from_millis(200),
        ..options()
    };

    let refused = Store::connect(&url, &impatient).await.err().unwrap();

    assert!(matches!(refused, OpenError::Unreachable { .. }), "{refused:?}");
}

#[tokio::test]
async fn the_first_of_several_hosts_that_answers_is_used() {
    let database = TestDatabase::migrated().await;
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let hosts = format!("{},{}", silent.local_addr().unwrap(), database.address());
    let url = database.url.replace(database.address(), &hosts);

    let store = Store::connect(&url, &options()).await.unwrap();

    create_counter(&store, &["a"]).await;
}

#[tokio::test]
async fn a_url_of_another_kind_is_refused() {
    let refused = Store::connect("mysql://localhost/x", &options())
        .await
        .err()
        .unwrap();

    assert!(matches!(refused, OpenError::Url { .. }), "{refused:?}");
}

#[tokio::test]
async fn tls_is_not_silently_left_out() {
    let database = TestDatabase::migrated().await;
    let url = format!("{}?sslmode=require", database.url);

    let refused = Store::connect(&url, &options()).await.err().unwrap();

    assert!(matches!(refused, OpenError::Unreachable { .. }), "{refused:?}");
}

impl TestDatabase {
    /// Its server's host and port, as they stand in the URL.
    fn address(&self) -> &str {
        let (_, after_scheme) = self.url.split_once("://").unwrap();
        let (authority, _) = after_scheme.split_once('/').unwrap();
        authority
            .rsplit_once('@')
            .map_or(authority, |(_, address)| address)
    }

    /// Runs `sql` beside the store.
    async fn run(&self, sql: &str) {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(sql).await.unwrap();
    }
}
