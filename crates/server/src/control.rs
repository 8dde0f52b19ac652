//! The control socket: how a command asks the server that has the data folder.
//!
//! One line of JSON asks, one line answers, and the connection ends. Invariant: only the socket's owner can connect, and
//! only the process with the folder's lock listens. Deliberately absent: anything the API can do; this is for what AWS
//! has no operation for.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use domain::AccountId;
use engine::Engine;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::folder::{Folder, FolderLock};
use crate::listener::stopped;
use crate::{Failure, account};

/// The longest line. Ours: ten times what is ever said.
const LINE_BYTES_MAX: u64 = 4096;

/// How long the other side may take to say its line. Ours: it is a process on this machine, maybe a busy one.
const LINE_LIMIT: Duration = Duration::from_secs(10);

/// What can be asked.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Request {
    /// Make an account outside any organization and write its key to the credentials file.
    CreateAccount {
        /// Its id; a random one if absent.
        id: Option<String>,
    },
}

/// What is answered.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    /// The account is there, and its key in the credentials file.
    AccountCreated {
        /// Its id.
        id: String,
    },
    /// It was not done.
    Declined {
        /// Why, for the person who asked.
        message: String,
    },
}

/// A socket that is listened on.
pub(crate) struct Control {
    listener: UnixListener,
    path: PathBuf,
}

impl Control {
    /// Begins to listen in `folder`.
    pub(crate) fn bind(folder: &Folder, _lock: &FolderLock) -> Result<Self, Failure> {
        let path = folder.control_path();
        let bound = bind(folder);
        let listener = bound.map_err(|source| Failure::Folder {
            path: path.clone(),
            action: "listened on",
            source,
        })?;
        Ok(Self { listener, path })
    }

    /// Answers, one at a time, until `stop` says so.
    pub(crate) async fn run(self, engine: Engine, folder: Folder, mut stop: watch::Receiver<bool>) {
        loop {
            let accepted = tokio::select! {
                () = stopped(&mut stop) => break,
                accepted = self.listener.accept() => accepted,
            };
            let answered = match accepted {
                Ok((stream, _)) => answer(stream, &engine, &folder).await,
                Err(error) => {
                    sleep(Duration::from_millis(100)).await;
                    Err(error)
                }
            };
            if let Err(error) = answered {
                tracing::warn!(%error, "a command on the control socket was not answered");
            }
        }
        // It would only be in the way of a listing: the next server replaces it.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Asks the server that has `folder`.
pub(crate) async fn ask(folder: &Folder, request: &Request) -> io::Result<Reply> {
    let address = folder.control_address()?;
    let mut stream = UnixStream::connect(address.path()).await?;
    say(&mut stream, request).await?;
    hear(&mut stream).await
}

fn bind(folder: &Folder) -> io::Result<UnixListener> {
    let path = folder.control_path();
    // Whoever listened there is gone: the lock is ours.
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let address = folder.control_address()?;
    let listener = UnixListener::bind(address.path())?;
    std::fs::set_permissions(path, Permissions::from_mode(0o600))?;
    Ok(listener)
}

async fn answer(mut stream: UnixStream, engine: &Engine, folder: &Folder) -> io::Result<()> {
    let Request::CreateAccount { id } = hear(&mut stream).await?;
    let reply = match create_account(engine, folder, id).await {
        Ok(id) => Reply::AccountCreated { id: id.into() },
        Err(message) => Reply::Declined { message },
    };
    say(&mut stream, &reply).await
}

async fn create_account(engine: &Engine, folder: &Folder, id: Option<String>) -> Result<AccountId, String> {
    let id = id
        .map(AccountId::parse)
        .transpose()
        .map_err(|it| it.to_string())?;
    let created = account::create_in(engine, folder, id).await;
    created.map_err(|it| it.to_string())
}

async fn say<T: Serialize>(stream: &mut UnixStream, it: &T) -> io::Result<()> {
    let mut line = serde_json::to_vec(it)?;
    line.push(b'\n');
    stream.write_all(&line).await
}

async fn hear<T: DeserializeOwned>(stream: &mut UnixStream) -> io::Result<T> {
    let mut line = String::new();
    let mut reader = BufReader::new(stream.take(LINE_BYTES_MAX));
    timeout(LINE_LIMIT, reader.read_line(&mut line)).await??;
    Ok(serde_json::from_str(&line)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_are_what_other_releases_will_say_and_hear() {
        let request = Request::CreateAccount {
            id: Some("111122223333".to_owned()),
        };
        let line = r#"{"create_account":{"id":"111122223333"}}"#;
        assert_eq!(serde_json::to_string(&request).unwrap(), line);
        assert_eq!(
            serde_json::from_str::<Request>(r#"{"create_account":{}}"#).unwrap(),
            Request::CreateAccount { id: None }
        );
        let reply = Reply::AccountCreated {
            id: "111122223333".to_owned(),
        };
        assert_eq!(
            serde_json::to_string(&reply).unwrap(),
            r#"{"account_created":{"id":"111122223333"}}"#
        );
    }
}
