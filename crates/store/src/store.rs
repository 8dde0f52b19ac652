//! [`Store`]: the open store, whichever engine it is on.
//!
//! Everything is a closure over a transaction. A body may run several times and so must do nothing that is not through
//! its transaction; it runs on another thread or inline, and must not wait.

use std::path::Path;
use std::sync::Arc;

use crate::command::{CommandOutcome, RequestKey, RequestRow, command};
use crate::observer::{Observed, Observer};
use crate::postgres::{Mode, Postgres};
use crate::sqlite::Sqlite;
use crate::work::{Answer, Ending, step};
use crate::{OpenError, PostgresOptions, ReadTx, StoreError, WriteTx};

/// The store. Clones are the same store; dropping the last one finishes what is queued and closes it, which blocks.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
}

#[derive(Clone)]
enum Engine {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

impl Store {
    /// Opens the SQLite store in `folder`, which must exist, and brings its schema up to date. Blocks.
    ///
    /// The caller makes sure that no other process has it open.
    pub fn open(folder: &Path) -> Result<Self, OpenError> {
        let engine = Engine::Sqlite(Arc::new(Sqlite::open(folder)?));
        Ok(Self { engine })
    }

    /// Opens the store behind a PostgreSQL URL and brings its schema up to date.
    ///
    /// Replicas may do this at the same time. `sslmode=require` in the URL means TLS with a verified certificate; without
    /// it the connection is plain. Several hosts are tried at once, and the one that takes writes is used.
    pub async fn connect(url: &str, options: &PostgresOptions) -> Result<Self, OpenError> {
        let (url, options) = (url.to_owned(), options.clone());
        let connecting = tokio::task::spawn_blocking(move || Postgres::connect(&url, &options));
        let postgres = connecting
            .await
            .expect("connecting does not panic, and is not cancelled")?;
        let engine = Engine::Postgres(Arc::new(postgres));
        Ok(Self { engine })
    }

    /// Runs `body` on one unchanging view of the store.
    ///
    /// The view holds every command that was answered before the call.
    pub async fn read<T, B>(&self, mut body: B) -> Result<T, StoreError>
    where
        B: FnMut(&ReadTx<'_>) -> T + Send + 'static,
        T: Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.read(body),
            Engine::Postgres(postgres) => {
                let (work, answer) = step(move |tx: &WriteTx<'_>| (body(tx), Ending::Undo));
                postgres.submit(Mode::Read, work)?;
                received(answer).await
            }
        }
    }

    /// Carries out a command: commits what `body` returned `Ok` for, with those bytes as its answer; undoes the rest.
    ///
    /// The answer is kept under the key's token, so that the same request again is [`CommandOutcome::Replayed`].
    pub async fn command<F, B>(&self, request: RequestKey, body: B) -> Result<CommandOutcome<F>, StoreError>
    where
        B: FnMut(&WriteTx<'_>) -> Result<Vec<u8>, F> + Send + 'static,
        F: Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite(sqlite) => {
                let (work, answer) = command(RequestRow::of_client(&request), body);
                sqlite.write(work)?;
                received(answer).await
            }
            Engine::Postgres(postgres) => {
                let row = RequestRow::of_client(&request).unwrap_or_else(|| RequestRow::of_store(&request));
                let (work, answer) = command(Some(row), body);
                postgres.submit_command(request.scope, work)?;
                received(answer).await
            }
        }
    }

    /// Carries out a small piece of a job or of housekeeping: commits if `body` returns `Ok`, undoes it otherwise.
    ///
    /// It leaves no request row, so after a lost answer it may be carried out twice: make that harmless.
    pub async fn step<T, F, B>(&self, body: B) -> Result<Result<T, F>, StoreError>
    where
        B: FnMut(&WriteTx<'_>) -> Result<T, F> + Send + 'static,
        T: Send + 'static,
        F: Send + 'static,
    {
        self.write(Mode::Step, body).await
    }

    /// Like [`Store::step`], for taking a lease: one statement that finds a free row and takes it.
    ///
    /// On PostgreSQL each of its statements sees what is committed by then, so that replicas which want the same row do
    /// not conflict but go on to see it taken. Its statements must guard themselves.
    pub async fn claim<T, F, B>(&self, body: B) -> Result<Result<T, F>, StoreError>
    where
        B: FnMut(&WriteTx<'_>) -> Result<T, F> + Send + 'static,
        T: Send + 'static,
        F: Send + 'static,
    {
        self.write(Mode::Claim, body).await
    }

    async fn write<T, F, B>(&self, mode: Mode, mut body: B) -> Result<Result<T, F>, StoreError>
    where
        B: FnMut(&WriteTx<'_>) -> Result<T, F> + Send + 'static,
        T: Send + 'static,
        F: Send + 'static,
    {
        let (work, answer) = step(move |tx: &WriteTx<'_>| {
            let result = body(tx);
            let ending = if result.is_ok() {
                Ending::Keep
            } else {
                Ending::Undo
            };
            (result, ending)
        });
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.write(work)?,
            Engine::Postgres(postgres) => postgres.submit(mode, work)?,
        }
        received(answer).await
    }

    /// Tells `observer` of commits and retries from now on. The first observer stays.
    pub fn observe(&self, observer: Arc<dyn Observer>) {
        self.observed().by(observer);
    }

    fn observed(&self) -> &Observed {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.observed(),
            Engine::Postgres(postgres) => postgres.observed(),
        }
    }

    /// How many bytes the store takes: the database with its log, or what PostgreSQL says of its database.
    pub async fn size_bytes(&self) -> Result<u64, StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.size_bytes(),
            Engine::Postgres(_) => self.read(|tx| tx.postgres_database_bytes()).await?,
        }
    }

    /// How many transactions wait for a thread of the store.
    pub fn queued(&self) -> usize {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.queued(),
            Engine::Postgres(postgres) => postgres.queued(),
        }
    }

    /// How many transactions have been committed; a group commit counts once.
    pub fn commits(&self) -> u64 {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.commits(),
            Engine::Postgres(postgres) => postgres.commits(),
        }
    }

    /// The faults this store can be asked to suffer.
    #[cfg(any(test, feature = "fault-injection"))]
    pub fn faults(&self) -> &crate::Faults {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.faults(),
            Engine::Postgres(postgres) => postgres.faults(),
        }
    }
}

async fn received<T>(answer: Answer<T>) -> Result<T, StoreError> {
    answer.await.unwrap_or_else(|_| Err(StoreError::closed()))
}
