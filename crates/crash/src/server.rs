//! The server that is hit: its own process, started again and again on the same state.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use client::Client;
use tokio::time::sleep;

/// The region of all that is written.
pub(crate) const REGION: &str = "us-east-1";

/// How long a server may take until it is ready.
const READY_LIMIT: Duration = Duration::from_secs(30);

/// How a server is started.
#[derive(Clone, Debug)]
pub(crate) struct Recipe {
    pub(crate) executable: PathBuf,
    /// Its data folder.
    pub(crate) data: PathBuf,
    pub(crate) configuration: PathBuf,
    /// The database, if the state is not in the folder.
    pub(crate) database_url: Option<String>,
}

/// A running server; it is killed when this is dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) client: Client,
    /// From its start to its first answer.
    pub(crate) started_in: Duration,
}

impl Recipe {
    /// Starts a server and waits until it is ready.
    pub(crate) async fn start(&self) -> Result<Server> {
        let begun = Instant::now();
        let mut process = Guard(Some(self.spawn()?));
        let output = process.0.as_mut().and_then(|it| it.stdout.take());
        let endpoint = endpoint(output.context("the server's output is not piped")?)
            .with_context(|| format!("the server ended at once; see {}", self.log().display()))?;
        let client = Client::new(&endpoint, REGION);
        while let Err(error) = client.ready().await {
            if begun.elapsed() > READY_LIMIT {
                return Err(error).context("the server is not ready");
            }
            sleep(Duration::from_millis(2)).await;
        }
        Ok(Server {
            process: process.0.take().context("the server is running")?,
            client,
            started_in: begun.elapsed(),
        })
    }

    /// Starts a server and kills it after `moment`, wherever it is then.
    pub(crate) async fn start_and_kill(&self, moment: Duration) -> Result<()> {
        let process = Guard(Some(self.spawn()?));
        sleep(moment).await;
        drop(process);
        Ok(())
    }

    /// The key of `profile`, from the data folder.
    pub(crate) fn credentials(&self) -> PathBuf {
        self.data.join("credentials")
    }

    fn log(&self) -> PathBuf {
        self.data.with_extension("log")
    }

    fn spawn(&self) -> Result<Child> {
        let mut log = OpenOptions::new();
        let log = log.create(true).append(true).open(self.log());
        let mut command = Command::new(&self.executable);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(&self.data);
        command.arg("--config").arg(&self.configuration);
        if let Some(url) = &self.database_url {
            command.args(["--database-url", url]);
        }
        command
            .env("CHANDLERY_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.context("the server has no log")?);
        command
            .spawn()
            .with_context(|| format!("{} does not start", self.executable.display()))
    }
}

impl Server {
    /// Kills it, by SIGKILL, and waits until it is gone.
    pub(crate) fn kill(mut self) -> Result<()> {
        if let Some(status) = self.process.try_wait()? {
            bail!("the server ended by itself: {status}");
        }
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone; then there is nothing to kill, and nothing to wait for.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A process that is killed when this is dropped, unless it was taken out.
struct Guard(Option<Child>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(process) = &mut self.0 {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// Where the server listens: the first URL that it prints.
fn endpoint(output: std::process::ChildStdout) -> Result<String> {
    for line in BufReader::new(output).lines() {
        let line = line?;
        if let Some(at) = line.find("http://") {
            return Ok(line[at..].trim().trim_end_matches('/').to_owned());
        }
    }
    bail!("it printed no URL")
}

/// Makes an account outside any organization, as an operator does, and returns its id.
pub(crate) fn create_account(recipe: &Recipe) -> Result<String> {
    command_line(recipe, &["account".as_ref(), "create".as_ref()])
}

/// Runs a command of the server's executable on its state, and returns what it prints.
pub(crate) fn command_line(recipe: &Recipe, words: &[&OsStr]) -> Result<String> {
    let mut command = Command::new(&recipe.executable);
    command.args(words).arg("--data-dir").arg(&recipe.data);
    if let Some(url) = &recipe.database_url {
        command.args(["--database-url", url]);
    }
    let output = command.stdin(Stdio::null()).output()?;
    if !output.status.success() {
        bail!("{words:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// The limits of the servers: small quotas are met, and a share operation takes several steps.
pub(crate) fn write_configuration(folder: &Path) -> Result<PathBuf> {
    let file = folder.join("chandlery.toml");
    let limits = format!(
        "[limits]\nshared-accounts-max = {}\nstep-accounts-max = 2\njob-lease-seconds = 1\n",
        crate::roles::SHARED_ACCOUNTS_MAX
    );
    std::fs::write(&file, limits).with_context(|| file.display().to_string())?;
    Ok(file)
}
