//! A PostgreSQL server of our own for one run: found or installed, started on a free loopback port, stopped at the end.
//!
//! Every test has a database of its own in it, so what counts is how fast databases come and go: the cluster lies in
//! memory where the machine has room there, and waits for no disk. The benchmark's lies on a disk and waits for it.
//!
//! Invariant: only the cluster that [`Postgres::start`] made is ever touched; it lives in a temporary folder, listens
//! on 127.0.0.1 alone, and is stopped by its own process id when the guard is dropped: after success, failure, panic
//! or interruption. Should xtask itself be killed, the kernel stops it. Deliberately absent: a way to use a server
//! that is already there.

mod programs;
mod server;

use std::{
    env, fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use tempfile::TempDir;

use self::{
    programs::Programs,
    server::{FOR_TESTS, Server},
};
use crate::process;

/// The variable in which tests find the superuser's URL.
pub(crate) const URL_VARIABLE: &str = "CHANDLERY_TEST_POSTGRES_URL";

const ATTEMPTS: u32 = 3;

/// Files in memory, on Linux. Measured: a database is made there in 25 ms, and in 250 ms on a disk.
const MEMORY: &str = "/dev/shm";
/// The room a cluster takes, several times over: its log, and the databases of the tests that run at one moment.
const ROOM_BYTES: u64 = 2 << 30;

/// A running server. Dropping it stops the server, then removes its folder.
pub(crate) struct Postgres {
    // Fields are dropped in this order.
    _server: Server,
    _folder: TempDir,
    port: u16,
}

impl Postgres {
    /// Starts a fresh cluster for tests, installing PostgreSQL first where it is missing.
    pub(crate) fn start() -> Result<Self> {
        Self::start_in(&parent_folder(), FOR_TESTS)
    }

    /// Starts a fresh cluster whose commits are on a disk, with PostgreSQL's own settings.
    pub(crate) fn start_durable() -> Result<Self> {
        Self::start_in(&env::temp_dir(), &[])
    }

    fn start_in(parent: &Path, settings: &[&str]) -> Result<Self> {
        let programs = Programs::found_or_installed()?;
        let folder = tempfile::Builder::new()
            .prefix("chandlery-postgres-")
            .tempdir_in(parent)
            .context("PostgreSQL has no temporary folder")?;
        Programs::hand_over(folder.path())?;
        create_cluster(&programs, folder.path())?;

        let mut attempt = 1;
        loop {
            let port = free_port()?;
            match Server::start(&programs, folder.path(), port, settings) {
                Ok(server) => {
                    return Ok(Self {
                        _server: server,
                        _folder: folder,
                        port,
                    });
                }
                // Another process may have taken the port since it was found free.
                Err(_) if attempt < ATTEMPTS => attempt += 1,
                Err(reason) => return Err(reason),
            }
            process::check_interrupted()?;
        }
    }

    /// The superuser's URL of the database `postgres`.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

/// Memory if it has room, else where temporary files belong.
fn parent_folder() -> PathBuf {
    let memory = PathBuf::from(MEMORY);
    let has_room =
        rustix::fs::statvfs(&memory).is_ok_and(|it| it.f_bavail.saturating_mul(it.f_frsize) >= ROOM_BYTES);
    if has_room { memory } else { env::temp_dir() }
}

/// Makes the cluster's files in `folder`/data; whoever reaches its loopback port is trusted.
fn create_cluster(programs: &Programs, folder: &Path) -> Result<()> {
    let cluster = folder.join("data");
    let mut initdb = programs.command("initdb", folder);
    // The files outlive neither the run nor the machine, so creating them need not wait for the disk.
    initdb
        .arg("--pgdata")
        .arg(&cluster)
        .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"]);
    process::read(initdb.args(["--locale=C", "--no-sync"])).context("PostgreSQL's cluster cannot be made")?;
    let access = cluster.join("pg_hba.conf");
    fs::write(&access, "host all all 127.0.0.1/32 trust\n").with_context(|| format!("{}", access.display()))
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr().context("the free port is unknown")?.port())
}
