//! What an observer is told.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use domain::Time;
use parking_lot::Mutex;

use super::{TestStore, add_one, count, create_counter, on_every_engine};
use crate::{Observer, RetryCause, Store, StoreError};

on_every_engine!(
    a_commit_is_told_once_with_how_long_it_took,
    what_commits_nothing_is_not_told,
    a_transaction_that_is_run_again_is_told_with_the_cause,
    the_first_observer_stays,
    a_store_grows_with_what_is_in_it,
);

/// What was told, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Committed { transactions: usize },
    Retried(RetryCause),
}

/// Writes down what it is told.
#[derive(Default)]
pub(crate) struct Notes(Mutex<Vec<Told>>);

impl Notes {
    /// An observer of `store`.
    pub(crate) fn of(store: &Store) -> Arc<Self> {
        let notes = Arc::new(Self::default());
        store.observe(Arc::clone(&notes) as Arc<dyn Observer>);
        notes
    }

    pub(crate) fn told(&self) -> Vec<Told> {
        self.0.lock().clone()
    }
}

impl Observer for Notes {
    fn committed(&self, transactions: usize, took: Duration) {
        assert!(took > Duration::ZERO);
        self.0.lock().push(Told::Committed { transactions });
    }

    fn retried(&self, cause: RetryCause) {
        self.0.lock().push(Told::Retried(cause));
    }
}

async fn a_commit_is_told_once_with_how_long_it_took(store: TestStore) {
    create_counter(&store, &["a"]).await;
    let notes = Notes::of(&store);
    for _ in 0..2 {
        store.step(|tx| add_one(tx, "a")).await.unwrap().unwrap();
    }
    assert_eq!(
        notes.told(),
        [
            Told::Committed { transactions: 1 },
            Told::Committed { transactions: 1 }
        ]
    );
}

async fn what_commits_nothing_is_not_told(store: TestStore) {
    create_counter(&store, &["a"]).await;
    let notes = Notes::of(&store);
    store.read(|tx| count(tx, "a")).await.unwrap().unwrap();
    store.step(|tx| count(tx, "a")).await.unwrap().unwrap();
    let now = Time::from_microseconds(1);
    let taken = store.claim(move |tx| tx.claim_job(now, now, Duration::from_secs(30)));
    assert!(taken.await.unwrap().unwrap().is_none());
    assert_eq!(notes.told(), []);
}

async fn a_transaction_that_is_run_again_is_told_with_the_cause(store: TestStore) {
    create_counter(&store, &["a"]).await;
    let notes = Notes::of(&store);
    store.faults().conflict_at(2);
    store.step(|tx| add_one(tx, "a")).await.unwrap().unwrap();
    let told = notes.told();
    let [Told::Retried(cause), Told::Committed { transactions: 1 }] = told[..] else {
        panic!("{told:?}");
    };
    assert!(
        matches!(cause, RetryCause::Busy | RetryCause::Serialization),
        "{cause:?}"
    );
}

async fn the_first_observer_stays(store: TestStore) {
    create_counter(&store, &["a"]).await;
    let (first, second) = (Notes::of(&store), Notes::of(&store));
    store.step(|tx| add_one(tx, "a")).await.unwrap().unwrap();
    assert_eq!((first.told().len(), second.told().len()), (1, 0));
}

async fn a_store_grows_with_what_is_in_it(store: TestStore) {
    create_counter(&store, &["a"]).await;
    let before = store.size_bytes().await.unwrap();
    assert!(before > 100_000, "{before}");
    let filled = store.step(|tx| tx.execute(FILL, &[]));
    filled.await.unwrap().unwrap();
    let after = store.size_bytes().await.unwrap();
    assert!(after > before + 500_000, "{before} {after}");
}

const FILL: &str = "INSERT INTO counter (name, count)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    SELECT 'a rather long name for a counter, number ' || i, 0 FROM n";

/// Two transactions that wait for each other are one conflict, and it is not called by the name of another.
#[tokio::test]
async fn a_deadlock_is_told_as_one() {
    let store = TestStore::postgres().await;
    create_counter(&store, &["a", "b"]).await;
    let notes = Notes::of(&store);
    let ((tell_one, one_heard), (tell_other, other_heard)) = (channel(), channel());
    let (one, other) = tokio::join!(
        crossing(&store, ["a", "b"], tell_one, other_heard),
        crossing(&store, ["b", "a"], tell_other, one_heard),
    );
    one.unwrap();
    other.unwrap();
    assert!(
        notes.told().contains(&Told::Retried(RetryCause::Deadlock)),
        "{:?}",
        notes.told()
    );
}

/// Adds to two counters: to the second when another transaction holds it.
async fn crossing(
    store: &Store,
    [first, second]: [&'static str; 2],
    tell: Sender<()>,
    heard: Receiver<()>,
) -> Result<i64, StoreError> {
    let mut has_met = false;
    let added = store.claim(move |tx| {
        add_one(tx, first)?;
        if !has_met {
            has_met = true;
            // Each waits only the first time: whoever is run again goes alone.
            let _ = tell.send(());
            let _ = heard.recv();
        }
        add_one(tx, second)
    });
    added.await.unwrap()
}
