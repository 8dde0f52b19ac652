//! The control socket: how a command asks the server that has the data folder.
//!
//! One line of JSON asks, lines answer until one ends the conversation. Invariant: only the socket's owner can connect,
//! and only the process with the folder's lock listens. Deliberately absent: anything the API can do; this is for what
//! AWS has no operation for.

mod conversation;

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::AccountId;
use engine::Engine;
use serde::{Deserialize, Serialize};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::current::Current;
use crate::folder::{Folder, FolderLock};
use crate::listener::stopped;
use crate::organization::{self, Detail, Loaded};
use crate::status::{self, About, Report};
use crate::{Failure, account, backup, faults, restore};

pub(crate) use conversation::{Hearing, Saying, conversation};

/// What can be asked.
#[derive(Debug, Serialize, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Request {
    /// Make an account outside any organization and write its key to the credentials file.
    CreateAccount {
        /// Its id; a random one if absent.
        id: Option<String>,
    },
    /// Load the organization in the text that follows, to its end.
    ImportOrganization {},
    /// Show every organization.
    ShowOrganizations {
        /// How much of it.
        detail: Detail,
    },
    /// Leave the store where it is until the connection ends: somebody copies it.
    BackUp {},
    /// Tell how the server and its store are.
    Status {},
    /// Put the database in the bytes that follow, to their end, in the place of the store.
    Restore {},
    /// Something about fault rules or the clock.
    Faults(faults::Request),
}

/// What is answered.
#[derive(Debug, Serialize, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    /// The account is there, and its key in the credentials file.
    AccountCreated {
        /// Its id.
        id: String,
    },
    /// The organization is there.
    OrganizationImported(Loaded),
    /// It is being worked on.
    Progress {
        /// Accounts that have been written so far.
        done: usize,
        /// How many there will be; 0 while that is not known.
        of: usize,
    },
    /// A piece of text to print. Others follow.
    Text {
        /// The piece.
        text: String,
    },
    /// How the server and its store are.
    Status(Box<Report>),
    /// The store stays where it is.
    GoAhead {},
    /// The store was replaced.
    Restored {
        /// Where the one of before is.
        before: Option<PathBuf>,
    },
    /// What was asked about fault rules or the clock.
    Faults(faults::Reply),
    /// The server ends: the store that is in place now does not open.
    Ends {
        /// Why.
        why: String,
    },
    /// All was said.
    Done {},
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

    /// Answers until `stop` says so. What is being answered then is broken off.
    pub(crate) async fn run(self, current: Arc<Current>, about: Arc<About>, mut stop: watch::Receiver<bool>) {
        let mut answering = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                () = stopped(&mut stop) => break,
                accepted = self.listener.accept() => accepted,
                Some(_) = answering.join_next() => continue,
            };
            match accepted {
                Ok((stream, _)) => {
                    let (current, about) = (Arc::clone(&current), Arc::clone(&about));
                    answering.spawn(async move { logged(answer(stream, &current, &about).await) });
                }
                Err(error) => {
                    logged(Err(error));
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
        answering.shutdown().await;
        // It would only be in the way of a listing: the next server replaces it.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Connects to the server that has `folder`.
pub(crate) async fn connect(folder: &Folder) -> io::Result<UnixStream> {
    UnixStream::connect(folder.control_address()?.path()).await
}

fn logged(answered: io::Result<()>) {
    if let Err(error) = answered {
        tracing::warn!(%error, "a command on the control socket was not answered");
    }
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

async fn answer(stream: UnixStream, current: &Arc<Current>, about: &About) -> io::Result<()> {
    let (mut hearing, mut saying) = conversation(stream);
    let request = hearing.hear().await?;
    if request == (Request::Restore {}) {
        return restore::answer_restore(current, hearing, saying).await;
    }
    let request = match request {
        // These hold up no restore, and a restore does not hold them up.
        Request::Status {} => return answer_status(current, about, saying).await,
        Request::Faults(request) => return answer_faults(current, request, saying).await,
        other => other,
    };
    let Some((engine, _command)) = current.command().await else {
        let message = "a restore is at work on the store; try again when it is done".to_owned();
        return saying.say(&Reply::Declined { message }).await;
    };
    match request {
        Request::CreateAccount { id } => {
            let reply = match create_account(&engine, current.folder(), id).await {
                Ok(id) => Reply::AccountCreated { id: id.into() },
                Err(message) => Reply::Declined { message },
            };
            saying.say(&reply).await
        }
        Request::ImportOrganization {} => organization::answer_import(&engine, hearing, saying).await,
        Request::ShowOrganizations { detail } => organization::answer_show(&engine, detail, saying).await,
        Request::BackUp {} => backup::answer_back_up(current, hearing, saying).await,
        Request::Restore {} | Request::Status {} | Request::Faults(_) => Ok(()),
    }
}

async fn answer_status(current: &Current, about: &About, mut saying: Saying) -> io::Result<()> {
    match current.engine().await {
        Some(engine) => status::answer_status(&engine, about, saying).await,
        None => saying.say(&ending()).await,
    }
}

async fn answer_faults(current: &Current, request: faults::Request, mut saying: Saying) -> io::Result<()> {
    let answered = current
        .engine()
        .await
        .map(|engine| faults::answer(&engine, request));
    let reply = match answered {
        Some(Ok(reply)) => Reply::Faults(reply),
        Some(Err(refusal)) => Reply::Declined {
            message: refusal.to_string(),
        },
        None => ending(),
    };
    saying.say(&reply).await
}

fn ending() -> Reply {
    Reply::Declined {
        message: "the server is ending".to_owned(),
    }
}

async fn create_account(engine: &Engine, folder: &Folder, id: Option<String>) -> Result<AccountId, String> {
    let id = id
        .map(AccountId::parse)
        .transpose()
        .map_err(|it| it.to_string())?;
    let created = account::create_in(engine, folder, id).await;
    created.map_err(|it| it.to_string())
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
