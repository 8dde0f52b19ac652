//! Commands: carried out once, however often they are asked for.

use super::{TestStore, add_one, count, create_counter, on_every_engine};
use crate::{CommandOutcome, RequestKey, StoreError, WriteTx};

on_every_engine!(
    a_command_with_a_token_is_carried_out_once,
    a_token_with_other_input_is_told_apart,
    a_token_belongs_to_its_scope,
    a_refused_command_leaves_its_token_free,
    an_expired_answer_counts_as_absent,
    commands_without_a_token_are_never_replays,
    two_requests_with_one_token_at_the_same_time_change_once,
    expired_answers_can_be_removed,
);

fn request(token: Option<&str>) -> RequestKey {
    RequestKey {
        scope: "111122223333/eu-west-1/CreatePortfolio".to_owned(),
        token: token.map(str::to_owned),
        fingerprint: [7; 32],
        now_us: 1_000,
        expires_at_us: 2_000,
    }
}

fn add(tx: &WriteTx<'_>) -> Result<Vec<u8>, StoreError> {
    Ok(add_one(tx, "a")?.to_string().into_bytes())
}

fn done(answer: &str) -> CommandOutcome<StoreError> {
    CommandOutcome::Done(answer.as_bytes().to_vec())
}

fn replayed(answer: &str) -> CommandOutcome<StoreError> {
    CommandOutcome::Replayed(answer.as_bytes().to_vec())
}

#[track_caller]
fn assert_same(left: CommandOutcome<StoreError>, right: CommandOutcome<StoreError>) {
    assert_eq!(format!("{left:?}"), format!("{right:?}"));
}

async fn a_command_with_a_token_is_carried_out_once(store: TestStore) {
    create_counter(&store, &["a"]).await;

    assert_same(store.command(request(Some("t")), add).await.unwrap(), done("1"));
    assert_same(
        store.command(request(Some("t")), add).await.unwrap(),
        replayed("1"),
    );

    assert_eq!(store.read(|tx| count(tx, "a")).await.unwrap().unwrap(), 1);
}

async fn a_token_with_other_input_is_told_apart(store: TestStore) {
    create_counter(&store, &["a"]).await;
    store.command(request(Some("t")), add).await.unwrap();
    let other = RequestKey {
        fingerprint: [8; 32],
        ..request(Some("t"))
    };

    assert_same(
        store.command(other, add).await.unwrap(),
        CommandOutcome::TokenReused,
    );
}

async fn a_token_belongs_to_its_scope(store: TestStore) {
    create_counter(&store, &["a"]).await;
    store.command(request(Some("t")), add).await.unwrap();
    let elsewhere = RequestKey {
        scope: "elsewhere".to_owned(),
        ..request(Some("t"))
    };

    assert_same(store.command(elsewhere, add).await.unwrap(), done("2"));
}

async fn a_refused_command_leaves_its_token_free(store: TestStore) {
    create_counter(&store, &["a"]).await;

    let refused = store.command(request(Some("t")), |tx| {
        add(tx).unwrap();
        Err("no")
    });

    assert_eq!(refused.await.unwrap(), CommandOutcome::Refused("no"));
    assert_same(store.command(request(Some("t")), add).await.unwrap(), done("1"));
}

async fn an_expired_answer_counts_as_absent(store: TestStore) {
    create_counter(&store, &["a"]).await;
    store.command(request(Some("t")), add).await.unwrap();
    let later = RequestKey {
        now_us: 2_000,
        expires_at_us: 3_000,
        ..request(Some("t"))
    };

    assert_same(store.command(later.clone(), add).await.unwrap(), done("2"));
    assert_same(store.command(later, add).await.unwrap(), replayed("2"));
}

async fn commands_without_a_token_are_never_replays(store: TestStore) {
    create_counter(&store, &["a"]).await;

    assert_same(store.command(request(None), add).await.unwrap(), done("1"));
    assert_same(store.command(request(None), add).await.unwrap(), done("2"));
}

async fn two_requests_with_one_token_at_the_same_time_change_once(store: TestStore) {
    create_counter(&store, &["a"]).await;

    let (one, other) = tokio::join!(
        store.command(request(Some("t")), add),
        store.command(request(Some("t")), add)
    );

    let mut outcomes = [format!("{:?}", one.unwrap()), format!("{:?}", other.unwrap())];
    outcomes.sort();
    assert_eq!(
        outcomes,
        [format!("{:?}", done("1")), format!("{:?}", replayed("1"))]
    );
}

async fn expired_answers_can_be_removed(store: TestStore) {
    create_counter(&store, &["a"]).await;
    for token in ["t", "u", "v"] {
        store.command(request(Some(token)), add).await.unwrap();
    }

    let remove = |now_us, rows_max| store.step(move |tx| tx.remove_expired_requests(now_us, rows_max));

    assert_eq!(remove(1_999, 10).await.unwrap().unwrap(), 0);
    assert_eq!(remove(2_000, 2).await.unwrap().unwrap(), 2);
    assert_eq!(remove(2_000, 2).await.unwrap().unwrap(), 1);
}
