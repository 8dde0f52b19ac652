//! Putting another database in the place of a store that is closed: all of it or nothing, whenever the machine stops.
//!
//! A copy is staged in a folder of its own, checked and brought up to date there. Renaming it into the store's folder
//! decides: from then on whoever opens the store finishes what is left, which is renaming alone. Invariant: the log of
//! one database never stands beside another. What was there before stays as `chandlery.db.before-restore`, until the
//! next replacement. Deliberately absent: who may replace when.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::connection::connect;
use super::{FILE_NAME, Sqlite};
use crate::OpenError;

/// Where a copy is staged.
const STAGING: &str = "restoring";

/// A copy that was found good, and will be the store.
const CHOSEN: &str = "chandlery.db.restored";

/// What was the store before.
const BEFORE: &str = "chandlery.db.before-restore";

/// How long another program may take to let go of a database. Requests wait meanwhile.
const LET_GO_LIMIT: Duration = Duration::from_secs(1);

/// A database that is to take a store's place. Dropped before that, it is gone.
#[derive(Debug)]
pub struct Replacement {
    folder: PathBuf,
    staging: PathBuf,
}

/// Why a store was not replaced. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// What was given is no store of ours.
    #[error("it is not a backup of a Chandlery store: {what}")]
    NotAStore {
        /// What is missing in it.
        what: String,
    },
    /// What was given is not whole.
    #[error("it is damaged: {what}")]
    Damaged {
        /// What SQLite said.
        what: String,
    },
    /// What was given does not open here; it was written by a newer release, for example.
    #[error(transparent)]
    Unusable(#[from] OpenError),
    /// Another program has the store open.
    #[error("another program has {} open; end it and try again", path.display())]
    InUse {
        /// The database.
        path: PathBuf,
    },
    /// A file could not be written, moved or removed.
    #[error("{} could not be {action}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was being done.
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

impl Replacement {
    /// Makes room in `folder`, in which the store may be open meanwhile. Only one replacement at a time.
    pub fn begin(folder: &Path) -> Result<Self, ReplaceError> {
        clear(folder).map_err(|it| file(folder.join(STAGING), "removed", it))?;
        let staging = folder.join(STAGING);
        let made = DirBuilder::new().mode(0o700).create(&staging);
        made.map_err(|it| file(staging.clone(), "created", it))?;
        Ok(Self {
            folder: folder.to_owned(),
            staging,
        })
    }

    /// The file to write the database to, still empty. The caller syncs it.
    pub fn file(&self) -> Result<File, ReplaceError> {
        let path = self.staging.join(FILE_NAME);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        options.open(&path).map_err(|it| file(path, "created", it))
    }

    /// Checks that what was written is a whole store of this release or an older one, and brings it up to date. Blocks,
    /// for as long as reading it takes.
    pub fn check(&self) -> Result<(), ReplaceError> {
        let path = self.staging.join(FILE_NAME);
        let length = path
            .metadata()
            .map_err(|it| file(path.clone(), "read", it))?
            .len();
        let opened = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(unreadable)?;
        check_contents(&opened, length)?;
        drop(opened);
        // As a server would open it: what is missing in its schema is added here, where nobody waits for it.
        drop(Sqlite::open(&self.staging)?);
        close(&path)
    }

    /// Puts it in the place of the store, which everybody of this process has closed. Blocks.
    ///
    /// Returns where the store of before is, if there was one. After an error the store is as it was, or will be
    /// replaced when it is opened next.
    pub fn replace(self) -> Result<Option<PathBuf>, ReplaceError> {
        let store = self.folder.join(FILE_NAME);
        let existed = store.exists();
        if existed {
            match close(&store) {
                // It is being replaced because it is damaged.
                Err(ReplaceError::Damaged { .. } | ReplaceError::NotAStore { .. }) | Ok(()) => {}
                Err(error) => return Err(error),
            }
        }
        let chosen = self.folder.join(CHOSEN);
        let decided = std::fs::rename(self.staging.join(FILE_NAME), &chosen);
        decided
            .and_then(|()| sync(&self.folder))
            .and_then(|()| finish(&self.folder))
            .map_err(|it| file(chosen, "made the store", it))?;
        Ok(existed.then(|| self.folder.join(BEFORE)))
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if let Err(error) = clear(&self.folder) {
            tracing::warn!(%error, path = %self.staging.display(), "what was staged could not be removed");
        }
    }
}

/// Finishes a replacement that was decided, and forgets one that was not. Every step may have been done before.
pub(super) fn finish(folder: &Path) -> io::Result<()> {
    clear(folder)?;
    let [store, chosen, before] = [FILE_NAME, CHOSEN, BEFORE].map(|name| folder.join(name));
    if !chosen.exists() {
        return Ok(());
    }
    if store.exists() {
        remove(&beside(&before, "-wal"))?;
        std::fs::rename(&store, &before)?;
    }
    // After its database, which it belongs to: it is empty unless that is damaged.
    if beside(&store, "-wal").exists() {
        std::fs::rename(beside(&store, "-wal"), beside(&before, "-wal"))?;
    }
    remove(&beside(&store, "-shm"))?;
    sync(folder)?;
    std::fs::rename(&chosen, &store)?;
    sync(folder)?;
    tracing::info!(before = %before.display(), "replaced the store by a backup");
    Ok(())
}

fn check_contents(opened: &Connection, length: u64) -> Result<(), ReplaceError> {
    let count = |sql: &str| opened.query_row(sql, [], |row| row.get::<_, i64>(0));
    let ledger = "SELECT count(*) FROM sqlite_schema WHERE name IN ('schema_migration', 'installation')";
    if count(ledger).map_err(unreadable)? != 2 {
        return Err(not_a_store("it lacks the tables of one"));
    }
    // SQLite takes what is missing of the last page for zeros.
    let bytes =
        count("PRAGMA page_size").map_err(unreadable)? * count("PRAGMA page_count").map_err(unreadable)?;
    if i64::try_from(length).is_ok_and(|length| length < bytes) {
        return Err(ReplaceError::Damaged {
            what: format!("it has {length} bytes of {bytes}"),
        });
    }
    let found: String = opened
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(unreadable)?;
    if found != "ok" {
        return Err(ReplaceError::Damaged { what: found });
    }
    let broken = count("SELECT count(*) FROM pragma_foreign_key_check").map_err(unreadable)?;
    if broken != 0 {
        return Err(ReplaceError::Damaged {
            what: format!("{broken} rows belong to rows that are not there"),
        });
    }
    if count("SELECT count(*) FROM installation").map_err(unreadable)? != 1 {
        return Err(not_a_store("no server has ever started on it"));
    }
    Ok(())
}

/// Takes everything out of the log of the database at `path` and removes the log. Nobody else has it open then.
fn close(path: &Path) -> Result<(), ReplaceError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let closed = connect(path, flags).and_then(|it| {
        it.busy_timeout(LET_GO_LIMIT)?;
        it.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0))
    });
    match closed {
        Ok(mode) if mode == "delete" => Ok(()),
        Ok(_) => Err(ReplaceError::InUse {
            path: path.to_owned(),
        }),
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Err(ReplaceError::InUse {
                path: path.to_owned(),
            }),
            _ => Err(unreadable(error)),
        },
    }
}

fn unreadable(error: rusqlite::Error) -> ReplaceError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => not_a_store("it is no SQLite database"),
        _ => ReplaceError::Damaged {
            what: error.to_string(),
        },
    }
}

fn not_a_store(what: &str) -> ReplaceError {
    ReplaceError::NotAStore {
        what: what.to_owned(),
    }
}

fn file(path: PathBuf, action: &'static str, source: io::Error) -> ReplaceError {
    ReplaceError::File { path, action, source }
}

/// Removes what was staged.
fn clear(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder.join(STAGING)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// SQLite's own file beside the database at `path`.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests;
