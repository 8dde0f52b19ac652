//! What cargo built, as cargo itself tells it: no guessing of paths under `target/`.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::process;

/// An executable that cargo built.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Artifact {
    /// The name of its package.
    pub(crate) package: String,
    /// The name of its target: a library's, a binary's or an integration test's.
    pub(crate) target: String,
    /// Whether it runs tests.
    pub(crate) is_test: bool,
    /// Its package's `Cargo.toml`.
    pub(crate) manifest: PathBuf,
    /// The file to run.
    pub(crate) executable: PathBuf,
}

/// Runs `cargo`, a build of some kind, showing its progress; returns the executables.
pub(crate) fn built_by(cargo: &mut Command) -> Result<Vec<Artifact>> {
    let messages = process::read(cargo.arg("--message-format=json-render-diagnostics"))?;
    messages
        .lines()
        .filter_map(|line| executable(line).transpose())
        .collect()
}

/// The executable `target` of `package`, as `cargo run --release` builds it.
pub(crate) fn release(root: &Path, package: &str, target: &str) -> Result<PathBuf> {
    let mut cargo = process::cargo(root);
    let built = built_by(cargo.args(["build", "--locked", "--release", "--package", package]))?;
    let wanted = built
        .into_iter()
        .find(|it| it.package == package && it.target == target);
    Ok(wanted
        .with_context(|| format!("cargo built no {target} of {package}"))?
        .executable)
}

#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Message {
    CompilerArtifact {
        package_id: String,
        manifest_path: PathBuf,
        target: Target,
        profile: Profile,
        executable: Option<PathBuf>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

/// The executable that `message`, one line of cargo's, tells of.
fn executable(message: &str) -> Result<Option<Artifact>> {
    let read =
        serde_json::from_str(message).with_context(|| format!("cargo said something new: {message}"))?;
    let Message::CompilerArtifact {
        package_id,
        manifest_path,
        target,
        profile,
        executable,
    } = read
    else {
        return Ok(None);
    };
    let Some(executable) = executable else {
        return Ok(None);
    };
    Ok(Some(Artifact {
        package: package_name(&package_id),
        target: target.name,
        is_test: profile.test,
        manifest: manifest_path,
        executable,
    }))
}

/// The name in a package id: `…/crates/wire#chandlery-wire@0.1.0`, or `…/xtask#0.1.0` where the folder has that name.
fn package_name(id: &str) -> String {
    let (path, fragment) = id.split_once('#').unwrap_or((id, ""));
    let name = match fragment.split_once('@') {
        Some((name, _version)) => name,
        None => path.rsplit('/').next().unwrap_or(path),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEST: &str = r#"{"reason":"compiler-artifact","package_id":"path+file:///here/crates/wire#chandlery-wire@0.1.0",
        "manifest_path":"/here/crates/wire/Cargo.toml","target":{"kind":["test"],"name":"it"},
        "profile":{"test":true},"executable":"/here/target/debug/deps/it-1","fresh":true}"#;

    #[test]
    fn a_test_binary_is_told_with_its_package() {
        let expected = Artifact {
            package: "chandlery-wire".to_owned(),
            target: "it".to_owned(),
            is_test: true,
            manifest: "/here/crates/wire/Cargo.toml".into(),
            executable: "/here/target/debug/deps/it-1".into(),
        };
        assert_eq!(executable(TEST).unwrap(), Some(expected));
    }

    #[test]
    fn what_is_not_an_executable_is_passed_over() {
        assert_eq!(
            executable(r#"{"reason":"build-finished","success":true}"#).unwrap(),
            None
        );
        let library = TEST.replace(r#""/here/target/debug/deps/it-1""#, "null");
        assert_eq!(executable(&library).unwrap(), None);
    }

    #[test]
    fn a_package_named_as_its_folder_has_no_name_in_its_id() {
        assert_eq!(package_name("path+file:///here/xtask#0.1.0"), "xtask");
    }
}
