//! Python for the client tests and the benchmark: virtual environments under `target/`, made again only when their
//! requirements change.
//!
//! Two for the tests, because each release of the AWS CLI pins its own botocore: one with the newest clients and pytest, one
//! with a CLI two years old. Invariant: an environment whose stamp equals its requirements is complete. Deliberately
//! absent: anything installed outside `target/`, but for Debian's venv module where it is missing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{apt, process};

/// The folder of the tests, from the workspace's root.
const TESTS: &str = "tests/python";

/// What the client tests need, ready to run.
pub(crate) struct Python {
    newest: PathBuf,
    cli_2024: PathBuf,
}

/// What they run or run against.
pub(crate) struct Subjects {
    /// The server.
    pub(crate) server: PathBuf,
    /// The program around README's Rust example.
    pub(crate) rust_example: PathBuf,
    /// The folder of JavaScript's packages.
    pub(crate) javascript: PathBuf,
}

impl Python {
    /// Both environments, made or refreshed where needed.
    pub(crate) fn prepare(root: &Path) -> Result<Self> {
        let tests = root.join(TESTS);
        let target = root.join("target");
        Ok(Self {
            newest: environment(target.join("python"), &tests.join("requirements.txt"))?,
            cli_2024: environment(
                target.join("python-cli-2024"),
                &tests.join("requirements-cli-2024.txt"),
            )?,
        })
    }

    /// Runs the tests that `words` pick, all of them where they pick none.
    pub(crate) fn test(&self, root: &Path, subjects: &Subjects, words: &[&str]) -> Result<()> {
        let mut pytest = process::command(self.newest.join("bin/python"), &root.join(TESTS));
        pytest
            .args(["-m", "pytest", "-p", "no:cacheprovider"])
            .args(words);
        pytest.env("PYTHONDONTWRITEBYTECODE", "1");
        pytest.env("CHANDLERY_BINARY", &subjects.server);
        pytest.env("CHANDLERY_RUST_EXAMPLE", &subjects.rust_example);
        pytest.env("CHANDLERY_JAVASCRIPT", &subjects.javascript);
        pytest.env("CHANDLERY_AWS_CLI", self.newest.join("bin/aws"));
        pytest.env("CHANDLERY_AWS_CLI_2024", self.cli_2024.join("bin/aws"));
        process::run(&mut pytest)
    }
}

/// The executable `moto_server`, from an environment of its own.
pub(crate) fn moto_server(root: &Path) -> Result<PathBuf> {
    let requirements = root.join("crates/bench/requirements-moto.txt");
    Ok(environment(root.join("target/python-moto"), &requirements)?.join("bin/moto_server"))
}

/// The environment in `folder` with exactly what `requirements` names.
fn environment(folder: PathBuf, requirements: &Path) -> Result<PathBuf> {
    let wanted = fs::read_to_string(requirements).with_context(|| format!("{}", requirements.display()))?;
    let stamp = folder.join("requirements.stamp");
    if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) && folder.join("bin/python").exists() {
        return Ok(folder);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
    }
    create(&folder)?;
    let mut pip = process::command(folder.join("bin/python"), &folder);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
    ]);
    pip.arg("--requirement").arg(requirements);
    if let Err(reason) = process::run(&mut pip) {
        let name = requirements
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        return Err(reason.context(format!(
            "{name} cannot be installed (is the package index reachable?)"
        )));
    }
    fs::write(&stamp, wanted).with_context(|| format!("{}", stamp.display()))?;
    Ok(folder)
}

/// An empty environment in `folder`, with pip.
fn create(folder: &Path) -> Result<()> {
    let anywhere = Path::new("/");
    if !process::succeeds(process::command("python3", anywhere).args(["-c", "import ensurepip, venv"])) {
        // Debian's python3 leaves both out.
        apt::install("python3-venv")?;
    }
    if !process::succeeds(process::command("python3", anywhere).args(["-c", "import ensurepip, venv"])) {
        bail!(
            "the python3 on PATH cannot make virtual environments: its modules ensurepip and venv are missing"
        );
    }
    process::read(
        process::command("python3", anywhere)
            .args(["-m", "venv"])
            .arg(folder),
    )
    .map(drop)
}
