//! Loading an organization from a file.

use std::io::{self, Read};
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use engine::{Engine, EngineOptions, ImportError, ImportProgress, Imported};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncWriteExt as _, copy, sink};
use tokio::net::UnixStream;
use tokio::time::{interval, timeout};
use tokio_util::io::SyncIoBridge;

use super::file;
use super::progress::Bar;
use crate::Failure;
use crate::config::Place;
use crate::control::{Hearing, Reply, Request, Saying, conversation};
use crate::folder::{Folder, has_store};
use crate::reach::{Reached, reach};
use crate::state::{blocking, place_of};

/// What stands for standard input.
const STANDARD_INPUT: &str = "-";

/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// How long a client may go on sending what nobody reads any more.
const DRAIN_LIMIT: Duration = Duration::from_secs(10);

/// What was loaded, in words.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Loaded {
    /// The organization's id.
    pub organization: String,
    /// The account that manages it.
    pub management: String,
    /// How many units are new.
    pub units: usize,
    /// How many accounts are new.
    pub accounts: usize,
    /// The store that had to be made for it, in words.
    #[serde(skip)]
    pub new_store: Option<String>,
}

impl From<Imported> for Loaded {
    fn from(it: Imported) -> Self {
        Self {
            organization: it.organization.into(),
            management: it.management.into(),
            units: it.units,
            accounts: it.accounts,
            new_store: None,
        }
    }
}

/// Loads the organization in the file at `path`, `-` for standard input, and shows on standard error how far it is.
pub async fn import(place: &Place, options: EngineOptions, path: &Path) -> Result<Loaded, Failure> {
    let mut text = open_text(path)?;
    if place.database_url.is_none() && !has_store(&place.data_dir) {
        text = checked(text, path).await?;
    }
    let folder = Folder::of_server(&place.data_dir)?;
    match reach(&folder, place, options).await? {
        Reached::Alone(alone) => {
            let imported = import_watched(alone.engine(), text).await;
            let new_store = alone.close().await;
            if let (Err(_), Some(place)) = (&imported, &new_store) {
                tracing::warn!("made a new store in {place}");
            }
            let imported = imported.map_err(|error| declined(error, path));
            let store = || place_of(&folder, place.database_url.as_deref());
            Ok(Loaded {
                new_store,
                ..imported.map_err(|it| it.of_store_in(store()))?
            })
        }
        Reached::Beside(stream) => match ask(stream, text).await {
            Ok(Reply::OrganizationImported(loaded)) => Ok(loaded),
            Ok(Reply::Declined { message }) => Err(Failure::Declined(at(path, &message))),
            Ok(other) => Err(Failure::unexpected(&other)),
            Err(Unanswered::Text(source)) => Err(unreadable(path, source)),
            Err(Unanswered::Lost(source)) => Err(Failure::Declined(format!(
                "the server stopped answering ({source}); whether the organization is loaded, all of it or nothing, \
                 `chandlery organization show` tells"
            ))),
        },
    }
}

/// Loads what `text` describes, and shows how far it is.
async fn import_watched(engine: &Engine, text: impl Read + Send + 'static) -> Result<Loaded, ImportError> {
    let (progress, mut bar) = (ImportProgress::default(), Bar::begin());
    let mut importing = pin!(import_text(engine, text, progress.clone()));
    let mut ticks = interval(TELL_EVERY);
    let imported = loop {
        tokio::select! {
            (imported, _) = &mut importing => break imported,
            _ = ticks.tick() => bar.reach(progress.accounts(), progress.of()),
        }
    };
    bar.end();
    imported
}

/// Abandons an import when it is dropped, which does nothing where the import has ended.
struct Watched(ImportProgress);

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// Answers a command on the control socket.
pub(crate) async fn answer_import(engine: &Engine, hearing: Hearing, mut saying: Saying) -> io::Result<()> {
    let text = SyncIoBridge::new(hearing.rest());
    let progress = ImportProgress::default();
    // Whoever goes away, and a server that stops, want nothing loaded of which nobody hears.
    let _watched = Watched(progress.clone());
    let (imported, text) = {
        let mut importing = pin!(import_text(engine, text, progress.clone()));
        let mut ticks = interval(TELL_EVERY);
        loop {
            tokio::select! {
                done = &mut importing => break done,
                _ = ticks.tick() => saying.say(&Reply::Progress { done: progress.accounts(), of: progress.of() }).await?,
            }
        }
    };
    let reply = match imported {
        Ok(loaded) => Reply::OrganizationImported(loaded),
        Err(error) => Reply::Declined {
            message: error.to_string(),
        },
    };
    saying.say(&reply).await?;
    // A client that is still sending would otherwise be told of the broken pipe and not of the reason.
    let mut rest = text.into_inner();
    let _ = timeout(DRAIN_LIMIT, copy(&mut rest, &mut sink())).await;
    Ok(())
}

/// Why the server at the other end of the socket gave no last word.
enum Unanswered {
    /// The text could not be read to its end, so that nothing is loaded.
    Text(io::Error),
    /// The conversation broke off.
    Lost(io::Error),
}

/// Asks the server at the other end of `stream`, and hears its last word, which may come before all is sent.
async fn ask(stream: UnixStream, text: impl Read + Send + 'static) -> Result<Reply, Unanswered> {
    let (mut hearing, mut saying) = conversation(stream);
    let asked = saying.say(&Request::ImportOrganization {}).await;
    asked.map_err(Unanswered::Lost)?;
    let mut answered = pin!(last_word(&mut hearing));
    let mut sending = pin!(send(text, saying));
    tokio::select! {
        sent = &mut sending => sent.map_err(Unanswered::Text)?,
        answered = &mut answered => return answered.map_err(Unanswered::Lost),
    }
    answered.await.map_err(Unanswered::Lost)
}

/// Shows how far the server is until it says something else.
async fn last_word(hearing: &mut Hearing) -> io::Result<Reply> {
    let mut bar = Bar::begin();
    loop {
        match hearing.hear().await? {
            Reply::Progress { done, of } => bar.reach(done, of),
            other => {
                bar.end();
                return Ok(other);
            }
        }
    }
}

/// Sends `text` in pieces, read where waiting for a disk holds up nobody, and says that it is at its end. Fails if it cannot
/// be read; whether anybody hears it is for the answer to tell.
async fn send(mut text: impl Read + Send + 'static, mut saying: Saying) -> io::Result<()> {
    let mut piece = vec![0; 64 * 1024];
    loop {
        let read = blocking(move || {
            let length = text.read(&mut piece);
            (length, text, piece)
        });
        let (length, text_back, piece_back) = read.await;
        (text, piece) = (text_back, piece_back);
        let length = length?;
        let sent = saying.rest().write_all(&piece[..length]).await;
        if length == 0 || sent.is_err() {
            let _ = saying.rest().shutdown().await;
            return Ok(());
        }
    }
}

/// Reads `text` and loads what it describes. Returns the text, read as far as it was needed.
async fn import_text<R: Read + Send + 'static>(
    engine: &Engine,
    mut text: R,
    progress: ImportProgress,
) -> (Result<Loaded, ImportError>, R) {
    let (plan, text) = blocking(move || (file::read(&mut text), text)).await;
    let plan = match plan {
        Ok(plan) => Arc::new(plan),
        Err(error) => {
            let refused = ImportError::Refused {
                line: Some(error.line),
                reason: error.reason,
            };
            return (Err(refused), text);
        }
    };
    let imported = engine.import_organization(plan, progress).await;
    if let Ok(it) = &imported {
        tracing::info!(organization = %it.organization, accounts = it.accounts, units = it.units, "loaded an organization");
    }
    (imported.map(Loaded::from), text)
}

fn open_text(path: &Path) -> Result<Box<dyn Read + Send>, Failure> {
    if path == Path::new(STANDARD_INPUT) {
        return Ok(Box::new(io::stdin()));
    }
    let opened = std::fs::File::open(path).map_err(|source| unreadable(path, source));
    Ok(Box::new(opened?))
}

/// The same text again, in memory, if it is the file of an organization: a bad one shall make no store.
async fn checked(mut text: Box<dyn Read + Send>, path: &Path) -> Result<Box<dyn Read + Send>, Failure> {
    let read = blocking(move || {
        let mut bytes = Vec::new();
        text.read_to_end(&mut bytes)?;
        let plan = file::read(bytes.as_slice());
        Ok::<_, io::Error>((bytes, plan))
    });
    let (bytes, plan) = read.await.map_err(|source| unreadable(path, source))?;
    match plan {
        Ok(_) => Ok(Box::new(io::Cursor::new(bytes))),
        Err(error) => Err(Failure::Declined(at(path, &error.to_string()))),
    }
}

fn unreadable(path: &Path, source: io::Error) -> Failure {
    Failure::File {
        path: path.to_owned(),
        source,
    }
}

fn declined(error: ImportError, path: &Path) -> Failure {
    match error {
        ImportError::Failed(fault) => Failure::Engine(fault),
        refused @ ImportError::Refused { .. } => Failure::Declined(at(path, &refused.to_string())),
    }
}

/// `message`, which may begin with a line, with the file that it is about.
fn at(path: &Path, message: &str) -> String {
    if path == Path::new(STANDARD_INPUT) {
        return format!("standard input: {message}");
    }
    format!("{}: {message}", path.display())
}
