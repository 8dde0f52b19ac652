//! Whose the data folder and its files are, and who else may read them.
//!
//! Secret keys are in them. What the server makes is private from the start; what somebody copied here, out of a backup
//! for example, has the modes that the copying gave it. Invariant: after [`tighten`], nobody but this user and root may
//! use the folder or a file that the server knows. Deliberately absent: changing owners, which takes more than this user
//! may do.

use std::fs::{Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::process::Uid;

use crate::Failure;

/// The files of a data folder, apart from the control socket, which is made anew by every server.
const FILES: [&str; 10] = [
    "chandlery.db",
    "chandlery.db-wal",
    "chandlery.db-shm",
    "chandlery.db.restored",
    "chandlery.db.before-restore",
    "chandlery.db.before-restore-wal",
    "credentials",
    "credentials.new",
    "credentials.lock",
    "lock",
];

/// Group's and others' bits.
const EVERYBODY_ELSE: u32 = 0o077;

/// The bit of folders like `/tmp`, in which everybody may have files.
const STICKY: u32 = 0o1000;

/// Takes from everybody else what they may do with `folder` and its files.
///
/// # Errors
///
/// [`Failure::Foreign`] for what belongs to another user, who could undo it, unless this user is root; [`Failure::Refused`] for a folder that is
/// meant for everybody.
pub(crate) fn tighten(folder: &Path) -> Result<(), Failure> {
    let Some(found) = look(folder)? else {
        return Ok(());
    };
    if found.mode() & STICKY != 0 {
        return Err(Failure::Refused(format!(
            "{} is a folder for everybody, and secret keys would be in it; choose a folder of its own as --data-dir",
            folder.display()
        )));
    }
    let user = rustix::process::geteuid();
    if make_private(folder, &found, user)? {
        tracing::info!(path = %folder.display(), "closed the data folder to other users");
    }
    for name in FILES {
        let path = folder.join(name);
        if let Some(found) = look(&path)?
            && make_private(&path, &found, user)?
        {
            tracing::warn!(path = %path.display(), "closed to other users what they may have read before");
        }
    }
    Ok(())
}

fn look(path: &Path) -> Result<Option<Metadata>, Failure> {
    match path.metadata() {
        Ok(found) => Ok(Some(found)),
        // SQLite removes its own files when the last process closes the database.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(failed(path, source)),
    }
}

/// Says whether anything had to be changed.
fn make_private(path: &Path, found: &Metadata, user: Uid) -> Result<bool, Failure> {
    // Root works in what others own, as in a container with a folder of its host; the owner may read it anyway.
    if found.uid() != user.as_raw() && !user.is_root() {
        return Err(Failure::Foreign {
            path: path.to_owned(),
            owner: found.uid(),
            user: user.as_raw(),
        });
    }
    let mode = found.mode() & 0o7777;
    if mode & EVERYBODY_ELSE == 0 {
        return Ok(false);
    }
    match std::fs::set_permissions(path, Permissions::from_mode(mode & !EVERYBODY_ELSE)) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(failed(path, source)),
    }
}

fn failed(path: &Path, source: io::Error) -> Failure {
    Failure::Folder {
        path: path.to_owned(),
        action: "made private",
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().mode() & 0o7777
    }

    fn put(path: &Path, mode: u32) {
        std::fs::write(path, "secret").unwrap();
        std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn what_a_restore_left_open_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        for name in FILES {
            put(&folder.path().join(name), 0o644);
        }
        put(&folder.path().join("notes"), 0o644);

        tighten(folder.path()).unwrap();

        assert_eq!(mode(folder.path()), 0o700);
        for name in FILES {
            assert_eq!(mode(&folder.path().join(name)), 0o600, "{name}");
        }
        assert_eq!(mode(&folder.path().join("notes")), 0o644);
    }

    #[test]
    fn a_file_that_may_not_be_written_is_not_opened_up() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("chandlery.db");
        put(&store, 0o444);
        tighten(folder.path()).unwrap();
        assert_eq!(mode(&store), 0o400);
    }

    #[test]
    fn a_folder_for_everybody_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o1777)).unwrap();
        let refused = tighten(folder.path()).unwrap_err().to_string();
        assert!(refused.contains("for everybody"), "{refused}");
        assert_eq!(mode(folder.path()), 0o1777);
    }

    #[test]
    fn what_belongs_to_somebody_else_is_refused_by_name_unless_root_asks() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("chandlery.db");
        put(&store, 0o644);
        let found = store.metadata().unwrap();
        let owner = found.uid();
        let stranger = Uid::from_raw(owner + 1);

        let refused = make_private(&store, &found, stranger).unwrap_err().to_string();

        let expected = format!("chandlery.db belongs to another user ({owner})");
        assert!(refused.contains(&expected), "{refused}");
        assert_eq!(mode(&store), 0o644);
        assert!(make_private(&store, &found, Uid::ROOT).unwrap());
        assert_eq!(mode(&store), 0o600);
    }
}
