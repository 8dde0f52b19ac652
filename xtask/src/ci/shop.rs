//! What steps hand to later steps: built tests, the built server, PostgreSQL, other languages' clients.
//!
//! Each is made when it is first asked for, so that a step run alone makes what it needs. Dropping the shop stops what
//! it started.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{
    artifacts,
    crash::{self, Crash},
    javascript::JavaScript,
    postgres::Postgres,
    process,
    python::{Python, Subjects},
    test::{Runner, Scope, Store, Tests, Voice},
};

/// The package of the server.
const SERVER: &str = "chandlery";
/// README's Rust example, of the package `chandlery-testkit`.
const RUST_EXAMPLE: &str = "share_with_unit";

/// Programs of ours that are run against the server.
struct Programs {
    rust_example: PathBuf,
    crash: PathBuf,
}

/// The things of one run.
pub(super) struct Shop {
    root: PathBuf,
    tests: Option<Tests>,
    binary: Option<PathBuf>,
    programs: Option<Programs>,
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
            programs: None,
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

    /// Builds README's Rust example and the crash test.
    pub(super) fn build_programs(&mut self) -> Result<()> {
        self.programs().map(drop)
    }

    fn programs(&mut self) -> Result<&Programs> {
        once(&mut self.programs, || Programs::build(&self.root))
    }

    /// Kills servers on `store`, and checks what they left.
    pub(super) fn run_crash_test(&mut self, store: Store, kills: u64) -> Result<()> {
        let postgres_url = match store {
            Store::Embedded => None,
            Store::Postgres => Some(self.postgres()?.url()),
        };
        let crash = Crash {
            program: self.programs()?.crash.clone(),
            server: self.binary()?.to_owned(),
            postgres_url,
        };
        crash.run(&self.root, kills, crash::SEED)
    }

    /// Runs Python tests, named in `words`, against the server.
    pub(super) fn run_python_tests(&mut self, words: &[&str]) -> Result<()> {
        let subjects = Subjects {
            server: self.binary()?.to_owned(),
            rust_example: self.programs()?.rust_example.clone(),
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

impl Programs {
    /// Builds them, with the whole workspace as the tests are: else their dependencies would be built again.
    fn build(root: &Path) -> Result<Self> {
        let mut cargo = process::cargo(root);
        cargo.args(["build", "--locked", "--workspace"]);
        cargo.args(["--example", RUST_EXAMPLE, "--bin", crash::PROGRAM]);
        let built = artifacts::built_by(&mut cargo)?;
        let executable = |target: &str| {
            let found = built.iter().find(|it| it.target == target);
            let found = found.with_context(|| format!("cargo built no {target}"))?;
            Ok::<_, anyhow::Error>(found.executable.clone())
        };
        Ok(Self {
            rust_example: executable(RUST_EXAMPLE)?,
            crash: executable(crash::PROGRAM)?,
        })
    }
}
