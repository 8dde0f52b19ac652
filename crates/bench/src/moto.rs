//! A running moto_server.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use client::{Keys, SecretKey};

use crate::actor::Actor;
use crate::process::Process;

/// How long it may take to start: Python reads many files.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// A running moto_server.
pub(crate) struct Moto {
    /// Where it listens.
    pub(crate) endpoint: String,
    _process: Process,
}

impl Moto {
    /// Starts `executable` and waits until it listens.
    pub(crate) async fn start(executable: &Path) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut command = Command::new(executable);
        command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
        let process = Process::silent(&mut command)?;
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            ensure!(begun.elapsed() < READY_WITHIN, "moto_server does not listen");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(Self {
            endpoint: format!("http://127.0.0.1:{port}"),
            _process: process,
        })
    }

    /// Somebody: moto checks no signature.
    pub(crate) fn anybody(&self) -> Actor {
        let keys = Keys {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: SecretKey::new("nobody"),
            session_token: None,
        };
        Actor::new(&self.endpoint, keys)
    }
}
