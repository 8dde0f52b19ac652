//! The engine that a server works with now, which a restore exchanges for another.
//!
//! Requests and commands have the engine only while they hold what [`Current`] gave them; a restore waits for those that
//! have begun, and those that come meanwhile wait for the restore, so nobody is turned away. Invariant: jobs run on the
//! engine that is served with, and on no other. Deliberately absent: what is restored.

use std::path::PathBuf;

use domain::with_causes;
use engine::{Engine, EngineOptions};
use parking_lot::Mutex;
use store::{ReplaceError, Replacement};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use crate::Failure;
use crate::folder::Folder;
use crate::state::{self, blocking};

/// The engine of a server.
pub(crate) struct Current {
    folder: Folder,
    database_url: Option<String>,
    options: EngineOptions,
    /// `None` once it was closed.
    engine: RwLock<Option<Engine>>,
    jobs: Mutex<Option<Jobs>>,
    /// Read by each command on the control socket, written by a restore.
    commands: RwLock<()>,
    /// Why there is no engine, if there should be one.
    lost: watch::Sender<Option<String>>,
}

/// Why a store was not replaced.
pub(crate) enum NotReplaced {
    /// The server goes on with the one it had.
    Kept(ReplaceError),
    /// There is none that opens, whichever it is.
    Lost(Failure),
}

/// The work on jobs.
struct Jobs {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Current {
    /// Opens the store at `database_url`, or the one in `folder`, which this process has locked then, and begins to work
    /// on jobs.
    pub(crate) async fn open(
        folder: Folder,
        database_url: Option<String>,
        options: EngineOptions,
    ) -> Result<Self, Failure> {
        let current = Self {
            folder,
            database_url,
            options,
            engine: RwLock::new(None),
            jobs: Mutex::new(None),
            commands: RwLock::new(()),
            lost: watch::Sender::new(None),
        };
        current.fill(&mut *current.engine.write().await).await?;
        Ok(current)
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Whether the state is in the data folder.
    pub(crate) fn is_embedded(&self) -> bool {
        self.database_url.is_none()
    }

    /// The engine, for one request; `None` once the server is ending.
    pub(crate) async fn engine(&self) -> Option<RwLockReadGuard<'_, Engine>> {
        let engine = self.engine.read().await;
        RwLockReadGuard::try_map(engine, Option::as_ref).ok()
    }

    /// The engine, for a command, which may take long. While it holds the second value, nothing is restored. `None` while
    /// something is.
    pub(crate) async fn command(&self) -> Option<(Engine, RwLockReadGuard<'_, ()>)> {
        let command = self.commands.try_read().ok()?;
        let engine = self.engine().await?.clone();
        Some((engine, command))
    }

    /// What a restore holds. `None` while any command is at work.
    pub(crate) fn begin_restore(&self) -> Option<RwLockWriteGuard<'_, ()>> {
        self.commands.try_write().ok()
    }

    /// Puts `replacement` in the place of the store, and goes on with it. Returns where the store of before is.
    pub(crate) async fn replace(&self, replacement: Replacement) -> Result<Option<PathBuf>, NotReplaced> {
        let mut slot = self.engine.write().await;
        self.end_jobs(None).await;
        if let Some(engine) = slot.take()
            && let Err(engine) = blocking(move || engine.close()).await
        {
            self.start_jobs(&engine);
            *slot = Some(engine);
            return Err(NotReplaced::Kept(ReplaceError::InUse {
                path: self.folder.path().to_owned(),
            }));
        }
        let replaced = blocking(move || replacement.replace()).await;
        if let Some(faults) = &self.options.faults {
            faults.forget_operations();
        }
        // Whether it is the new one or still the old one.
        self.fill(&mut slot).await.map_err(NotReplaced::Lost)?;
        replaced.map_err(NotReplaced::Kept)
    }

    /// Has the server end, as it has no store.
    pub(crate) fn lose(&self, why: Failure) {
        self.lost.send_replace(Some(with_causes(&why)));
    }

    /// Waits until there is no store to go on with. Says why.
    pub(crate) async fn lost(&self) -> Failure {
        let mut lost = self.lost.subscribe();
        match lost.wait_for(Option::is_some).await {
            Ok(why) => Failure::Declined(why.clone().unwrap_or_default()),
            Err(_) => Failure::absent(),
        }
    }

    /// Tells the work on jobs to stop, without waiting.
    pub(crate) fn stop_jobs(&self) {
        if let Some(jobs) = &*self.jobs.lock() {
            jobs.stop.send_replace(true);
        }
    }

    /// Closes the store, after what is being done.
    pub(crate) async fn close(&self, deadline: Instant) {
        let engine = self.engine.write().await.take();
        self.end_jobs(Some(deadline)).await;
        if let Some(engine) = engine {
            state::close(engine).await;
        }
    }

    async fn fill(&self, slot: &mut Option<Engine>) -> Result<(), Failure> {
        let url = self.database_url.as_deref();
        let engine = state::open(&self.folder, url, self.options.clone()).await?.engine;
        if url.is_none() {
            // No other process works on this store, so whoever had leased a job is gone.
            let released = engine.release_jobs().await.map_err(Failure::from);
            released.map_err(|it| it.of_store_in(state::place_of(&self.folder, url)))?;
        }
        self.start_jobs(&engine);
        *slot = Some(engine);
        Ok(())
    }

    fn start_jobs(&self, engine: &Engine) {
        let (stop, stopping) = watch::channel(false);
        let engine = engine.clone();
        let task = tokio::spawn(async move { engine.run_jobs(stopping).await });
        *self.jobs.lock() = Some(Jobs { stop, task });
    }

    /// Ends the work on jobs; after `deadline` by force, which is harmless: what was not committed did not happen, and a
    /// job goes on where it was.
    async fn end_jobs(&self, deadline: Option<Instant>) {
        let Some(mut jobs) = self.jobs.lock().take() else {
            return;
        };
        jobs.stop.send_replace(true);
        let ended = match deadline {
            Some(deadline) => timeout_at(deadline, &mut jobs.task).await,
            None => Ok((&mut jobs.task).await),
        };
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the work on jobs ended badly"),
            Err(_) => {
                tracing::warn!("the work on jobs was ended before it was done");
                jobs.task.abort();
                let _ = jobs.task.await;
            }
        }
    }
}
