//! Lines of JSON on a Unix socket, and what else follows them.
//!
//! Invariant: a line that takes too long or is too long is an error, never a wait without end.

use std::io;
use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, copy, sink};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;

/// The longest line. Ours: some times what is ever said at once.
const LINE_BYTES_MAX: u64 = 1024 * 1024;

/// How long the other side may take to say its next line. Ours: it is a process on this machine, maybe a busy one.
const LINE_LIMIT: Duration = Duration::from_secs(10);

/// The half that is listened to.
pub(crate) struct Hearing(BufReader<OwnedReadHalf>);

/// The half that is spoken into. Dropping it says that nothing more comes.
pub(crate) struct Saying(OwnedWriteHalf);

/// Both halves of a connection.
pub(crate) fn conversation(stream: UnixStream) -> (Hearing, Saying) {
    let (read, write) = stream.into_split();
    (Hearing(BufReader::new(read)), Saying(write))
}

impl Hearing {
    /// The next line.
    pub(crate) async fn hear<T: DeserializeOwned>(&mut self) -> io::Result<T> {
        let mut line = String::new();
        let mut limited = (&mut self.0).take(LINE_BYTES_MAX);
        let heard = timeout(LINE_LIMIT, limited.read_line(&mut line)).await;
        heard.map_err(|_| {
            let why = format!("no answer within {} s", LINE_LIMIT.as_secs());
            io::Error::new(io::ErrorKind::TimedOut, why)
        })??;
        Ok(serde_json::from_str(&line)?)
    }

    /// Waits until the other side says nothing more.
    pub(crate) async fn hear_end(self) -> io::Result<()> {
        copy(&mut self.rest(), &mut sink()).await.map(drop)
    }

    /// What follows the lines that were heard.
    pub(crate) fn rest(self) -> BufReader<OwnedReadHalf> {
        self.0
    }
}

impl Saying {
    /// Says a line.
    pub(crate) async fn say<T: Serialize>(&mut self, it: &T) -> io::Result<()> {
        let mut line = serde_json::to_vec(it)?;
        line.push(b'\n');
        self.0.write_all(&line).await
    }

    /// What the other side hears after the lines that were said.
    pub(crate) fn rest(&mut self) -> &mut OwnedWriteHalf {
        &mut self.0
    }
}
