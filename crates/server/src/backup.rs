//! `chandlery backup`: one file that holds the whole embedded store, made while a server works on it.
//!
//! The command reads the store itself and writes where its caller may write, so that the server has neither to reach the
//! file nor to find room for a copy; the server only leaves the store in its place meanwhile. Invariant: FILE is the
//! old one or a whole new one, on disk, for its owner alone; what was begun is removed. Deliberately absent:
//! PostgreSQL, which has tools for this.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use store::Backup;
use tempfile::{NamedTempFile, TempPath};

use crate::Failure;
use crate::config::Place;
use crate::control::{Hearing, Reply, Request, Saying, conversation};
use crate::current::Current;
use crate::folder::{Folder, FolderLock};
use crate::reach::{LockOrConnection, lock_or_connect};
use crate::serve::Signals;
use crate::state::blocking;

/// What stands for standard output, and for standard input in a restore.
pub(crate) const STANDARD: &str = "-";

/// What a file is called until it is whole.
const BEGUN: &str = ".chandlery-backup-";

/// A backup that was made.
#[derive(Clone, Debug)]
pub struct BackedUp {
    /// Where it is, in words.
    pub to: String,
    /// How long it is.
    pub bytes: u64,
}

/// Where a backup goes.
enum Target {
    /// To standard output.
    Standard,
    /// To `name` in `folder`, which exists.
    File { folder: PathBuf, name: PathBuf },
}

/// Writes the store in `place` to `file`, `-` for standard output.
pub async fn back_up(place: &Place, file: &Path) -> Result<BackedUp, Failure> {
    if place.database_url.is_some() {
        return Err(of_postgres("backed up", "pg_dump"));
    }
    if !place.data_dir.exists() {
        return Err(no_store(&place.data_dir));
    }
    let folder = Folder::of_server(&place.data_dir)?;
    let target = Target::of(file, &folder)?;
    // Held to the end.
    let _agreed = agree(&folder).await?;
    if !Backup::is_possible(folder.path()) {
        return Err(no_store(folder.path()));
    }
    let backup = Backup::of(folder.path())?;
    // From here on there is something to remove.
    let mut signals = Signals::new()?;
    let breaker = backup.breaker();
    let mut copying = Box::pin(blocking(move || target.fill(backup, &folder)));
    tokio::select! {
        copied = &mut copying => copied,
        () = signals.next() => {
            breaker.break_off();
            copying.await
        }
    }
}

/// Answers a command on the control socket: nothing moves the store before the other side is gone.
pub(crate) async fn answer_back_up(
    current: &Current,
    hearing: Hearing,
    mut saying: Saying,
) -> io::Result<()> {
    if !current.is_embedded() {
        let message = of_postgres("backed up", "pg_dump").to_string();
        return saying.say(&Reply::Declined { message }).await;
    }
    saying.say(&Reply::GoAhead {}).await?;
    hearing.hear_end().await
}

/// That PostgreSQL's own tools do this.
pub(crate) fn of_postgres(done: &str, tool: &str) -> Failure {
    Failure::Refused(format!(
        "the state is in PostgreSQL, which is {done} with its own tools: {tool}, or its continuous archiving"
    ))
}

/// What keeps the store where it is.
enum Agreed {
    /// Nobody else has the folder.
    Lock { _lock: FolderLock },
    /// The server that has it knows.
    Server { _conversation: (Hearing, Saying) },
}

async fn agree(folder: &Folder) -> Result<Agreed, Failure> {
    let stream = match lock_or_connect(folder).await? {
        LockOrConnection::Lock(lock) => return Ok(Agreed::Lock { _lock: lock }),
        LockOrConnection::Connection(stream) => stream,
    };
    let (mut hearing, mut saying) = conversation(stream);
    let asked = async {
        saying.say(&Request::BackUp {}).await?;
        hearing.hear().await
    };
    match asked.await.map_err(|it| folder.not_answering(it))? {
        Reply::GoAhead {} => Ok(Agreed::Server {
            _conversation: (hearing, saying),
        }),
        Reply::Declined { message } => Err(Failure::Declined(message)),
        other => Err(Failure::unexpected(&other)),
    }
}

impl Target {
    fn of(file: &Path, data: &Folder) -> Result<Self, Failure> {
        if file == Path::new(STANDARD) {
            if io::stdout().is_terminal() {
                return Err(Failure::Refused(
                    "a backup is nothing for a terminal; name a file, or lead standard output into one"
                        .to_owned(),
                ));
            }
            return Ok(Self::Standard);
        }
        let failed = |source| Failure::Write {
            path: file.to_owned(),
            source,
        };
        // A link leads to the file that is meant.
        let (parent, name) = match file.canonicalize() {
            Ok(file) if file.is_file() => split(&file),
            Ok(_) => {
                return Err(failed(io::Error::other(
                    "it is not a file; - stands for standard output",
                )));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let (parent, name) = split(file);
                (parent.canonicalize().map_err(failed)?, name)
            }
            Err(error) => return Err(failed(error)),
        };
        let Some(name) = name else {
            return Err(failed(io::ErrorKind::InvalidFilename.into()));
        };
        let data = data.path().canonicalize().map_err(failed)?;
        if parent.starts_with(data) {
            return Err(Failure::Refused(format!(
                "{} is in the data folder, which the backup is to be apart from; choose another place",
                file.display()
            )));
        }
        Ok(Self::File { folder: parent, name })
    }

    /// Makes the copy. Blocks.
    fn fill(self, backup: Backup, data: &Folder) -> Result<BackedUp, Failure> {
        match self {
            Self::Standard => {
                let beside = begun(data.path())?;
                backup.write(&beside)?;
                let to = "standard output".to_owned();
                let copied =
                    File::open(&beside).and_then(|mut it| io::copy(&mut it, &mut io::stdout().lock()));
                let bytes = copied.map_err(|source| Failure::Write {
                    path: to.clone().into(),
                    source,
                })?;
                Ok(BackedUp { to, bytes })
            }
            Self::File { folder, name } => {
                let file = folder.join(name);
                let beside = begun(&folder)?;
                backup.write(&beside)?;
                let bytes = keep(beside, &file, &folder).map_err(|source| Failure::Write {
                    path: file.clone(),
                    source,
                })?;
                let to = file.display().to_string();
                Ok(BackedUp { to, bytes })
            }
        }
    }
}

/// An empty file in `folder` that only this user can read, gone when it is dropped.
fn begun(folder: &Path) -> Result<TempPath, Failure> {
    let made = tempfile::Builder::new().prefix(BEGUN).tempfile_in(folder);
    made.map(NamedTempFile::into_temp_path)
        .map_err(|source| Failure::Folder {
            path: folder.to_owned(),
            action: "written to",
            source,
        })
}

/// Makes a whole copy the file that was asked for, on disk.
fn keep(beside: TempPath, file: &Path, folder: &Path) -> io::Result<u64> {
    let copy = File::open(&beside)?;
    copy.sync_all()?;
    beside.persist(file).map_err(|it| it.error)?;
    File::open(folder)?.sync_all()?;
    Ok(copy.metadata()?.len())
}

fn split(file: &Path) -> (PathBuf, Option<PathBuf>) {
    let parent = match file.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    (parent, file.file_name().map(OsStr::to_owned).map(PathBuf::from))
}

fn no_store(folder: &Path) -> Failure {
    Failure::Refused(format!("there is no store in {}", folder.display()))
}
