//! Debian packages a run needs and the machine lacks, installed without asking.
//!
//! Invariant: the caller has made sure that the thing is absent; a machine that has it is never changed. Deliberately
//! absent: any other package manager; elsewhere the message says what to install.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, bail};

use crate::process;

/// Installs `package`, as root or through a sudo that asks for no password.
pub(crate) fn install(package: &str) -> Result<()> {
    println!("    installing the Debian package {package}");
    let advice = || format!("{package} is missing and could not be installed; install it and run again");
    process::run(apt_get()?.args(["update", "-qq"])).with_context(advice)?;
    process::run(apt_get()?.args(["install", "-qq", "-y", "--no-install-recommends", package]))
        .with_context(advice)
}

fn apt_get() -> Result<Command> {
    let anywhere = Path::new("/");
    if !process::succeeds(process::command("apt-get", anywhere).arg("--version")) {
        bail!("there is no apt-get on this machine");
    }
    if rustix::process::geteuid().is_root() {
        let mut command = process::command("apt-get", anywhere);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        return Ok(command);
    }
    if !process::succeeds(process::command("sudo", anywhere).args(["-n", "true"])) {
        bail!("this user is not root and sudo asks for a password");
    }
    let mut command = process::command("sudo", anywhere);
    command.args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Ok(command)
}
