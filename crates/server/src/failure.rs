//! Why a subcommand ended without doing what it was asked to.
//!
//! Every message is for the person at the shell: it names the thing and says what to do. Causes stay in `source()`; the
//! binary joins them to one line. Deliberately absent: failures of requests, which are answers.

use std::error::Error as _;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use domain::Fault;
use store::{BackupError, OpenError, ReplaceError};

use crate::control::Reply;
use crate::demo::Unexpected;

/// Why a subcommand failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Flags, environment and file do not make a configuration.
    #[error("{0}")]
    Config(String),
    /// Two settings that cannot be had together, or one without the other.
    #[error("{0}")]
    Refused(String),
    /// The data folder, or a file in it, cannot be used.
    #[error("{} cannot be {action}", path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What was being done to it: `created`, `written` …
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The data folder, or a file in it, is another user's.
    #[error(
        "{} belongs to another user ({owner}), and secret keys are in it; give it to the user who runs chandlery ({user})",
        path.display()
    )]
    Foreign {
        /// The folder or file.
        path: PathBuf,
        /// The id of the user it belongs to.
        owner: u32,
        /// The id of the user who runs this process.
        user: u32,
    },
    /// Another process has the data folder.
    #[error("{} is in use by another chandlery{}; stop it, or choose another --data-dir", path.display(), of(process.as_deref()))]
    InUse {
        /// The data folder.
        path: PathBuf,
        /// The other process, if it told.
        process: Option<String>,
    },
    /// The store did not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store opened, and failed then.
    #[error("the store in {place} cannot be used: {cause}")]
    Store {
        /// The data folder, or that it is the database.
        place: String,
        /// What the store and the system said.
        cause: String,
    },
    /// The store was not copied.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The store was not replaced.
    #[error("{from} was not restored")]
    Restore {
        /// The file, in words.
        from: String,
        /// Why.
        source: ReplaceError,
    },
    /// The engine did not do what was asked.
    #[error(transparent)]
    Engine(#[from] Fault),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error("the TLS files cannot be used: {what}")]
    Tls {
        /// The file, and what is wrong with it.
        what: String,
        /// What the TLS library said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The server that has the data folder could not be asked.
    #[error("the server that has {} does not answer on its control socket", path.display())]
    Control {
        /// The data folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The server that was asked did not do it.
    #[error("{0}")]
    Declined(String),
    /// A file that was named cannot be opened or read.
    #[error("{} cannot be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that was named cannot be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Signals cannot be waited for.
    #[error("signals cannot be listened to")]
    Signals(#[source] io::Error),
    /// The demo got an answer it does not expect.
    #[error("the demo ended early")]
    Demo(#[from] Unexpected),
}

impl Failure {
    /// A server of another release answered something that this one does not know.
    pub(crate) fn unexpected(reply: &Reply) -> Self {
        Self::Declined(format!("the server answered what was not asked: {reply:?}"))
    }

    /// The server has no store just now.
    pub(crate) fn absent() -> Self {
        Self::Declined("the server has no store just now; try again".to_owned())
    }

    /// The same, where a store is behind it: with what the store said, in place of what clients are told.
    pub(crate) fn of_store_in(self, place: String) -> Self {
        let Self::Engine(fault) = &self else {
            return self;
        };
        let mut causes = Vec::new();
        let mut next = fault.source();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        if causes.is_empty() {
            return self;
        }
        Self::Store {
            place,
            cause: causes.join(": "),
        }
    }
}

fn of(process: Option<&str>) -> String {
    match process {
        Some(process) => format!(" (process {process})"),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_store_is_told_of_in_its_own_words() {
        let cause = io::Error::other("attempt to write a readonly database");
        let fault = Fault::service_unavailable("Try again.").caused_by(cause);
        let told = Failure::from(fault).of_store_in("data".to_owned()).to_string();
        assert_eq!(
            told,
            "the store in data cannot be used: attempt to write a readonly database"
        );
    }

    #[test]
    fn what_was_asked_wrongly_stays_what_it_is() {
        let fault = Fault::new(
            "DuplicateResourceException",
            "Account 111122223333 exists already.",
        );
        let told = Failure::from(fault).of_store_in("data".to_owned()).to_string();
        assert!(told.ends_with("exists already."), "{told}");
    }
}
