//! Who runs the tests: cargo-nextest where it is installed, else the test binaries one after the other.
//!
//! Invariant: everything is built once, for the whole workspace, and every run afterwards only picks tests from it;
//! building a package alone would choose other features for its dependencies and build those again.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::Cell;
use crate::{
    artifacts::{self, Artifact},
    postgres::{self, Postgres},
    process,
};

/// The package of the scenarios.
const SCENARIOS: &str = "chandlery-testkit";

/// Which tests a run picks.
#[derive(Clone, Copy)]
pub(crate) enum Scope {
    /// Those of every package but the scenarios'.
    Units,
    /// The scenarios, in one cell of their matrix.
    Scenarios(Cell),
}

/// How much a run says about tests that pass.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    /// One line for each, for somebody who waits for one.
    EachTest,
    /// The closing line alone, so that it stays on the screen.
    Closing,
}

/// A way to run tests, and the words that narrow it.
pub(crate) struct Runner {
    root: PathBuf,
    nextest: bool,
    voice: Voice,
    words: Vec<String>,
}

/// The workspace's tests, built.
pub(crate) struct Tests {
    runner: Runner,
    // Empty where nextest finds them itself.
    binaries: Vec<Artifact>,
}

impl Runner {
    /// The best runner on this machine. `words` go to it as they are.
    pub(crate) fn find(root: &Path, voice: Voice, words: &[String]) -> Self {
        let nextest = process::succeeds(process::cargo(root).args(["nextest", "--version"]));
        Self {
            root: root.to_owned(),
            nextest,
            voice,
            words: words.to_owned(),
        }
    }

    /// Builds the tests of the whole workspace.
    pub(crate) fn build(self) -> Result<Tests> {
        let mut cargo = process::cargo(&self.root);
        if self.nextest {
            process::run(cargo.args(["nextest", "run", "--locked", "--workspace", "--no-run"]))?;
            return Ok(Tests {
                runner: self,
                binaries: Vec::new(),
            });
        }
        println!("    cargo-nextest is not installed; cargo's own test harness does as well");
        cargo.args([
            "test",
            "--locked",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--no-run",
        ]);
        let binaries = artifacts::built_by(&mut cargo)?
            .into_iter()
            .filter(|it| it.is_test)
            .collect();
        Ok(Tests {
            runner: self,
            binaries,
        })
    }
}

impl Tests {
    /// Runs the tests of `scope`; those that need PostgreSQL find it in their environment.
    pub(crate) fn run(&self, scope: Scope, postgres: Option<&Postgres>) -> Result<()> {
        let mut environment = Vec::new();
        if let Scope::Scenarios(cell) = scope {
            environment.push(("STORE", cell.store.value().to_owned()));
            environment.push(("PROTOCOL", cell.protocol.value().to_owned()));
        }
        if let Some(postgres) = postgres {
            environment.push((postgres::URL_VARIABLE, postgres.url()));
        }
        if self.runner.nextest {
            self.run_nextest(scope, environment)
        } else {
            self.run_binaries(scope, environment)
        }
    }

    fn run_nextest(&self, scope: Scope, environment: Vec<(&str, String)>) -> Result<()> {
        let packages = match scope {
            Scope::Units => format!("not package({SCENARIOS})"),
            Scope::Scenarios(_) => format!("package({SCENARIOS})"),
        };
        let mut nextest = process::cargo(&self.runner.root);
        nextest.args([
            "nextest",
            "run",
            "--locked",
            "--workspace",
            "--filterset",
            &packages,
        ]);
        if self.runner.voice == Voice::Closing {
            nextest.args(["--profile", "ci"]);
        }
        if !self.runner.words.is_empty() {
            // Words may well pick tests on one side of the split only.
            nextest.arg("--no-tests=pass").args(&self.runner.words);
        }
        process::run(nextest.envs(environment))
    }

    fn run_binaries(&self, scope: Scope, environment: Vec<(&str, String)>) -> Result<()> {
        let scenarios = matches!(scope, Scope::Scenarios(_));
        let picked: Vec<_> = self
            .binaries
            .iter()
            .filter(|it| (it.package == SCENARIOS) == scenarios)
            .collect();
        ensure!(!picked.is_empty(), "there are no tests to run");
        for binary in picked {
            println!("    {} {}", binary.package, binary.target);
            let folder = binary.manifest.parent().context("a manifest is in a folder")?;
            let mut test = process::command(&binary.executable, folder);
            test.env("CARGO_MANIFEST_DIR", folder)
                .env("INSTA_UPDATE", "no")
                .envs(environment.clone());
            if self.runner.voice == Voice::Closing {
                test.arg("--quiet");
            }
            process::run(test.args(&self.runner.words))?;
        }
        Ok(())
    }
}
