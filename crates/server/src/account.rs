//! `chandlery account create`: accounts that no organization knows, for the other side of an account share.
//!
//! Invariant: when an account has been created, its key is in the credentials file. It works beside a running server,
//! by asking it, and without one, by taking its place for a moment; where there is no store yet it makes one, and says
//! so. Deliberately absent: accounts of an organization, which Organizations' CreateAccount makes.

use std::path::PathBuf;

use domain::AccountId;
use engine::{Engine, EngineOptions};

use crate::Failure;
use crate::config::Place;
use crate::control::{Reply, Request, conversation};
use crate::folder::Folder;
use crate::reach::{Reached, reach};
use crate::state::{blocking, place_of};

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
    let folder = Folder::of_server(&place.data_dir)?;
    let (id, new_store) = match reach(&folder, place, EngineOptions::default()).await? {
        Reached::Alone(alone) => {
            let created = create_in(alone.engine(), &folder, id).await;
            let new_store = alone.close().await;
            let store = || place_of(&folder, place.database_url.as_deref());
            (created.map_err(|it| it.of_store_in(store()))?, new_store)
        }
        Reached::Beside(stream) => {
            let request = Request::CreateAccount {
                id: id.map(String::from),
            };
            let (mut hearing, mut saying) = conversation(stream);
            let asked = async {
                saying.say(&request).await?;
                hearing.hear().await
            };
            (
                outcome(asked.await.map_err(|it| folder.not_answering(it))?)?,
                None,
            )
        }
    };
    Ok(Created {
        id,
        credentials: folder.credentials().absolute_path(),
        new_store,
    })
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

fn outcome(reply: Reply) -> Result<AccountId, Failure> {
    match reply {
        Reply::AccountCreated { id } => AccountId::parse(id).map_err(|it| Failure::Declined(it.to_string())),
        Reply::Declined { message } => Err(Failure::Declined(message)),
        other => Err(Failure::unexpected(&other)),
    }
}
