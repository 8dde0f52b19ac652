//! `chandlery account create`: accounts that no organization knows, for the other side of an account share.
//!
//! Invariant: when an account has been created, its key is in the credentials file. It works beside a running server,
//! by asking it, and without one, by taking its place for a moment; where there is no store yet it makes one, and says
//! so. Deliberately absent: accounts of an organization, which Organizations' CreateAccount makes.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use domain::AccountId;
use engine::{Engine, EngineOptions};
use tokio::time::sleep;

use crate::Failure;
use crate::config::Place;
use crate::control::{Reply, Request, ask};
use crate::folder::{Folder, Locking};
use crate::state::{Opened, blocking, close, open, place_of};

/// How long a process that has the folder may take until it answers: it may just be starting. Ours.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// An account that was made.
#[derive(Clone, Debug)]
pub struct Created {
    /// Its id, which is also the name of its profile.
    pub id: AccountId,
    /// The file that its key was written to.
    pub credentials: PathBuf,
    /// The store that had to be made for it, in words: nobody meant to fill a second one.
    pub new_store: Option<String>,
}

/// Makes an account, with a random id if none is given, and writes its key to the credentials file of `place`.
pub async fn create(place: &Place, id: Option<AccountId>) -> Result<Created, Failure> {
    let folder = Folder::open(&place.data_dir)?;
    if place.database_url.is_some() {
        return create_alone(&folder, place, id).await;
    }
    let request = Request::CreateAccount {
        id: id.clone().map(String::from),
    };
    let begun = Instant::now();
    loop {
        if let Locking::Locked(_lock) = folder.try_lock()? {
            return create_alone(&folder, place, id).await;
        }
        match ask(&folder, &request).await {
            Ok(reply) => {
                return Ok(Created {
                    id: outcome(reply)?,
                    credentials: folder.credentials().absolute_path(),
                    new_store: None,
                });
            }
            // Between taking the lock and listening, or between closing the socket and letting go of the lock.
            Err(error) if is_absent(&error) && begun.elapsed() < ANSWER_LIMIT => {
                sleep(Duration::from_millis(50)).await;
            }
            Err(source) => {
                return Err(Failure::Control {
                    path: folder.path().to_owned(),
                    source,
                });
            }
        }
    }
}

/// Makes an account through an engine that is open, and writes its key to the credentials file of `folder`.
pub(crate) async fn create_in(
    engine: &Engine,
    folder: &Folder,
    id: Option<AccountId>,
) -> Result<AccountId, Failure> {
    let created = engine.create_account(id).await?;
    let id = created.account.clone();
    let credentials = folder.credentials();
    blocking(move || credentials.put(created.account.as_str(), &created)).await?;
    tracing::info!(account = %id, "created an account");
    Ok(id)
}

/// The same with an engine of our own.
async fn create_alone(folder: &Folder, place: &Place, id: Option<AccountId>) -> Result<Created, Failure> {
    let url = place.database_url.as_deref();
    let Opened { engine, is_new } = open(folder, url, EngineOptions::default()).await?;
    let created = create_in(&engine, folder, id).await;
    close(engine).await;
    Ok(Created {
        id: created.map_err(|it| it.of_store_in(place_of(folder, url)))?,
        credentials: folder.credentials().absolute_path(),
        new_store: is_new.then(|| place_of(folder, url)),
    })
}

fn outcome(reply: Reply) -> Result<AccountId, Failure> {
    match reply {
        Reply::AccountCreated { id } => AccountId::parse(id).map_err(|it| Failure::Declined(it.to_string())),
        Reply::Declined { message } => Err(Failure::Declined(message)),
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused
    )
}
