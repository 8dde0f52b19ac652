//! The binary as a child process that never outlives its test.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How long a process may take to end: longer than it drains.
const END_LIMIT: Duration = Duration::from_secs(20);

/// A running `chandlery`.
pub(crate) struct Process {
    child: Child,
    out: BufReader<ChildStdout>,
    /// The first URL it printed.
    pub(crate) endpoint: String,
    /// What it printed up to that.
    pub(crate) printed: String,
}

/// The binary with a clean environment, so that the machine's settings do not count.
pub(crate) fn chandlery(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chandlery"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    command
}

/// `chandlery serve` on a free port, with more flags.
pub(crate) fn serving(folder: &Path, flags: &[&str]) -> Command {
    let place = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data-dir",
        folder.to_str().unwrap(),
    ];
    chandlery(&[&place, flags].concat())
}

/// Runs it to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    chandlery(arguments).output().unwrap()
}

/// Runs `chandlery account create` to its end.
pub(crate) fn account_create(folder: &Path, arguments: &[&str]) -> Output {
    run(&[
        &["account", "create", "--data-dir", folder.to_str().unwrap()],
        arguments,
    ]
    .concat())
}

/// What it wrote to standard error.
pub(crate) fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

impl Process {
    /// Starts `chandlery serve` on a free port.
    pub(crate) fn serve(folder: &Path) -> Self {
        Self::serve_with(folder, &[])
    }

    /// The same with more flags.
    pub(crate) fn serve_with(folder: &Path, flags: &[&str]) -> Self {
        Self::start_command(serving(folder, flags))
    }

    /// The same with the log lines that `filter` chooses, in the file `log`.
    pub(crate) fn serve_logged(folder: &Path, log: &Path, filter: &str) -> Self {
        Self::serve_logged_with(folder, log, filter, &[])
    }

    /// The same with more flags.
    pub(crate) fn serve_logged_with(folder: &Path, log: &Path, filter: &str, flags: &[&str]) -> Self {
        let mut command = serving(folder, flags);
        command
            .env("CHANDLERY_LOG", filter)
            .stderr(File::create(log).unwrap());
        Self::spawn(command)
    }

    /// Starts a process that prints an endpoint, and reads until it does.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_command(chandlery(arguments))
    }

    /// The same, however the process is made.
    pub(crate) fn start_command(mut command: Command) -> Self {
        command.stderr(Stdio::null());
        Self::spawn(command)
    }

    /// What the system knows it by.
    pub(crate) fn id(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut printed = String::new();
        let endpoint = loop {
            let begin = printed.len();
            assert_ne!(
                out.read_line(&mut printed).unwrap(),
                0,
                "it ended without an endpoint: {printed}"
            );
            if let Some(at) = printed[begin..].find("http") {
                break printed[begin + at..].trim_end().to_owned();
            }
        };
        Self {
            child,
            out,
            endpoint,
            printed,
        }
    }

    /// Where it listens, without the scheme.
    pub(crate) fn address(&self) -> &str {
        self.endpoint.split_once("://").unwrap().1
    }

    /// Reads on until a line begins with `prefix`, and returns the rest of that line.
    pub(crate) fn read_until(&mut self, prefix: &str) -> String {
        let mut line = String::new();
        while self.out.read_line(&mut line).unwrap() > 0 {
            if let Some(rest) = line.strip_prefix(prefix) {
                return rest.trim_end().to_owned();
            }
            line.clear();
        }
        panic!("it printed no line that begins with {prefix}");
    }

    /// How much memory it has.
    pub(crate) fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap();
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        kibibytes * 1024
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.id(), signal).unwrap();
    }

    /// Waits for its end; returns its exit status and what else it printed.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let begun = Instant::now();
        let mut rest = String::new();
        // Its output ends when it does.
        self.out.read_to_string(&mut rest).unwrap();
        let status = self.child.wait().unwrap();
        assert!(
            begun.elapsed() < END_LIMIT,
            "it took {:?} to end",
            begun.elapsed()
        );
        (status.code(), rest)
    }

    /// Ends it in order.
    pub(crate) fn stop(self) {
        self.signal(Signal::TERM);
        assert_eq!(self.end().0, Some(0));
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Only a test that failed gets here with a process that still runs.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
