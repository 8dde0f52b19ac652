//! Commands: transactions that keep their answer, so that asking twice changes once.
//!
//! The answer is a row of the table `request`, written in the transaction it answers for. A client's idempotency token
//! finds it again, and so does the store itself where a COMMIT was left without an answer. A refused command leaves no
//! row: its token may be used again.

use tokio::sync::oneshot;

use crate::work::{Answer, Ending, LastStatement, Work, deliver};
use crate::{StoreError, WriteTx};

/// Which request a command carries out.
#[derive(Clone, Debug)]
pub struct RequestKey {
    /// What the token is unique in: account, region and operation.
    pub scope: String,
    /// The client's idempotency token, if it sent one.
    pub token: Option<String>,
    /// A digest of the input. The same token with another digest is [`CommandOutcome::TokenReused`].
    pub fingerprint: [u8; 32],
    /// The time of the request, in microseconds since the Unix epoch.
    pub now_us: i64,
    /// From when on the answer counts as forgotten.
    pub expires_at_us: i64,
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandOutcome<F> {
    /// It was carried out and is durable; the bytes its body returned.
    Done(Vec<u8>),
    /// It had been carried out before under this token; the bytes of that time. Nothing was changed now.
    Replayed(Vec<u8>),
    /// The token had been used with other input. Nothing was changed.
    TokenReused,
    /// The body said no. Nothing was changed.
    Refused(F),
}

/// The row that keeps a command's answer.
pub(crate) struct RequestRow {
    pub(crate) scope: String,
    pub(crate) token: String,
    pub(crate) fingerprint: [u8; 32],
    pub(crate) now_us: i64,
    pub(crate) expires_at_us: i64,
    /// Whether the token is a client's, and finding its answer so a replay.
    origin: Origin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Client,
    Store,
}

/// How long the answer to a request without a token is kept: far longer than an ambiguous COMMIT is pursued.
const UNNAMED_KEPT_US: i64 = 10 * 60 * 1_000_000;

impl RequestRow {
    /// The row of a request with a client's token.
    pub(crate) fn of_client(key: &RequestKey) -> Option<Self> {
        Some(Self {
            scope: key.scope.clone(),
            token: key.token.clone()?,
            fingerprint: key.fingerprint,
            now_us: key.now_us,
            expires_at_us: key.expires_at_us,
            origin: Origin::Client,
        })
    }

    /// The row of a request without a token, under a name drawn for this one call.
    pub(crate) fn of_store(key: &RequestKey) -> Self {
        Self {
            scope: key.scope.clone(),
            // A client's token never starts with a tilde, so the two kinds cannot meet.
            token: format!("~{:032x}", rand::random::<u128>()),
            fingerprint: key.fingerprint,
            now_us: key.now_us,
            expires_at_us: key.expires_at_us.min(key.now_us.saturating_add(UNNAMED_KEPT_US)),
            origin: Origin::Store,
        }
    }
}

/// What stands in a request's row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Nothing did; it is this transaction's now.
    New,
    /// The answer to the same request.
    Answered(Vec<u8>),
    /// The answer to another request under the same token.
    OtherInput,
}

/// A command that keeps its answer in `row`, or nowhere, as [`Work`], and its outcome.
pub(crate) fn command<B, F>(row: Option<RequestRow>, body: B) -> (Box<dyn Work>, Answer<CommandOutcome<F>>)
where
    B: FnMut(&WriteTx<'_>) -> Result<Vec<u8>, F> + Send + 'static,
    F: Send + 'static,
{
    let (caller, answer) = oneshot::channel();
    let command = Command {
        body,
        row,
        outcome: None,
        caller,
    };
    (Box::new(command), answer)
}

struct Command<B, F> {
    body: B,
    row: Option<RequestRow>,
    outcome: Option<CommandOutcome<F>>,
    caller: oneshot::Sender<Result<CommandOutcome<F>, StoreError>>,
}

impl<B, F> Command<B, F> {
    /// The answer this request has already, if it was made before.
    fn earlier_outcome(&self, tx: &WriteTx<'_>) -> Result<Option<CommandOutcome<F>>, StoreError> {
        let Some(row) = &self.row else { return Ok(None) };
        Ok(match tx.claim_request(row)? {
            Claim::New => None,
            Claim::OtherInput => Some(CommandOutcome::TokenReused),
            Claim::Answered(answer) => Some(match row.origin {
                Origin::Client => CommandOutcome::Replayed(answer),
                // Only this very call knows the name: its own COMMIT had happened without our hearing of it.
                Origin::Store => CommandOutcome::Done(answer),
            }),
        })
    }
}

impl<B, F> Work for Command<B, F>
where
    B: FnMut(&WriteTx<'_>) -> Result<Vec<u8>, F> + Send,
    F: Send,
{
    fn run(&mut self, tx: &WriteTx<'_>) -> Result<Ending, StoreError> {
        self.outcome = self.earlier_outcome(tx)?;
        if self.outcome.is_some() {
            return Ok(Ending::Undo);
        }
        match (self.body)(tx) {
            Ok(answer) => {
                self.outcome = Some(CommandOutcome::Done(answer));
                Ok(Ending::Keep)
            }
            Err(refusal) => {
                self.outcome = Some(CommandOutcome::Refused(refusal));
                Ok(Ending::Undo)
            }
        }
    }

    fn last(&self) -> Option<LastStatement<'_>> {
        match (&self.row, &self.outcome) {
            (Some(row), Some(CommandOutcome::Done(answer))) => Some(row.keep(answer)),
            _ => None,
        }
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        deliver(self.caller, outcome, self.outcome);
    }
}
