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

/// The name of the file whose lock says who has the folder.
const LOCK: &str = "lock";
/// The name of the embedded store's database.
const STORE: &str = "chandlery.db";
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

    /// The same for a command that is to work beside a server, or on what one left: a folder with somebody else's files
    /// and no server's is left as it is, because it was not meant.
    pub(crate) fn of_server(path: &Path) -> Result<Self, Failure> {
        if is_ours(path) {
            return Self::open(path);
        }
        Err(Failure::Refused(format!(
            "{} holds other files and no store of Chandlery; --data-dir names the server's folder, or a new one",
            path.display()
        )))
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
            Locking::InUse { process } => Err(self.in_use(process)),
        }
    }

    /// That another process has the folder.
    pub(crate) fn in_use(&self, process: Option<String>) -> Failure {
        Failure::InUse {
            path: self.path.clone(),
            process,
        }
    }

    /// Takes the folder if nobody has it.
    pub(crate) fn try_lock(&self) -> Result<Locking, Failure> {
        let path = self.path.join(LOCK);
        let tried = try_lock(&path);
        tried.map_err(|source| Failure::Folder {
            path,
            action: "locked",
            source,
        })
    }
}

/// Whether there is an embedded store in the folder at `path`.
pub(crate) fn has_store(path: &Path) -> bool {
    path.join(STORE).exists()
}

/// Whether the folder at `path` is missing, is empty, or has been a data folder before. What a file system or a tool for
/// versions leaves in every folder does not count.
fn is_ours(path: &Path) -> bool {
    let Ok(mut entries) = path.read_dir() else {
        return true;
    };
    let known = |name: &str| [STORE, LOCK, CONTROL].contains(&name);
    let of_nobody = |name: &str| name == "lost+found" || name.starts_with('.');
    let names: Vec<String> = entries
        .by_ref()
        .flatten()
        .map(|it| it.file_name().to_string_lossy().into_owned())
        .collect();
    names.iter().any(|it| known(it)) || names.iter().all(|it| of_nobody(it))
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
    fn a_folder_with_somebody_s_files_is_left_as_it_is() {
        use std::os::unix::fs::PermissionsExt as _;
        let parent = tempfile::tempdir().unwrap();
        std::fs::set_permissions(parent.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::write(parent.path().join("main.tf"), "").unwrap();
        let refused = Folder::of_server(parent.path()).unwrap_err().to_string();
        assert!(refused.contains("holds other files"), "{refused}");
        let mode = parent.path().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o755);
        std::fs::remove_file(parent.path().join("main.tf")).unwrap();
        std::fs::create_dir(parent.path().join("lost+found")).unwrap();
        Folder::of_server(parent.path()).unwrap();
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
