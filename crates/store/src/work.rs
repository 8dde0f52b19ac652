//! Work on its way to an engine's thread: a transaction's body, where its result waits, and whom to answer.
//!
//! An engine runs a piece of work as often as conflicts demand, and answers once, when the transaction is over. The
//! result therefore waits here between the body's return and the commit.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use crate::{StoreError, Value, WriteTx};

/// How a body wants its transaction to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Commit what was written.
    Keep,
    /// Undo what was written; the result stands all the same.
    Undo,
}

/// A statement whose answer nobody looks at, so that an engine may send it together with COMMIT.
pub(crate) struct LastStatement<'a> {
    pub(crate) sql: &'static str,
    pub(crate) values: Vec<Value<'a>>,
}

/// One transaction to carry out, erased of what it returns.
pub(crate) trait Work: Send {
    /// Runs the body; again after each conflict.
    fn run(&mut self, tx: &WriteTx<'_>) -> Result<Ending, StoreError>;

    /// What is left to write if the transaction is to be kept.
    fn last(&self) -> Option<LastStatement<'_>> {
        None
    }

    /// Hands over what the last run made, or why there is nothing.
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// The result of a piece of work, to come.
pub(crate) type Answer<T> = oneshot::Receiver<Result<T, StoreError>>;

/// Work that returns what `body` makes, and its answer.
pub(crate) fn step<B, T>(body: B) -> (Box<dyn Work>, Answer<T>)
where
    B: FnMut(&WriteTx<'_>) -> (T, Ending) + Send + 'static,
    T: Send + 'static,
{
    let (caller, answer) = oneshot::channel();
    let step = Step {
        body,
        result: None,
        caller,
    };
    (Box::new(step), answer)
}

struct Step<B, T> {
    body: B,
    result: Option<T>,
    caller: oneshot::Sender<Result<T, StoreError>>,
}

impl<B, T> Work for Step<B, T>
where
    B: FnMut(&WriteTx<'_>) -> (T, Ending) + Send,
    T: Send,
{
    fn run(&mut self, tx: &WriteTx<'_>) -> Result<Ending, StoreError> {
        let (result, ending) = (self.body)(tx);
        self.result = Some(result);
        Ok(ending)
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        deliver(self.caller, outcome, self.result);
    }
}

/// Sends `result`, or the failure, to a caller that may have gone away.
pub(crate) fn deliver<T>(
    caller: oneshot::Sender<Result<T, StoreError>>,
    outcome: Result<(), StoreError>,
    result: Option<T>,
) {
    let result = outcome.map(|()| result.expect("a transaction succeeds only after its body has returned"));
    // A caller that no longer waits has been cancelled; the transaction stands.
    let _ = caller.send(result);
}

/// Runs `work` once in `tx` and says how the transaction must end.
///
/// A failed statement wins over what the body made of it, and a panic of the body is its caller's failure alone.
pub(crate) fn attempt(work: &mut dyn Work, tx: &WriteTx<'_>) -> Result<Ending, StoreError> {
    let ran = guard(|| work.run(tx));
    match tx.failure() {
        Some(failure) => Err(failure),
        None => ran?,
    }
}

/// Runs a body, turning a panic into an error. What it captured is not looked at again after a panic.
pub(crate) fn guard<T>(body: impl FnOnce() -> T) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(body)).map_err(|payload| StoreError::Panicked {
        message: message_of(&*payload),
    })
}

fn message_of(payload: &(dyn Any + Send)) -> String {
    if let Some(message) = payload.downcast_ref::<&str>() {
        (*message).to_owned()
    } else if let Some(message) = payload.downcast_ref::<String>() {
        message.clone()
    } else {
        "(no message)".to_owned()
    }
}
