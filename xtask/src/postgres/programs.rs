//! PostgreSQL's programs: where they are, and as whom they run.
//!
//! Invariant: `initdb`, `postgres` and `pg_isready` come from one folder. PostgreSQL refuses to run as root, so for
//! root they run as the user `postgres` that its Debian package made; for anybody else, as that user themselves.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{apt, process};

const DEBIAN_FOLDER: &str = "/usr/lib/postgresql";
const SERVER_USER: &str = "postgres";
const NEEDED: [&str; 3] = ["initdb", "postgres", "pg_isready"];

/// The folder of the programs.
pub(super) struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// The newest PostgreSQL on this machine; installs one where there is none.
    pub(super) fn found_or_installed() -> Result<Self> {
        if let Some(programs) = Self::find() {
            return Ok(programs);
        }
        apt::install("postgresql")?;
        Self::find().with_context(|| format!("PostgreSQL was installed but is not under {DEBIAN_FOLDER}"))
    }

    fn find() -> Option<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        let mut folders = debian_folders(Path::new(DEBIAN_FOLDER));
        folders.extend(env::split_paths(&path));
        let folder = folders
            .into_iter()
            .find(|folder| NEEDED.iter().all(|name| folder.join(name).is_file()))?;
        Some(Self { folder })
    }

    /// One of the programs, run in `folder` as the server's user, ended by the kernel when xtask is killed.
    pub(super) fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = process::command("setpriv", folder);
        command.args(["--pdeathsig", "INT"]);
        if rustix::process::geteuid().is_root() {
            command.args(["--reuid", SERVER_USER, "--regid", SERVER_USER, "--init-groups"]);
        }
        // A PGDATA, PGPORT or PGHOST of the developer's would name another cluster.
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
            command.env_remove(name);
        }
        command.arg("--").arg(self.folder.join(program));
        command
    }

    /// Makes the server's user the owner of `folder`.
    pub(super) fn hand_over(folder: &Path) -> Result<()> {
        if !rustix::process::geteuid().is_root() {
            return Ok(());
        }
        let owner = format!("{SERVER_USER}:{SERVER_USER}");
        if process::read(process::command("chown", folder).arg(owner).arg(folder)).is_err() {
            bail!("PostgreSQL does not run as root, and there is no user `{SERVER_USER}` to run it as");
        }
        Ok(())
    }
}

/// The `bin` folders of the versions under `parent`, the newest first.
fn debian_folders(parent: &Path) -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .collect();
    versions.sort_by(|one, other| other.cmp(one));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_comes_first_and_other_folders_do_not_count() {
        let parent = tempfile::tempdir().unwrap();
        for name in ["9", "15", "common"] {
            fs::create_dir(parent.path().join(name)).unwrap();
        }
        let expected = ["15", "9"].map(|version| parent.path().join(version).join("bin"));
        assert_eq!(debian_folders(parent.path()), expected);
    }

    #[test]
    fn a_machine_without_the_folder_has_no_versions() {
        assert!(debian_folders(Path::new("/no/such/folder")).is_empty());
    }
}
