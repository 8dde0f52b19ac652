//! The server that is measured: its own process, with its state in a temporary folder or in a PostgreSQL.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use client::{Client, Keys};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::actor::{Actor, REGION};
use crate::process::Process;

/// A running server.
pub(crate) struct Server {
    /// Where it listens, such as `http://127.0.0.1:40001`.
    pub(crate) endpoint: String,
    /// From its start to its first answer, on an empty store.
    pub(crate) cold_start: Duration,
    executable: PathBuf,
    database_url: Option<String>,
    process: Process,
    folder: TempDir,
}

impl Server {
    /// Starts `executable` on SQLite and waits for its first answer.
    pub(crate) async fn start(executable: &Path) -> Result<Self> {
        Self::start_on(executable, None).await
    }

    /// Starts `executable` on the PostgreSQL at `database_url`, or on SQLite, and waits for its first answer.
    pub(crate) async fn start_on(executable: &Path, database_url: Option<&str>) -> Result<Self> {
        let folder = TempDir::with_prefix("chandlery-bench-")?;
        let mut command = Command::new(executable);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--config"])
            .arg(configuration(folder.path())?)
            .args(place(folder.path(), database_url))
            .env("CHANDLERY_LOG", "warn");
        let begun = Instant::now();
        let (process, endpoint) = Process::listening(&mut command)?;
        Client::new(&endpoint, REGION).ready().await?;
        Ok(Self {
            endpoint,
            cold_start: begun.elapsed(),
            executable: executable.to_owned(),
            database_url: database_url.map(str::to_owned),
            process,
            folder,
        })
    }

    /// The management account.
    pub(crate) fn management(&self) -> Result<Actor> {
        let credentials = self.folder.path().join("state/credentials");
        let keys = Keys::of_profile(&credentials, "management")?;
        Ok(Actor::new(&self.endpoint, keys))
    }

    /// The memory it holds, in MiB.
    pub(crate) fn resident_mib(&self) -> Result<f64> {
        Ok(mebibytes(self.process.resident_bytes()?))
    }

    /// What is stored on SQLite, in bytes: all pages in use, those of the log included.
    pub(crate) fn stored_bytes(&self) -> Result<f64> {
        let database = Connection::open_with_flags(
            self.folder.path().join(DATABASE),
            OpenFlags::SQLITE_OPEN_READ_ONLY,
        )?;
        let pages = "SELECT (p.page_count - f.freelist_count) * s.page_size
                     FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s";
        Ok(database.query_row(pages, [], |row| row.get::<_, i64>(0).map(bytes))?)
    }

    /// Loads an organization from `file`, beside the running server.
    pub(crate) fn import(&self, file: &Path) -> Result<()> {
        let mut command = Command::new(&self.executable);
        command.args(["organization", "import"]).arg(file);
        command.args(place(self.folder.path(), self.database_url.as_deref()));
        let output = command.stdin(Stdio::null()).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "the import failed: {said}");
        Ok(())
    }

    /// Ends the server and leaves its folder, in which `DATABASE` is.
    pub(crate) fn end(self) -> TempDir {
        self.folder
    }
}

/// The database in a server's folder.
pub(crate) const DATABASE: &str = "state/chandlery.db";

/// Where the state is, in the words of the command line.
fn place(folder: &Path, database_url: Option<&str>) -> Vec<std::ffi::OsString> {
    let mut words = vec!["--data-dir".into(), folder.join("state").into()];
    if let Some(url) = database_url {
        words.extend(["--database-url".into(), url.into()]);
    }
    words
}

/// There is more of everything than AWS allows by default, and requests that were signed a while ago are sent again.
fn configuration(folder: &Path) -> Result<PathBuf> {
    let file = folder.join("chandlery.toml");
    let limits = "[limits]\nshared-accounts-max = 100000000\nportfolios-max = 100000000\nclock-skew-max-seconds = 3600\n";
    std::fs::write(&file, limits).with_context(|| format!("{}", file.display()))?;
    Ok(file)
}

/// `bytes` in MiB.
#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
pub(crate) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / MIB
}

/// A size as a number to count with.
#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
pub(crate) fn bytes(bytes: i64) -> f64 {
    bytes as f64
}

/// A mebibyte.
pub(crate) const MIB: f64 = 1_048_576.0;
