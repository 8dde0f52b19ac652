//! `chandlery status`: how a server and its store are, for a person or a script.
//!
//! The server that has the data folder is asked; without one the store is opened here, under the folder's lock, as a
//! server does. Invariant: nothing that a store holds is changed, no store is made where there is none, and no step of the
//! schema is taken. Deliberately absent: what
//! changes from minute to minute, which is what `GET /metrics` is for.

mod report;
mod text;

use std::io;
use std::path::{Path, absolute};
use std::pin::pin;
use std::time::Duration;

use clap::ValueEnum;
use engine::{Clock as _, Engine, SystemClock, view_store};
use store::{FoundSchema, PostgresOptions, Store};
use tokio::net::UnixStream;
use tokio::runtime::Handle;
use tokio::time::interval;

use crate::Failure;
use crate::config::Place;
use crate::control::{Reply, Request, Saying, connect, conversation};
use crate::folder::{Folder, has_store};
use crate::reach::{LockOrConnection, lock_or_connect};
use crate::state::{blocking, close_store};

use self::report::StoreReport;
pub(crate) use self::report::{About, Report, Requests};

/// How often whoever waits is told that the store is still being read.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// Whom it is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// A person
    #[default]
    Text,
    /// A script
    Json,
}

/// How the server and the store of `place` are, as text to print.
pub async fn status(place: &Place, output: Output) -> Result<String, Failure> {
    let report = match &place.database_url {
        Some(url) => of_database(&place.data_dir, url).await?,
        None => of_folder(&place.data_dir).await?,
    };
    Ok(match output {
        Output::Text => text::of(&report),
        Output::Json => {
            let json = serde_json::to_string_pretty(&report).expect("texts and numbers can be written");
            format!("{json}\n")
        }
    })
}

async fn of_folder(path: &Path) -> Result<Report, Failure> {
    if !path.is_dir() {
        return Err(no_store(&path.display().to_string()));
    }
    let folder = Folder::of_server(path)?;
    // One that keeps its state in PostgreSQL has a folder without a store.
    if let Ok(stream) = connect(&folder).await {
        return ask(&folder, stream).await;
    }
    if !has_store(path) {
        return Err(no_store(&path.display().to_string()));
    }
    let _lock = match lock_or_connect(&folder).await? {
        LockOrConnection::Connection(stream) => return ask(&folder, stream).await,
        LockOrConnection::Lock(lock) => lock,
    };
    let place = StorePlace::of_folder(&folder);
    let path = path.to_owned();
    let store = blocking(move || match Store::find_schema(&path)? {
        Some(schema) if schema.is_current => Ok::<_, Failure>(Ok(Store::open(&path)?)),
        other => Ok(Err(other)),
    });
    place.look(store.await?).await
}

async fn of_database(data_dir: &Path, url: &str) -> Result<Report, Failure> {
    let place = StorePlace::of_database(url)?;
    // Its server may be another machine's, or one with another database.
    if data_dir.is_dir()
        && let Ok(folder) = Folder::of_server(data_dir)
        && let Ok(stream) = connect(&folder).await
    {
        let report = ask(&folder, stream).await?;
        if report.store.place == place.name {
            return Ok(report);
        }
    }
    let options = PostgresOptions {
        connections: 1,
        ..PostgresOptions::default()
    };
    let store = match Store::find_schema_at(url, &options).await? {
        Some(schema) if schema.is_current => Ok(Store::connect(url, &options).await?),
        other => Err(other),
    };
    place.look(store).await
}

fn no_store(place: &str) -> Failure {
    Failure::Refused(format!(
        "there is no store in {place}; --data-dir or --database-url names the one to look at"
    ))
}

/// Where a store is, in words.
#[derive(Clone, Debug)]
pub(crate) struct StorePlace {
    engine: &'static str,
    name: String,
}

impl StorePlace {
    /// Of a server with this data folder and, if it has one, this database.
    pub(crate) fn of_server(folder: &Folder, database_url: Option<&str>) -> Result<Self, Failure> {
        database_url.map_or_else(|| Ok(Self::of_folder(folder)), Self::of_database)
    }

    fn of_folder(folder: &Folder) -> Self {
        let path = absolute(folder.path()).unwrap_or_else(|_| folder.path().to_owned());
        Self {
            engine: "SQLite",
            name: path.display().to_string(),
        }
    }

    fn of_database(url: &str) -> Result<Self, Failure> {
        Ok(Self {
            engine: "PostgreSQL",
            name: Store::postgres_place(url)?,
        })
    }

    /// Looks at the store that is here and that no server here has, or says which schema it has instead.
    async fn look(self, store: Result<Store, Option<FoundSchema>>) -> Result<Report, Failure> {
        let store = match store {
            Ok(store) => store,
            Err(None) => return Err(no_store(&self.name)),
            Err(Some(found)) => {
                let (found, needed) = (found.version, FoundSchema::CURRENT.version);
                return Err(Failure::Refused(format!(
                    "the store in {} has schema {found}, and this release needs {needed}: `chandlery serve` brings it up to \
                     date when it starts",
                    self.name
                )));
            }
        };
        let (seen, runtime) = (store.clone(), Handle::current());
        let view = blocking(move || runtime.block_on(view_store(&seen, SystemClock.now()))).await;
        close_store(store).await;
        let view = view.map_err(|it| Failure::from(it).of_store_in(self.name.clone()))?;
        let view = view.ok_or_else(|| no_store(&self.name))?;
        Ok(Report {
            server: None,
            store: StoreReport::of(&self, &view),
        })
    }
}

/// Asks the server that has `folder`.
async fn ask(folder: &Folder, stream: UnixStream) -> Result<Report, Failure> {
    let (mut hearing, mut saying) = conversation(stream);
    let asked = saying.say(&Request::Status {}).await;
    asked.map_err(|it| folder.not_answering(it))?;
    loop {
        let reply = hearing.hear().await;
        match reply.map_err(|it| folder.not_answering(it))? {
            Reply::Status(report) => return Ok(*report),
            Reply::Progress { .. } => {}
            Reply::Declined { message } => return Err(Failure::Declined(message)),
            other => return Err(Failure::unexpected(&other)),
        }
    }
}

/// Answers a command on the control socket.
pub(crate) async fn answer_status(engine: &Engine, about: &About, mut saying: Saying) -> io::Result<()> {
    let mut reporting = pin!(report(engine, about));
    let mut ticks = interval(TELL_EVERY);
    let reply = loop {
        tokio::select! {
            reported = &mut reporting => break match reported {
                Ok(report) => Reply::Status(Box::new(report)),
                Err(failure) => Reply::Declined { message: failure.to_string() },
            },
            // Whoever asked may be gone. The store is read to the end all the same: the engine that reads it is not to
            // outlive this, or a restore would find it in use.
            _ = ticks.tick() => drop(saying.say(&Reply::Progress { done: 0, of: 0 }).await),
        }
    };
    saying.say(&reply).await
}

async fn report(engine: &Engine, about: &About) -> Result<Report, Failure> {
    let server = about.report(engine).await;
    let (engine, runtime) = (engine.clone(), Handle::current());
    let view = blocking(move || runtime.block_on(engine.store_view())).await;
    let view = view.map_err(|it| Failure::from(it).of_store_in(about.store.name.clone()))?;
    Ok(Report {
        server: Some(server),
        store: StoreReport::of(&about.store, &view.ok_or_else(Failure::absent)?),
    })
}
