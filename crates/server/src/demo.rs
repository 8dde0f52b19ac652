//! `chandlery demo`: what sharing looks like, told by a client on a server of its own.
//!
//! The server runs in this process on a temporary folder; everything the story does goes through TCP, signed, as a
//! customer's requests do. The one exception is the account outside the organization, which AWS has no operation for:
//! it is made as `chandlery account create` makes it. Invariant: an answer that is not the expected one ends the demo
//! with exit status 1, and nothing is left behind.

mod client;
mod progress;
mod story;
mod table;
mod views;
mod world;

use std::time::Duration;

use engine::EngineOptions;
use tokio::time::timeout;

use crate::config::{Place, REQUESTS_IN_FLIGHT_MAX};
use crate::serve::{Signals, exports, print};
use crate::{Failure, Options, Permissions, Server};

pub use client::Unexpected;

/// How long the story may take. Ours: a hundred times what it takes.
const STORY_LIMIT: Duration = Duration::from_secs(18);

/// The flags of `chandlery demo`.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct DemoFlags {
    /// Leave the server running afterwards, until SIGINT or SIGTERM
    #[arg(long)]
    keep: bool,
}

/// Tells the story.
pub async fn run(flags: DemoFlags) -> Result<(), Failure> {
    let mut signals = Signals::new()?;
    let folder = tempfile::tempdir().map_err(|source| Failure::Folder {
        path: std::env::temp_dir(),
        action: "used for a temporary folder",
        source,
    })?;
    let server = Server::start(Options {
        listen: ([127, 0, 0, 1], 0).into(),
        place: Place {
            data_dir: folder.path().to_owned(),
            database_url: None,
        },
        tls: None,
        permissions: Permissions::default(),
        requests_in_flight_max: REQUESTS_IN_FLIGHT_MAX,
        engine: EngineOptions::default(),
    })
    .await?;
    print(&format!(
        "A server with an empty store listens on {}\n",
        server.endpoint()
    ));

    let told = tokio::select! {
        told = timeout(STORY_LIMIT, story::tell(&server)) => told,
        () = signals.next() => {
            server.stop().await;
            return Ok(());
        }
    };
    let told = told.unwrap_or_else(|_| Err(Unexpected::late(STORY_LIMIT).into()));
    if told.is_ok() && flags.keep {
        print(&format!(
            "\nThe server stays until Ctrl-C. To use it:\n\n{}",
            exports(&server)
        ));
        signals.next().await;
    }
    server.stop().await;
    told
}
