//! What steps hand to later steps: built tests, the built server, PostgreSQL, Python.
//!
//! Each is made when it is first asked for, so that a step run alone makes what it needs. Dropping the shop stops what
//! it started.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{
    artifacts,
    postgres::Postgres,
    process,
    python::Python,
    test::{Runner, Scope, Tests, Voice},
};

/// The package of the server.
const SERVER: &str = "chandlery";

/// The things of one run.
pub(super) struct Shop {
    root: PathBuf,
    tests: Option<Tests>,
    binary: Option<PathBuf>,
    python: Option<Python>,
    postgres: Option<Postgres>,
}

impl Shop {
    /// Nothing yet, for the workspace in `root`.
    pub(super) fn new(root: PathBuf) -> Self {
        Self {
            root,
            tests: None,
            binary: None,
            python: None,
            postgres: None,
        }
    }

    /// The folder of the workspace.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The running PostgreSQL.
    pub(super) fn postgres(&mut self) -> Result<&Postgres> {
        once(&mut self.postgres, Postgres::start)
    }

    /// The workspace's Rust tests.
    pub(super) fn tests(&mut self) -> Result<&Tests> {
        once(&mut self.tests, || {
            Runner::find(&self.root, Voice::Closing, &[]).build()
        })
    }

    /// Runs the Rust tests of `scope`.
    pub(super) fn run_tests(&mut self, scope: Scope) -> Result<()> {
        self.postgres()?;
        self.tests()?;
        let tests = self.tests.as_ref().context("the tests were just built")?;
        tests.run(scope, self.postgres.as_ref())
    }

    /// The release build of the server.
    pub(super) fn binary(&mut self) -> Result<&Path> {
        once(&mut self.binary, || build_server(&self.root)).map(|path| path.as_path())
    }

    /// The Python environments.
    pub(super) fn python(&mut self) -> Result<&Python> {
        once(&mut self.python, || Python::prepare(&self.root))
    }

    /// Runs Python tests, named in `words`, against the server.
    pub(super) fn run_python_tests(&mut self, words: &[&str]) -> Result<()> {
        let binary = self.binary()?.to_owned();
        let root = self.root.clone();
        self.python()?.test(&root, &binary, words)
    }
}

/// What `slot` holds; `make` fills it the first time.
fn once<T>(slot: &mut Option<T>, make: impl FnOnce() -> Result<T>) -> Result<&T> {
    match slot {
        Some(it) => Ok(it),
        None => Ok(slot.insert(make()?)),
    }
}

/// Builds the server as `cargo run --release` does.
fn build_server(root: &Path) -> Result<PathBuf> {
    let mut cargo = process::cargo(root);
    let built = artifacts::built_by(cargo.args(["build", "--locked", "--release", "--package", SERVER]))?;
    let server = built
        .into_iter()
        .find(|it| it.package == SERVER && it.target == SERVER);
    Ok(server.context("cargo built no server")?.executable)
}
