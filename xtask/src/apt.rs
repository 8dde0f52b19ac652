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
    update_and_install(package)
        .with_context(|| format!("{package} is missing and could not be installed; install it and run again"))
}

fn update_and_install(package: &str) -> Result<()> {
    process::run(apt_get()?.args(["update", "-qq"]))?;
    process::run(apt_get()?.args(["install", "-qq", "-y", "--no-install-recommends", package]))
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
        bail!("this user is not root and has no sudo without a password");
    }
    let mut command = process::command("sudo", anywhere);
    command.args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Ok(command)
}
