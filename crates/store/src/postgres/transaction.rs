//! One transaction on one session, with the fewest round trips that are safe.
//!
//! BEGIN travels with the first statement where that statement does no harm outside a transaction, which is where it
//! lands should the server refuse the BEGIN alone. The last statement travels with COMMIT.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use tokio_postgres::{Error, Row};

use super::Mode;
use super::columns::PostgresRow;
use super::errors::proves_rollback;
use super::session::{Session, Trip};
use crate::tx::{EachRow, Tx};
use crate::work::LastStatement;
use crate::{StoreError, Value};

/// How many executions of one statement are sent before the first answer is awaited, which bounds how long the time
/// limit of a round trip has to last.
const IN_FLIGHT_MAX: usize = 256;

pub(super) struct Transaction<'s> {
    session: &'s Session,
    mode: Mode,
}

/// Why a transaction was not committed.
pub(super) enum CommitFailure {
    /// Nothing of it is in the store.
    RolledBack(StoreError),
    /// The answer did not come: it may have been committed, or may yet be.
    Unknown(StoreError),
}

impl Mode {
    fn begin(self) -> &'static str {
        match self {
            Mode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Mode::Command | Mode::Step => "BEGIN ISOLATION LEVEL SERIALIZABLE",
            Mode::Claim => "BEGIN ISOLATION LEVEL READ COMMITTED",
        }
    }

    /// Whether the first statement may be sent before BEGIN is answered. A query changes nothing, and the first
    /// statement of a command is its request row, which counts as absent until it has an answer.
    fn sends_begin_ahead(self) -> bool {
        matches!(self, Mode::Read | Mode::Command)
    }
}

impl<'s> Transaction<'s> {
    pub(super) fn new(session: &'s Session, mode: Mode) -> Self {
        Self { session, mode }
    }

    /// Waits for `statement`, in the transaction, which begins with it if it is the first.
    fn trip<T>(
        &self,
        sql: &'static str,
        statement: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, StoreError> {
        let session = self.session;
        let begin = self.mode.begin();
        let answer = if session.begun.replace(true) {
            session.wait(statement)
        } else if self.mode.sends_begin_ahead() {
            session.wait(async {
                let (started, answer) = tokio::join!(biased; session.client.batch_execute(begin), statement);
                started?;
                answer
            })
        } else {
            session.control(begin)?;
            session.wait(statement)
        };
        answer.map_err(|trip| trip.sorted(sql))
    }

    /// Commits, after `last` if there is one.
    pub(super) fn commit(&self, last: Option<LastStatement<'_>>) -> Result<(), CommitFailure> {
        if let Some(last) = last {
            return self.commit_after(&last);
        }
        if !self.session.begun.get() {
            return Ok(());
        }
        let committed = self.session.wait(self.session.client.batch_execute("COMMIT"));
        self.ended(committed)
    }

    /// Sends `last` and COMMIT together. If `last` fails, the server makes the COMMIT a ROLLBACK.
    fn commit_after(&self, last: &LastStatement<'_>) -> Result<(), CommitFailure> {
        let prepared = self.trip(last.sql, self.session.prepare(last.sql));
        prepared.map_err(CommitFailure::RolledBack)?;
        let both = async {
            let mut executed = pin!(self.session.execute(last.sql, &last.values));
            // Prepared, it has been sent when it was polled once; if it could not be, neither must COMMIT be.
            let first_poll = poll_fn(|cx| Poll::Ready(executed.as_mut().poll(cx))).await;
            let commit = self.session.client.batch_execute("COMMIT");
            match first_poll {
                Poll::Ready(Ok(_)) => Ok((Ok(()), commit.await)),
                Poll::Ready(Err(error)) => Err(error),
                Poll::Pending => {
                    let (executed, committed) = tokio::join!(executed, commit);
                    Ok((executed.map(drop), committed))
                }
            }
        };
        let (executed, committed) = match self.session.wait(both) {
            Ok(answers) => answers,
            Err(Trip::Failed(error)) => {
                return Err(CommitFailure::RolledBack(Trip::Failed(error).sorted(last.sql)));
            }
            Err(Trip::TimedOut) => return self.ended(Err(Trip::TimedOut)),
        };
        match executed {
            // The server refused it, and so did not commit either.
            Err(error) if error.as_db_error().is_some() => {
                self.session.begun.set(false);
                self.session.note(&error);
                Err(CommitFailure::RolledBack(Trip::Failed(error).sorted(last.sql)))
            }
            Err(error) => {
                self.session.note(&error);
                self.ended(Err(Trip::Failed(error)))
            }
            Ok(()) => {
                let committed = committed.inspect_err(|error| self.session.note(error));
                self.ended(committed.map_err(Trip::Failed))
            }
        }
    }

    /// What an answer to COMMIT, or its absence, says.
    fn ended(&self, committed: Result<(), Trip>) -> Result<(), CommitFailure> {
        match committed {
            Ok(()) => {
                self.session.begun.set(false);
                Ok(())
            }
            Err(Trip::Failed(error)) if proves_rollback(&error) => {
                self.session.begun.set(false);
                Err(CommitFailure::RolledBack(Trip::Failed(error).sorted("COMMIT")))
            }
            Err(trip) => Err(CommitFailure::Unknown(trip.sorted("COMMIT"))),
        }
    }
}

impl Tx for Transaction<'_> {
    fn query(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut EachRow<'_>,
    ) -> Result<(), StoreError> {
        let rows: Vec<Row> = self.trip(sql, self.session.query(sql, values))?;
        for row in &rows {
            each(&PostgresRow { row })?;
        }
        Ok(())
    }

    fn execute(&self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        self.trip(sql, self.session.execute(sql, values))
    }

    fn execute_each(&self, sql: &'static str, rows: &[Vec<Value<'_>>]) -> Result<Vec<u64>, StoreError> {
        let mut touched = Vec::with_capacity(rows.len());
        for together in rows.chunks(IN_FLIGHT_MAX) {
            touched.extend(self.trip(sql, self.session.execute_each(sql, together))?);
        }
        Ok(touched)
    }
}
