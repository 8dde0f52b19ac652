//! The data folder: who has it, and what is where in it.
//!
//! Invariant: at most one process holds the [`FolderLock`], and only it opens the store in the folder, but for a backup that
//! it knows of, or answers on the control socket. The system lets go of the lock when the process ends, however it ends, so nothing is left to clean up.
//! Deliberately absent: the store's own files.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::credentials::CredentialsFile;
use crate::socket_path::SocketPath;
use crate::{Failure, modes};

/// The name of the control socket.
const CONTROL: &str = "control.sock";

/// A data folder that is there.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    path: PathBuf,
}

/// Proof that this process alone has a folder, for as long as the value lives.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

/// What came of trying to lock a folder.
pub(crate) enum Locking {
    /// It is ours.
    Locked(FolderLock),
    /// Another process has it, and may have said which one it is.
    InUse { process: Option<String> },
}

impl Folder {
    /// The folder at `path`, made for this user alone where it is missing, and closed to others where it is there.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder.create(path).map_err(|source| Failure::Folder {
            path: path.to_owned(),
            action: "created",
            source,
        })?;
        modes::tighten(path)?;
        Ok(Self {
            path: path.to_owned(),
        })
    }

    /// Where it is, as it was given.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The file of access keys.
    pub(crate) fn credentials(&self) -> CredentialsFile {
        CredentialsFile::in_folder(&self.path)
    }

    /// The socket on which the process that has the folder can be asked, as a file.
    pub(crate) fn control_path(&self) -> PathBuf {
        self.path.join(CONTROL)
    }

    /// The same as an address.
    pub(crate) fn control_address(&self) -> io::Result<SocketPath> {
        SocketPath::new(&self.path, CONTROL)
    }

    /// That the server which has the folder does not say anything that makes sense.
    pub(crate) fn not_answering(&self, source: io::Error) -> Failure {
        Failure::Control {
            path: self.path.clone(),
            source,
        }
    }

    /// Takes the folder, or fails naming who has it.
    pub(crate) fn lock(&self) -> Result<FolderLock, Failure> {
        match self.try_lock()? {
            Locking::Locked(lock) => Ok(lock),
            Locking::InUse { process } => Err(Failure::InUse {
                path: self.path.clone(),
                process,
            }),
        }
    }

    /// Takes the folder if nobody has it.
    pub(crate) fn try_lock(&self) -> Result<Locking, Failure> {
        let path = self.path.join("lock");
        let tried = try_lock(&path);
        tried.map_err(|source| Failure::Folder {
            path,
            action: "locked",
            source,
        })
    }
}

fn try_lock(path: &Path) -> io::Result<Locking> {
    // Not truncated: until the lock is ours, the text in the file is somebody else's.
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600);
    let mut file = options.open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            let process = text.trim();
            return Ok(Locking::InUse {
                process: (!process.is_empty()).then(|| process.to_owned()),
            });
        }
        Err(TryLockError::Error(error)) => return Err(error),
    }
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())?;
    Ok(Locking::Locked(FolderLock { _file: file }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_had_by_one_at_a_time_and_says_by_whom() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::open(&parent.path().join("new/data")).unwrap();
        let lock = folder.lock().unwrap();
        let refused = folder.lock().unwrap_err().to_string();
        assert!(
            refused.contains(&format!("(process {})", std::process::id())),
            "{refused}"
        );
        drop(lock);
        folder.lock().unwrap();
    }

    #[test]
    fn a_new_folder_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::open(&parent.path().join("data")).unwrap();
        let mode = folder.path().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
