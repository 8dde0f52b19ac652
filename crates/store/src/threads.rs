//! The engines' own threads.

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::OpenError;

/// Starts a thread of an engine.
pub(crate) fn start(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, OpenError> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map_err(|error| OpenError::Thread {
            source: Arc::new(error),
        })
}

/// Waits for a thread of an engine to end, unless it is the one that waits: a body may hold the last handle.
pub(crate) fn join(thread: JoinHandle<()>) {
    if thread.thread().id() != thread::current().id() && thread.join().is_err() {
        tracing::error!("a thread of the store panicked");
    }
}
