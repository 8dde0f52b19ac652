//! Node's packages for the client tests: a folder under `target/`, made again only when its lock file changes.
//!
//! Invariant: a folder whose stamp equals the lock file is complete. Deliberately absent: anything installed outside
//! `target/`, but for Debian's Node and npm where they are missing, and the scripts that packages would run.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{apt, process};

/// The folder of the manifest and the lock file, from the workspace's root.
const MANIFESTS: &str = "tests/javascript";
const LOCK_FILE: &str = "package-lock.json";
/// The files that `npm ci` reads.
const INPUTS: [&str; 3] = [".npmrc", "package.json", LOCK_FILE];
/// Succeeds in a Node that the pinned SDK runs on. It promises to from 20 on; it was tried on 18, which Debian 12 has.
const IS_NEW_ENOUGH: &str = "process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)";

/// What JavaScript examples import, installed.
pub(crate) struct JavaScript {
    folder: PathBuf,
}

impl JavaScript {
    /// The packages of the lock file, installed where needed.
    pub(crate) fn prepare(root: &Path) -> Result<Self> {
        programs()?;
        let manifests = root.join(MANIFESTS);
        let folder = root.join("target/javascript");
        let lock = manifests.join(LOCK_FILE);
        let wanted = fs::read_to_string(&lock).with_context(|| format!("{}", lock.display()))?;
        let stamp = folder.join("lock.stamp");
        if !fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
            install(&manifests, &folder)?;
            fs::write(&stamp, wanted).with_context(|| format!("{}", stamp.display()))?;
        }
        Ok(Self { folder })
    }

    /// The folder from which Node finds the packages.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Makes sure that Node and npm are there, and that this Node is new enough.
fn programs() -> Result<()> {
    for (program, package) in [("node", "nodejs"), ("npm", "npm")] {
        if !process::succeeds(process::command(program, Path::new("/")).arg("--version")) {
            apt::install(package)?;
        }
    }
    if !process::succeeds(process::command("node", Path::new("/")).args(["--eval", IS_NEW_ENOUGH])) {
        bail!("the node on PATH is older than 18, or does not run");
    }
    Ok(())
}

/// Installs exactly what the lock file in `manifests` names into `folder`.
fn install(manifests: &Path, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    // npm installs beside the manifest it reads, and the working copy is not changed.
    for name in INPUTS {
        let input = manifests.join(name);
        fs::copy(&input, folder.join(name)).with_context(|| format!("{}", input.display()))?;
    }
    let mut npm = process::command("npm", folder);
    npm.args(["ci", "--ignore-scripts", "--loglevel=error"]);
    process::run(&mut npm).with_context(|| {
        format!("{MANIFESTS}/{LOCK_FILE} cannot be installed (is the package registry reachable?)")
    })
}
