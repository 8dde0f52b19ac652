//! The files of the project, as git tracks them.
//!
//! Invariant: paths are relative to the root, with `/`. Files that are not text have a path and no lines. Deliberately
//! absent: files that git does not know; they are nobody's business until they are added.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::process;

/// Every tracked file.
pub(super) struct Tree {
    files: Vec<File>,
    /// Paths of files and of all folders above them.
    places: HashSet<String>,
}

/// One of them.
pub(super) struct File {
    /// Where it is.
    pub(super) path: String,
    /// What it says; nothing where it is not text.
    pub(super) text: String,
}

impl Tree {
    /// What git tracks in `root`, as it is in the working copy.
    pub(super) fn tracked(root: &Path) -> Result<Self> {
        let listed = process::read(process::command("git", root).args(["ls-files", "-z"]))
            .context("the rules are about the files that git tracks")?;
        let mut files = Vec::new();
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            let place = root.join(path);
            // A file that was just deleted is still listed; a symbolic link's target is listed for itself.
            if place.is_file() && !place.is_symlink() {
                let bytes = fs::read(&place).with_context(|| path.to_owned())?;
                files.push(File {
                    path: path.to_owned(),
                    text: String::from_utf8(bytes).unwrap_or_default(),
                });
            }
        }
        Ok(Self::of(files))
    }

    fn of(files: Vec<File>) -> Self {
        let folders = files.iter().flat_map(|file| Path::new(&file.path).ancestors());
        let places = folders
            .map(|place| place.to_string_lossy().into_owned())
            .collect();
        Self { files, places }
    }

    /// A tree of these paths and texts.
    #[cfg(test)]
    pub(super) fn with(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        Self::of(files.iter().map(file).collect())
    }

    /// All files.
    pub(super) fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// Files that people wrote: not generated, not pinned, not the output of a tool.
    pub(super) fn written(&self) -> impl Iterator<Item = &File> {
        self.files().filter(|file| file.is_written())
    }

    /// Rust files that people wrote.
    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.written().filter(|file| file.has_extension("rs"))
    }

    /// The file at `path`.
    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files().find(|file| file.path == path)
    }

    /// Whether `path` is a file or a folder of the project.
    pub(super) fn has(&self, path: &Path) -> bool {
        self.places.contains(&plain(path))
    }
}

impl File {
    /// Its lines with their numbers, counted from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .split('\n')
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }

    /// Whether its name ends in a dot and `extension`.
    pub(super) fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|it| it == extension)
    }

    /// Whether it holds Rust tests and nothing else.
    pub(super) fn is_rust_test(&self) -> bool {
        let in_tests = self.path.split('/').any(|part| part == "tests");
        self.has_extension("rs") && (in_tests || self.path.ends_with("/tests.rs"))
    }

    fn is_written(&self) -> bool {
        let generated =
            self.path.split('/').any(|part| part == "generated") || self.path.starts_with("model/");
        let tools = self.path == "Cargo.lock" || self.path == "LICENSE" || self.has_extension("snap");
        !generated && !tools
    }
}

/// `path` without `.` and with each `..` carried out, as text.
fn plain(path: &Path) -> String {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir if plain.parent().is_some() => drop(plain.pop()),
            std::path::Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_and_pinned_files_are_not_written_by_people() {
        let paths = [
            "crates/shapes/src/generated/sts.rs",
            "model/sts.json",
            "Cargo.lock",
            "a/b.snap",
            "src/lib.rs",
        ];
        let tree = Tree::with(&paths.map(|path| (path, "")));
        let written: Vec<_> = tree.written().map(|file| file.path.as_str()).collect();
        assert_eq!(written, ["src/lib.rs"]);
    }

    #[test]
    fn folders_are_places_and_dots_are_carried_out() {
        let tree = Tree::with(&[("docs/adr/one.md", "")]);
        assert!(tree.has(Path::new("docs/adr")));
        assert!(tree.has(Path::new("docs/../docs/./adr/one.md")));
        assert!(!tree.has(Path::new("../docs")));
    }

    #[test]
    fn the_projects_own_files_are_found() {
        let tree = Tree::tracked(&crate::workspace()).unwrap();
        assert!(
            tree.file("Cargo.toml")
                .is_some_and(|file| file.text.contains("[workspace]"))
        );
    }
}
