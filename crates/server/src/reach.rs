//! How a command gets to the state: beside the server that has it, or in its place for a moment.
//!
//! Invariant: a command that works on the embedded store itself holds the folder's lock while it does.

use std::io;
use std::time::{Duration, Instant};

use engine::{Engine, EngineOptions};
use tokio::net::UnixStream;
use tokio::time::sleep;

use crate::Failure;
use crate::config::Place;
use crate::control::connect;
use crate::folder::{Folder, FolderLock, Locking};
use crate::state::{Opened, close, open, place_of};

/// How long a process that has the folder may take until it answers: it may just be starting. Ours.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// The way to the state.
pub(crate) enum Reached {
    /// An engine of our own.
    Alone(Alone),
    /// The control socket of the server that has the folder.
    Beside(UnixStream),
}

/// An engine of our own, over a store that is ours meanwhile or shared by all.
pub(crate) struct Alone {
    opened: Opened,
    place: String,
    _lock: Option<FolderLock>,
}

impl Alone {
    pub(crate) fn engine(&self) -> &Engine {
        &self.opened.engine
    }

    /// Closes the store. Returns where it is, if there was none before: nobody meant to fill a second one.
    pub(crate) async fn close(self) -> Option<String> {
        close(self.opened.engine).await;
        self.opened.is_new.then_some(self.place)
    }
}

/// Finds the way to the state in `place`, whose folder is `folder`.
pub(crate) async fn reach(
    folder: &Folder,
    place: &Place,
    options: EngineOptions,
) -> Result<Reached, Failure> {
    let lock = match &place.database_url {
        Some(_) => None,
        None => match lock_or_connect(folder).await? {
            LockOrConnection::Lock(lock) => Some(lock),
            LockOrConnection::Connection(stream) => return Ok(Reached::Beside(stream)),
        },
    };
    let url = place.database_url.as_deref();
    Ok(Reached::Alone(Alone {
        opened: open(folder, url, options).await?,
        place: place_of(folder, url),
        _lock: lock,
    }))
}

/// What a command gets of an embedded store.
pub(crate) enum LockOrConnection {
    /// The folder, which nobody else had.
    Lock(FolderLock),
    /// The control socket of the server that has it.
    Connection(UnixStream),
}

/// Takes `folder`, or connects to the server that has it.
pub(crate) async fn lock_or_connect(folder: &Folder) -> Result<LockOrConnection, Failure> {
    let begun = Instant::now();
    loop {
        let process = match folder.try_lock()? {
            Locking::Locked(lock) => return Ok(LockOrConnection::Lock(lock)),
            Locking::InUse { process } => process,
        };
        match connect(folder).await {
            Ok(stream) => return Ok(LockOrConnection::Connection(stream)),
            // Between taking the lock and listening, or between closing the socket and letting go of the lock.
            Err(error) if is_absent(&error) && begun.elapsed() < ANSWER_LIMIT => {
                sleep(Duration::from_millis(50)).await;
            }
            // Not a server: another command that works on the store itself, and does so for long.
            Err(error) if is_absent(&error) => return Err(folder.in_use(process)),
            Err(error) => return Err(folder.not_answering(error)),
        }
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused
    )
}
