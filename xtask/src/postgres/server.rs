//! The server process: its settings, when it is ready, and how it ends.
//!
//! Invariant: a [`Server`] that is dropped has ended, whatever state it was in.

use std::{
    fs,
    path::Path,
    process::Child,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use super::programs::Programs;
use crate::process;

/// Room for every test's pool at once.
const CONNECTIONS: &str = "max_connections=300";

/// What else differs from PostgreSQL's defaults, for tests.
///
/// What is committed outlives every process, which is what tests end, but not the machine: nothing here ends that, and
/// waiting for its disk made each test a second longer. So commits do wait for the log to be written, as they must.
pub(super) const FOR_TESTS: &[&str] = &[
    "fsync=off",
    "full_page_writes=off",
    // The files may lie in memory.
    "max_wal_size=128MB",
];

const READY_WITHIN: Duration = Duration::from_mins(1);
const STOPPED_WITHIN: Duration = Duration::from_secs(20);
const POLL_EVERY: Duration = Duration::from_millis(25);

/// A server process that accepts connections. Dropping it stops it.
pub(super) struct Server {
    process: Child,
}

impl Server {
    /// Starts the cluster in `folder`/data on `port` of 127.0.0.1 with `settings`, and waits until it accepts connections.
    pub(super) fn start(programs: &Programs, folder: &Path, port: u16, settings: &[&str]) -> Result<Self> {
        let log = folder.join("server.log");
        let output = fs::File::create(&log).with_context(|| format!("{}", log.display()))?;
        let mut command = programs.command("postgres", folder);
        command.arg("-D").arg(folder.join("data")).arg("-k").arg(folder);
        command.args(["-h", "127.0.0.1", "-p", &port.to_string()]);
        for setting in [&CONNECTIONS].into_iter().chain(settings) {
            command.args(["-c", setting]);
        }
        command
            .stdout(output.try_clone().context("PostgreSQL's log")?)
            .stderr(output);
        let mut server = Self {
            process: command.spawn().context("PostgreSQL cannot be started")?,
        };
        if let Err(reason) = server.wait_until_ready(programs, folder, port) {
            let said = fs::read_to_string(&log).unwrap_or_default();
            let last = said
                .trim()
                .lines()
                .last()
                .unwrap_or("its log is empty")
                .to_owned();
            return Err(reason.context(format!("PostgreSQL did not start: {last}")));
        }
        Ok(server)
    }

    fn wait_until_ready(&mut self, programs: &Programs, folder: &Path, port: u16) -> Result<()> {
        let deadline = Instant::now() + READY_WITHIN;
        while Instant::now() < deadline {
            process::check_interrupted()?;
            if let Some(status) = self.process.try_wait().context("the server's state is unknown")? {
                bail!("the server ended ({status})");
            }
            let mut ready = programs.command("pg_isready", folder);
            if process::succeeds(ready.args(["-h", "127.0.0.1", "-p", &port.to_string()])) {
                return Ok(());
            }
            thread::sleep(POLL_EVERY);
        }
        bail!("the server was not ready within {} s", READY_WITHIN.as_secs());
    }

    /// Waits for the end of the process until `deadline`; says whether it came.
    fn ended_by(&mut self, deadline: Instant) -> bool {
        while Instant::now() < deadline {
            // An error means that there is no such child any more.
            if !matches!(self.process.try_wait(), Ok(None)) {
                return true;
            }
            thread::sleep(POLL_EVERY);
        }
        false
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !matches!(self.process.try_wait(), Ok(None)) {
            return;
        }
        // SIGINT asks for PostgreSQL's fast shutdown: clients are disconnected, files closed in order.
        let _ = kill_process(Pid::from_child(&self.process), Signal::INT);
        if !self.ended_by(Instant::now() + STOPPED_WITHIN) {
            // The files are removed next, so nothing is lost with a server that hangs.
            let _ = kill_process(Pid::from_child(&self.process), Signal::QUIT);
            if !self.ended_by(Instant::now() + STOPPED_WITHIN) {
                let _ = self.process.kill();
                let _ = self.process.wait();
            }
        }
    }
}
