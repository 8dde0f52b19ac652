//! What steps hand to later steps: built tests, the built server, PostgreSQL, other languages' clients.
//!
//! Each is made when it is first asked for, so that a step run alone makes what it needs. Dropping the shop stops what
//! it started.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{
    artifacts,
    javascript::JavaScript,
    postgres::Postgres,
    process,
    python::{Python, Subjects},
    test::{Runner, Scope, Tests, Voice},
};

/// The package of the server.
const SERVER: &str = "chandlery";
/// README's Rust example, of the package `chandlery-testkit`.
const RUST_EXAMPLE: &str = "share_with_unit";

/// The things of one run.
pub(super) struct Shop {
    root: PathBuf,
    tests: Option<Tests>,
    binary: Option<PathBuf>,
    rust_example: Option<PathBuf>,
    python: Option<Python>,
    javascript: Option<JavaScript>,
    postgres: Option<Postgres>,
}

impl Shop {
    /// Nothing yet, for the workspace in `root`.
    pub(super) fn new(root: PathBuf) -> Self {
        Self {
            root,
            tests: None,
            binary: None,
            rust_example: None,
            python: None,
            javascript: None,
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
        once(&mut self.binary, || {
            artifacts::release(&self.root, SERVER, SERVER)
        })
        .map(|path| path.as_path())
    }

    /// The Python environments.
    pub(super) fn python(&mut self) -> Result<&Python> {
        once(&mut self.python, || Python::prepare(&self.root))
    }

    /// The packages of JavaScript's client.
    pub(super) fn javascript(&mut self) -> Result<&JavaScript> {
        once(&mut self.javascript, || JavaScript::prepare(&self.root))
    }

    /// The program around README's Rust example.
    pub(super) fn rust_example(&mut self) -> Result<&Path> {
        once(&mut self.rust_example, || build_rust_example(&self.root)).map(|path| path.as_path())
    }

    /// Runs Python tests, named in `words`, against the server.
    pub(super) fn run_python_tests(&mut self, words: &[&str]) -> Result<()> {
        let subjects = Subjects {
            server: self.binary()?.to_owned(),
            rust_example: self.rust_example()?.to_owned(),
            javascript: self.javascript()?.folder().to_owned(),
        };
        let root = self.root.clone();
        self.python()?.test(&root, &subjects, words)
    }
}

/// What `slot` holds; `make` fills it the first time.
fn once<T>(slot: &mut Option<T>, make: impl FnOnce() -> Result<T>) -> Result<&T> {
    match slot {
        Some(it) => Ok(it),
        None => Ok(slot.insert(make()?)),
    }
}

/// Builds README's Rust example, with the whole workspace as the tests are: else its dependencies would be built again.
fn build_rust_example(root: &Path) -> Result<PathBuf> {
    let mut cargo = process::cargo(root);
    cargo.args(["build", "--locked", "--workspace", "--example", RUST_EXAMPLE]);
    let built = artifacts::built_by(&mut cargo)?;
    let example = built.into_iter().find(|it| it.target == RUST_EXAMPLE);
    Ok(example.context("cargo built no example")?.executable)
}
