//! A process of the benchmark's own, which ends with it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// A running process; it is killed when this is dropped.
pub(crate) struct Process(Child);

impl Process {
    /// Starts `command`, and returns where it listens: the first URL that it prints.
    pub(crate) fn listening(command: &mut Command) -> Result<(Self, String)> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let child = child.with_context(|| format!("{} does not start", command.get_program().display()))?;
        let mut process = Self(child);
        let output = process.0.stdout.take().context("its output is not piped")?;
        for line in BufReader::new(output).lines() {
            let line = line?;
            if let Some(at) = line.find("http://") {
                return Ok((process, line[at..].trim().trim_end_matches('/').to_owned()));
            }
        }
        anyhow::bail!("{} ended at once", command.get_program().display())
    }

    /// Starts `command`, whose output nobody reads.
    pub(crate) fn silent(command: &mut Command) -> Result<Self> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = command.spawn();
        let child = child.with_context(|| format!("{} does not start", command.get_program().display()))?;
        Ok(Self(child))
    }

    /// The memory it holds, in bytes.
    pub(crate) fn resident_bytes(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let kib: u64 = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|it| it.trim().strip_suffix(" kB"))
            .context("the kernel does not say how much memory a process holds")?
            .parse()?;
        Ok(kib * 1024)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill, and still something to wait for.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
