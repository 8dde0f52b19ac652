//! Child processes: started with a closed standard input, awaited, and never left behind by an interrupted run.
//!
//! Each child leads its own process group, so that an interruption reaches everything it started. Invariant: a signal
//! only ends the children; the main thread sees the failure and unwinds, and its guards (PostgreSQL, temporary
//! folders) clean up as they do after any other failure. Deliberately absent: `std::process::exit`, which would skip
//! those guards.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};

use std::os::unix::process::CommandExt as _;

/// The leaders of the process groups that run now.
static RUNNING: Mutex<Vec<Pid>> = Mutex::new(Vec::new());
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Turns Ctrl-C, SIGTERM and SIGHUP into the end of the running children: politely first, by force the second time.
pub(crate) fn stop_children_on_signals() -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("signals cannot be watched")?;
    thread::spawn(move || {
        for _ in signals.forever() {
            let again = INTERRUPTED.swap(true, Ordering::SeqCst);
            let signal = if again { Signal::KILL } else { Signal::INT };
            for group in running().iter() {
                // A group that has just ended is as good as one that was stopped.
                let _ = kill_process_group(*group, signal);
            }
        }
    });
    Ok(())
}

/// Fails once the run was interrupted, so that nothing new is started.
pub(crate) fn check_interrupted() -> Result<()> {
    if INTERRUPTED.load(Ordering::SeqCst) {
        bail!("interrupted");
    }
    Ok(())
}

/// `program`, to be run in `folder` with nothing on its standard input.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null()).process_group(0);
    command
}

/// Cargo as it was called for this run, in the workspace's root.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), root);
    // Snapshots are compared here and accepted elsewhere.
    command.env("INSTA_UPDATE", "no");
    // What cargo told this program about itself is nobody else's: build scripts that look at it would run again, and all
    // that depends on them be built again, whenever cargo is called by hand in between.
    for (variable, _) in std::env::vars_os() {
        let name = variable.to_string_lossy();
        if name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_PKG_") {
            command.env_remove(&variable);
        }
    }
    command
}

/// Runs `command` with its output going where ours goes; fails, naming it, unless it succeeds.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = name(command);
    let status = watched(command, &name, |mut child| child.wait())?;
    check_interrupted()?;
    if !status.success() {
        bail!("`{name}` failed ({status})");
    }
    Ok(())
}

/// Runs `command` and returns what it wrote to standard output; its standard error goes where ours goes.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let name = name(command);
    let output = watched(command.stdout(Stdio::piped()), &name, Child::wait_with_output)?;
    check_interrupted()?;
    if !output.status.success() {
        bail!("`{name}` failed ({})", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{name}` wrote something that is not UTF-8"))
}

/// Whether `command` can be started and succeeds; what it says is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Starts `command` and waits in `wait`, with its group registered for interruption meanwhile.
fn watched<T>(
    command: &mut Command,
    name: &str,
    wait: impl FnOnce(Child) -> std::io::Result<T>,
) -> Result<T> {
    check_interrupted()?;
    let child = command
        .spawn()
        .with_context(|| format!("`{name}` cannot be started"))?;
    let group = Pid::from_child(&child);
    running().push(group);
    if INTERRUPTED.load(Ordering::SeqCst) {
        // The signal came between the check and the registration.
        let _ = kill_process_group(group, Signal::INT);
    }
    let result = wait(child).with_context(|| format!("`{name}` cannot be awaited"));
    running().retain(|other| *other != group);
    result
}

fn running() -> MutexGuard<'static, Vec<Pid>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The command line as a person would type it, without the folder of the program.
fn name(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![
        program
            .file_name()
            .unwrap_or(program.as_os_str())
            .to_string_lossy()
            .into_owned(),
    ];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_command_is_named_with_its_arguments() {
        let failed = run(&mut command("false", Path::new("/"))).unwrap_err();
        assert_eq!(failed.to_string(), "`false` failed (exit status: 1)");
    }

    #[test]
    fn a_command_that_is_not_there_is_named() {
        let failed = run(command("no-such-program", Path::new("/")).arg("now")).unwrap_err();
        assert_eq!(failed.to_string(), "`no-such-program now` cannot be started");
    }

    #[test]
    fn a_command_reads_nothing_from_us() {
        let read = read(&mut command("cat", Path::new("/"))).unwrap();
        assert_eq!(read, "");
    }
}
