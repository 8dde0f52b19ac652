//! The server that is measured: its own process, in a temporary folder.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;
use client::{Client, Keys};
use tempfile::TempDir;

use crate::management::{Management, REGION};
use crate::process::Process;

/// A running server.
pub(crate) struct Server {
    /// Where it listens, such as `http://127.0.0.1:40001`.
    pub(crate) endpoint: String,
    /// From its start to its first answer, on an empty data folder.
    pub(crate) cold_start: Duration,
    process: Process,
    folder: TempDir,
}

impl Server {
    /// Starts `executable` and waits for its first answer.
    pub(crate) async fn start(executable: &Path) -> Result<Self> {
        let folder = TempDir::with_prefix("chandlery-bench-")?;
        let mut command = Command::new(executable);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder.path().join("state"))
            .arg("--config")
            .arg(configuration(folder.path())?)
            .env("CHANDLERY_LOG", "warn");
        let begun = Instant::now();
        let (process, endpoint) = Process::listening(&mut command)?;
        Client::new(&endpoint, REGION).ready().await?;
        Ok(Self {
            endpoint,
            cold_start: begun.elapsed(),
            process,
            folder,
        })
    }

    /// The management account.
    pub(crate) fn management(&self) -> Result<Management> {
        let credentials = self.folder.path().join("state/credentials");
        Ok(Management {
            client: Client::new(&self.endpoint, REGION),
            keys: Keys::of_profile(&credentials, "management")?,
        })
    }

    /// The memory it holds, in bytes.
    pub(crate) fn resident_bytes(&self) -> Result<u64> {
        self.process.resident_bytes()
    }
}

/// One portfolio gets more shares than AWS allows by default.
fn configuration(folder: &Path) -> Result<PathBuf> {
    let file = folder.join("chandlery.toml");
    std::fs::write(&file, "[limits]\nshared-accounts-max = 10000000\n")?;
    Ok(file)
}
