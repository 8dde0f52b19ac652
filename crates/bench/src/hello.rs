//! Bare axum that says hello: what the machine can do at most, over the same protocol under the same load.

use std::process::Command;

use anyhow::Result;
use axum::Router;
use axum::routing::any;
use tokio::net::TcpListener;

use crate::process::Process;

/// The subcommand by which the benchmark starts itself to say hello.
pub(crate) const SAY_HELLO: &str = "say-hello";

/// A process that says hello.
pub(crate) struct Hello {
    /// Where it listens, such as `http://127.0.0.1:40001`.
    pub(crate) endpoint: String,
    _process: Process,
}

impl Hello {
    /// Starts one.
    pub(crate) fn start() -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let (process, endpoint) = Process::listening(command.arg(SAY_HELLO))?;
        Ok(Self {
            endpoint,
            _process: process,
        })
    }
}

/// Says hello to everybody until killed.
pub(crate) async fn say() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    let router = Router::new().route("/", any(|| async { "hello" }));
    Ok(axum::serve(listener, router).await?)
}
