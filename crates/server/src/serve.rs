//! `chandlery serve`: a server until a signal ends it.
//!
//! Invariant: the first line on standard output with `http://` or `https://` names the endpoint, and whoever reads it can
//! connect and sign: connections are accepted and the credentials file is complete. Deliberately absent: logs, which go
//! to standard error.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{Failure, MANAGEMENT_PROFILE, Options, REGION, Server};

/// Serves until SIGINT or SIGTERM, then answers what was asked, and returns.
pub async fn serve(options: Options) -> Result<(), Failure> {
    raise_file_limit();
    // Before anything else, so that a signal during the start ends in order too.
    let mut signals = Signals::new()?;
    let server = Server::start(options).await?;
    print(&format!(
        "Chandlery listens on {}\n\n{}",
        server.endpoint(),
        exports(&server)
    ));
    let ended = tokio::select! {
        () = signals.next() => Ok(()),
        failure = server.lost() => Err(failure),
    };
    server.stop().await;
    ended
}

/// Lets the server have as many connections as the system allows it. Ours: what is usual at the start, 1,024, is for
/// programs that watch their files with `select`.
fn raise_file_limit() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    if current != maximum
        && let Err(error) = setrlimit(Resource::Nofile, raised)
    {
        tracing::warn!(%error, ?current, "the limit of open files cannot be raised");
    }
}

/// The signals that end a server in order.
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Catches them from now on.
    pub(crate) fn new() -> Result<Self, Failure> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(Failure::Signals)?,
            terminate: signal(SignalKind::terminate()).map_err(Failure::Signals)?,
        })
    }

    /// Waits for one.
    pub(crate) async fn next(&mut self) {
        let name = tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        };
        tracing::info!(signal = name, "stopping");
    }
}

/// The lines that point AWS's clients to `server`, for a shell.
pub(crate) fn exports(server: &Server) -> String {
    exports_of(server.endpoint(), server.credentials_path().as_deref())
}

/// Without a file, another replica has made the management account, and has its key.
fn exports_of(endpoint: &str, credentials: Option<&Path>) -> String {
    let mut lines = format!("export AWS_ENDPOINT_URL={endpoint}\n");
    if let Some(path) = credentials {
        // Clients take keys in the environment before any profile.
        lines.push_str("unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN\n");
        let path = quoted(&path.to_string_lossy());
        let _ = writeln!(lines, "export AWS_SHARED_CREDENTIALS_FILE={path}");
        let _ = writeln!(lines, "export AWS_PROFILE={MANAGEMENT_PROFILE}");
    }
    let _ = writeln!(lines, "export AWS_REGION={REGION}");
    // What Python's read instead.
    let _ = writeln!(lines, "export AWS_DEFAULT_REGION={REGION}");
    lines
}

/// Prints to standard output. A reader that has gone away is no reason to end a server.
pub fn print(text: &str) {
    let mut out = io::stdout().lock();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        tracing::warn!(%error, "standard output cannot be written");
    }
}

/// `text` as one word of a shell.
fn quoted(text: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "/._-+:@%,".contains(it);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_lines_can_be_pasted_into_a_shell() {
        let lines = exports_of("http://127.0.0.1:1", Some(Path::new("/it's here/credentials")));
        assert_eq!(
            lines,
            "export AWS_ENDPOINT_URL=http://127.0.0.1:1\n\
             unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN\n\
             export AWS_SHARED_CREDENTIALS_FILE='/it'\\''s here/credentials'\n\
             export AWS_PROFILE=management\n\
             export AWS_REGION=us-east-1\n\
             export AWS_DEFAULT_REGION=us-east-1\n"
        );
    }

    #[test]
    fn a_replica_without_keys_names_none() {
        let lines = exports_of("http://127.0.0.1:1", None);
        assert_eq!(
            lines,
            "export AWS_ENDPOINT_URL=http://127.0.0.1:1\n\
             export AWS_REGION=us-east-1\n\
             export AWS_DEFAULT_REGION=us-east-1\n"
        );
    }
}
