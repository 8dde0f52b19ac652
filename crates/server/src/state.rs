//! Opening the state: the store, wherever it is, and the engine over it.
//!
//! Invariant: when [`open`] returns, the key of a management account that it made is in the credentials file, on disk;
//! so is every key that was ever handed out for the embedded store, whichever start or command made it.

use engine::{Engine, EngineOptions, NewAccount};
use store::{PostgresOptions, Store};
use tokio::task::spawn_blocking;

use crate::folder::Folder;
use crate::{Failure, MANAGEMENT_PROFILE};

/// An engine over a store that is open.
pub(crate) struct Opened {
    /// The engine.
    pub(crate) engine: Engine,
    /// Whether there was nothing in the store before.
    pub(crate) is_new: bool,
}

/// Where a store is, for the person at the shell: without the password that may be in its URL.
pub(crate) fn place_of(folder: &Folder, database_url: Option<&str>) -> String {
    match database_url {
        Some(_) => "the database".to_owned(),
        None => folder.path().display().to_string(),
    }
}

/// Opens the engine over the store at `database_url`, or over the one in `folder`, which the caller has locked then.
pub(crate) async fn open(
    folder: &Folder,
    database_url: Option<&str>,
    options: EngineOptions,
) -> Result<Opened, Failure> {
    let opened = try_open(folder, database_url, options).await;
    opened.map_err(|it| it.of_store_in(place_of(folder, database_url)))
}

async fn try_open(
    folder: &Folder,
    database_url: Option<&str>,
    options: EngineOptions,
) -> Result<Opened, Failure> {
    let store = if let Some(url) = database_url {
        Store::connect(url, &PostgresOptions::default()).await?
    } else {
        let path = folder.path().to_owned();
        blocking(move || Store::open(&path)).await?
    };
    let opened = Engine::open(store, options).await?;
    let is_new = opened.first_start.is_some();
    if let Some(account) = opened.first_start {
        let credentials = folder.credentials();
        tracing::info!(account = %account.account, "created the management account");
        blocking(move || credentials.put(MANAGEMENT_PROFILE, &account)).await?;
    } else if database_url.is_none() {
        write_missing_keys(&opened.engine, folder).await?;
    }
    Ok(Opened {
        engine: opened.engine,
        is_new,
    })
}

/// Writes the keys that were handed out and are not in the credentials file: a crash came between their commit and
/// their file, or the store was restored from a backup, whose keys may be others.
async fn write_missing_keys(engine: &Engine, folder: &Folder) -> Result<(), Failure> {
    let management = engine.management_key().await?;
    let others = engine.created_account_keys().await?;
    let credentials = folder.credentials();
    let written = blocking(move || {
        let mut keys: Vec<(String, NewAccount)> = Vec::new();
        keys.extend(management.map(|it| (MANAGEMENT_PROFILE.to_owned(), it)));
        keys.extend(others.into_iter().map(|it| (it.account.to_string(), it)));
        let there = credentials.keys();
        keys.retain(|(name, it)| there.get(name).is_none_or(|id| id != it.access_key_id.as_str()));
        if !keys.is_empty() {
            credentials.put_all(keys.iter().map(|(name, it)| (name.as_str(), it)))?;
        }
        Ok::<_, Failure>(keys.len())
    });
    let written = written.await?;
    if written > 0 {
        tracing::info!(keys = written, "wrote keys to the credentials file again");
    }
    Ok(())
}

/// Closes the store of `engine`, if this is its last clone: finishes what is queued.
pub(crate) async fn close(engine: Engine) {
    blocking(move || drop(engine)).await;
}

/// Closes `store`, if this is its last clone.
pub(crate) async fn close_store(store: Store) {
    blocking(move || drop(store)).await;
}

/// Runs what waits for a disk where it holds up nobody.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    spawn_blocking(work)
        .await
        .expect("it does not panic, and blocking work is not cancelled")
}
