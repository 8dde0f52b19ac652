//! `chandlery restore`: puts a backup in the place of the embedded store, beside a running server or without one.
//!
//! The database is staged in the data folder, checked and brought up to date there while the server goes on with the
//! store it has. Only then requests wait, for the moment in which the files are renamed and opened. Invariant: the store
//! is the old one or the whole new one, whenever anything ends; the old one stays beside it. Deliberately absent: the
//! files' names, which are the store's.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use domain::with_causes;
use engine::EngineOptions;
use store::{ReplaceError, Replacement};
use tokio::io::{AsyncWriteExt as _, BufReader, copy, sink};
use tokio::net::UnixStream;
use tokio::net::unix::OwnedReadHalf;
use tokio::time::{interval, timeout};
use tokio_util::io::SyncIoBridge;

use crate::Failure;
use crate::backup::{STANDARD, of_postgres};
use crate::config::Place;
use crate::control::{Hearing, Reply, Request, Saying, conversation};
use crate::current::{Current, NotReplaced};
use crate::folder::Folder;
use crate::reach::{LockOrConnection, lock_or_connect};
use crate::state::{self, blocking};

/// How often the server says that it is still at work.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// How long a client may go on sending what nobody reads any more.
const DRAIN_LIMIT: Duration = Duration::from_secs(10);

/// What is read and sent at once.
const PIECE_BYTES: usize = 256 * 1024;

/// A store that was put in place.
#[derive(Clone, Debug)]
pub struct Restored {
    /// Where it came from, in words.
    pub from: String,
    /// The store of before, if there was one.
    pub before: Option<PathBuf>,
}

/// Puts the backup in `file`, `-` for standard input, in the place of the store in `place`.
pub async fn restore(place: &Place, file: &Path) -> Result<Restored, Failure> {
    if place.database_url.is_some() {
        return Err(of_postgres("restored", "pg_restore"));
    }
    let bytes = open_backup(file)?;
    let from = in_words(file);
    let folder = Folder::open(&place.data_dir)?;
    let before = match lock_or_connect(&folder).await? {
        LockOrConnection::Lock(_lock) => {
            let path = folder.path().to_owned();
            let replaced = blocking(move || stage(&path, bytes)?.replace()).await;
            let before = replaced.map_err(|source| Failure::Restore {
                from: from.clone(),
                source,
            })?;
            // Writes the keys that are in it, and shows that it is one to go on with.
            let opened = state::open(&folder, None, EngineOptions::default()).await?;
            state::close(opened.engine).await;
            before
        }
        LockOrConnection::Connection(stream) => {
            let asked = ask(stream, bytes).await;
            match asked.map_err(|it| folder.not_answering(it))? {
                Reply::Restored { before } => before,
                Reply::Declined { message } => {
                    return Err(Failure::Declined(format!("{from} was not restored: {message}")));
                }
                Reply::Ends { why } => {
                    return Err(Failure::Declined(format!(
                        "{from} was to be restored, and the store does not open now, so the server ends: {why}"
                    )));
                }
                other => return Err(Failure::unexpected(&other)),
            }
        }
    };
    Ok(Restored { from, before })
}

/// Answers a command on the control socket.
pub(crate) async fn answer_restore(
    current: &Arc<Current>,
    hearing: Hearing,
    mut saying: Saying,
) -> io::Result<()> {
    let bytes = SyncIoBridge::new(hearing.rest());
    let declined = |message: String| Reply::Declined { message };
    if !current.is_embedded() {
        return end(
            declined(of_postgres("restored", "pg_restore").to_string()),
            bytes,
            saying,
        )
        .await;
    }
    let Some(_alone) = current.begin_restore() else {
        let message = "another command is at work beside the server; try again when it is done".to_owned();
        return end(declined(message), bytes, saying).await;
    };
    match replace(current, bytes, &mut saying).await {
        (Ok(before), bytes) => end(Reply::Restored { before }, bytes, saying).await,
        (Err(NotReplaced::Kept(error)), bytes) => end(declined(with_causes(&error)), bytes, saying).await,
        (Err(NotReplaced::Lost(failure)), bytes) => {
            let why = with_causes(&failure);
            let ended = end(Reply::Ends { why }, bytes, saying).await;
            current.lose(failure);
            ended
        }
    }
}

/// Says the last word.
async fn end(
    reply: Reply,
    bytes: SyncIoBridge<BufReader<OwnedReadHalf>>,
    mut saying: Saying,
) -> io::Result<()> {
    saying.say(&reply).await?;
    // A client that is still sending would otherwise be told of the broken pipe and not of the reason.
    let mut rest = bytes.into_inner();
    let _ = timeout(DRAIN_LIMIT, copy(&mut rest, &mut sink())).await;
    Ok(())
}

/// Stages what is in `bytes` and makes it the store of `current`. Returns what is left of `bytes`.
async fn replace<R: Read + Send + 'static>(
    current: &Arc<Current>,
    mut bytes: R,
    saying: &mut Saying,
) -> (Result<Option<PathBuf>, NotReplaced>, R) {
    let path = current.folder().path().to_owned();
    let mut staging = pin!(blocking(move || (stage(&path, &mut bytes), bytes)));
    let mut ticks = interval(TELL_EVERY);
    let (staged, bytes) = loop {
        tokio::select! {
            staged = &mut staging => break staged,
            // Whoever asked may be gone; what was staged is found to be cut off then.
            _ = ticks.tick() => drop(saying.say(&Reply::Progress { done: 0, of: 0 }).await),
        }
    };
    let replacement = match staged {
        Ok(replacement) => replacement,
        Err(error) => return (Err(NotReplaced::Kept(error)), bytes),
    };
    // A task of its own: a server that is told to stop in between finishes it.
    let current = Arc::clone(current);
    let replacing = tokio::spawn(async move { current.replace(replacement).await });
    let replaced = replacing
        .await
        .expect("replacing does not panic, and is not cancelled");
    (replaced, bytes)
}

/// Copies `bytes` into the data folder at `path` and checks them there. Blocks.
fn stage(path: &Path, mut bytes: impl Read) -> Result<Replacement, ReplaceError> {
    let replacement = Replacement::begin(path)?;
    let mut file = replacement.file()?;
    let copied = io::copy(&mut bytes, &mut file).and_then(|_| file.sync_all());
    copied.map_err(|source| ReplaceError::File {
        path: path.to_owned(),
        action: "filled with the backup",
        source,
    })?;
    replacement.check()?;
    Ok(replacement)
}

/// Asks the server at the other end of `stream`, and hears its last word.
async fn ask(stream: UnixStream, bytes: impl Read + Send + 'static) -> io::Result<Reply> {
    let (mut hearing, mut saying) = conversation(stream);
    saying.say(&Request::Restore {}).await?;
    let sending = async {
        let sent = send(bytes, &mut saying).await;
        // Says that it is at its end. After a failure the server is left with less than a database.
        let ended = saying.rest().shutdown().await;
        sent.and(ended)
    };
    let answered = async {
        loop {
            match hearing.hear().await? {
                Reply::Progress { .. } => {}
                other => return Ok(other),
            }
        }
    };
    let (sent, answered) = tokio::join!(sending, answered);
    match answered {
        Ok(reply) => Ok(reply),
        Err(error) => Err(sent.err().unwrap_or(error)),
    }
}

/// Sends `bytes` in pieces, read where waiting for a disk holds up nobody.
async fn send(mut bytes: impl Read + Send + 'static, saying: &mut Saying) -> io::Result<()> {
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let read = blocking(move || {
            let length = bytes.read(&mut piece);
            (length, bytes, piece)
        });
        let (length, bytes_back, piece_back) = read.await;
        (bytes, piece) = (bytes_back, piece_back);
        match length? {
            0 => return Ok(()),
            length => saying.rest().write_all(&piece[..length]).await?,
        }
    }
}

fn open_backup(file: &Path) -> Result<Box<dyn Read + Send>, Failure> {
    if file == Path::new(STANDARD) {
        return Ok(Box::new(io::stdin()));
    }
    let failed = |source| Failure::File {
        path: file.to_owned(),
        source,
    };
    let opened = File::open(file).map_err(failed)?;
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let log = PathBuf::from(log);
    // What is in the log and not in the file yet would be lost.
    if log.metadata().is_ok_and(|it| it.len() > 0) {
        return Err(Failure::Refused(format!(
            "{} is not whole: {} belongs to it, so it was open when it was copied; make backups with chandlery backup",
            file.display(),
            log.display()
        )));
    }
    Ok(Box::new(opened))
}

fn in_words(file: &Path) -> String {
    if file == Path::new(STANDARD) {
        return "standard input".to_owned();
    }
    file.display().to_string()
}
