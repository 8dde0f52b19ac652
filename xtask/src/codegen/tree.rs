//! A folder of generated files: formatting, comparing, writing.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};

use crate::workspace;

/// Texts by their paths in the folder.
pub(super) type Tree = BTreeMap<PathBuf, String>;

/// The files as rustfmt writes them, which follows the `mod` lines from `mod.rs`.
pub(super) fn formatted(files: Vec<(PathBuf, String)>) -> Result<Tree> {
    let folder = tempfile::tempdir()?;
    for (path, text) in &files {
        write(&folder.path().join(path), text)?;
    }
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024", "--config-path"]);
    rustfmt.arg(workspace()).arg(folder.path().join("mod.rs"));
    let status = rustfmt.status().context("rustfmt is needed")?;
    ensure!(status.success(), "rustfmt failed");
    read(folder.path())
}

/// The paths whose texts in `folder` are not as in `fresh`.
pub(super) fn differences(folder: &Path, fresh: &Tree) -> Result<Vec<String>> {
    let present = read(folder)?;
    let mut paths: Vec<_> = fresh.keys().chain(present.keys()).collect();
    paths.sort_unstable();
    paths.dedup();
    paths.retain(|it| fresh.get(*it) != present.get(*it));
    Ok(paths.into_iter().map(|it| it.display().to_string()).collect())
}

/// Makes `folder` hold what `fresh` does, touching only what differs.
pub(super) fn replace(folder: &Path, fresh: &Tree) -> Result<()> {
    for path in differences(folder, fresh)? {
        match fresh.get(Path::new(&path)) {
            Some(text) => write(&folder.join(path), text)?,
            None => fs::remove_file(folder.join(path))?,
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    let parent = path.parent().context("a file has a folder")?;
    fs::create_dir_all(parent)?;
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn read(folder: &Path) -> Result<Tree> {
    let mut tree = Tree::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        if !next.exists() {
            continue;
        }
        for entry in fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder)?.to_owned();
            tree.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(tree)
}
