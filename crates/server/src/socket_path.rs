//! Paths of Unix sockets, which must be short, in folders whose paths need not be.
//!
//! The system keeps a socket's address in 108 bytes, a path in 4096. On Linux, a file in an open folder has a short path
//! as well: `/proc/self/fd/<number>/<name>`. Invariant: the path holds while the value lives, and means the same file
//! as the one asked for. Deliberately absent: changing the current folder, which all threads share.

use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// The longest path of a socket: one byte of the address ends it.
#[cfg(target_os = "linux")]
const PATH_BYTES_MAX: usize = 107;
/// The same where the address is shorter.
#[cfg(not(target_os = "linux"))]
const PATH_BYTES_MAX: usize = 103;

/// A path that can be bound or connected to.
#[derive(Debug)]
pub(crate) struct SocketPath {
    path: PathBuf,
    /// The short path leads through it.
    _folder: Option<File>,
}

impl SocketPath {
    /// The socket `name` in `folder`, which exists.
    pub(crate) fn new(folder: &Path, name: &str) -> io::Result<Self> {
        let path = folder.join(name);
        if path.as_os_str().as_bytes().len() <= PATH_BYTES_MAX {
            return Ok(Self { path, _folder: None });
        }
        shorter(folder, name)
    }

    /// What to bind or connect to. Borrowed, so that nobody takes the value apart before that is done.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(target_os = "linux")]
fn shorter(folder: &Path, name: &str) -> io::Result<SocketPath> {
    use std::os::fd::AsRawFd as _;
    let folder = File::open(folder)?;
    let path = format!("/proc/self/fd/{}/{name}", folder.as_raw_fd()).into();
    Ok(SocketPath {
        path,
        _folder: Some(folder),
    })
}

#[cfg(not(target_os = "linux"))]
fn shorter(folder: &Path, name: &str) -> io::Result<SocketPath> {
    let path = folder.join(name);
    Err(io::Error::new(
        io::ErrorKind::InvalidFilename,
        format!(
            "{} has more than {PATH_BYTES_MAX} bytes, as the path of a socket",
            path.display()
        ),
    ))
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::{UnixListener, UnixStream};

    use super::*;

    /// A folder whose sockets would have a path of this many bytes, as `name`.
    fn folder_for(parent: &Path, name: &str, path_bytes: usize) -> PathBuf {
        let rest = path_bytes - parent.as_os_str().len() - name.len() - 2;
        let folder = parent.join("x".repeat(rest));
        std::fs::create_dir(&folder).unwrap();
        assert_eq!(folder.join(name).as_os_str().len(), path_bytes);
        folder
    }

    #[test]
    fn sockets_meet_on_either_side_of_the_limit() {
        let parent = tempfile::tempdir().unwrap();
        for path_bytes in [PATH_BYTES_MAX, PATH_BYTES_MAX + 1, 220] {
            let folder = folder_for(parent.path(), "a.sock", path_bytes);
            let bound = SocketPath::new(&folder, "a.sock").unwrap();
            let _listener = UnixListener::bind(bound.path()).unwrap();
            drop(bound);
            assert!(folder.join("a.sock").exists());
            UnixStream::connect(SocketPath::new(&folder, "a.sock").unwrap().path()).unwrap();
        }
    }

    #[test]
    fn a_short_path_is_taken_as_it_is() {
        let path = SocketPath::new(Path::new("data"), "a.sock").unwrap();
        assert_eq!(path.path(), Path::new("data/a.sock"));
    }
}
