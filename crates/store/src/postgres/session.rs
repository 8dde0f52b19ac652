//! One connection: round trips under a time limit, and the statements prepared on it.
//!
//! The session owns the runtime its connection lives on, so that dropping it drops the socket at once and without a
//! word to a server that may not be listening. Invariant: after [`Session::is_lost`] it sends nothing any more.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use futures_util::future::try_join_all;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row, Statement};

use super::columns::declared;
use super::connect::Server;
use super::errors::{ends_connection, sorted};
use crate::{StoreError, Value};

pub(super) struct Session {
    pub(super) client: Client,
    runtime: Option<Runtime>,
    /// `None` where statements are not to be prepared.
    statements: Option<RefCell<HashMap<&'static str, Statement>>>,
    limit: Duration,
    lost: Cell<bool>,
    /// Whether a transaction is open, or may be.
    pub(super) begun: Cell<bool>,
}

/// Why a round trip did not end well.
pub(super) enum Trip {
    /// The server, or our side of the connection, said so.
    Failed(Error),
    /// Nothing was heard within the limit.
    TimedOut,
}

impl Session {
    /// Connects to `server`; answers are awaited for `round_trip_limit`.
    pub(super) fn open(server: &Server, round_trip_limit: Duration) -> Result<Self, StoreError> {
        let no_runtime = |error| StoreError::unavailable("the system has no room for a connection", error);
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(no_runtime)?;
        let attempt = async {
            let client = server.connect().await?;
            client.batch_execute(&server_limits(round_trip_limit)).await?;
            Ok::<_, Error>(client)
        };
        let connected = runtime.block_on(async { timeout(server.options.connect_limit, attempt).await });
        let client = match connected {
            Ok(Ok(client)) => client,
            failed => {
                runtime.shutdown_background();
                let what = "the database server cannot be reached";
                return Err(match failed {
                    Ok(Err(error)) => StoreError::unavailable(what, error),
                    _ => StoreError::Unavailable { what, source: None },
                });
            }
        };
        Ok(Self {
            client,
            runtime: Some(runtime),
            statements: server.options.prepared.then(RefCell::default),
            limit: round_trip_limit,
            lost: Cell::new(false),
            begun: Cell::new(false),
        })
    }

    /// Whether the connection can no longer be trusted.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.get() || self.client.is_closed()
    }

    /// Waits for `trip`, within the limit.
    pub(super) fn wait<T>(&self, trip: impl Future<Output = Result<T, Error>>) -> Result<T, Trip> {
        let runtime = self
            .runtime
            .as_ref()
            .expect("it is taken only when the session is dropped");
        match runtime.block_on(async { timeout(self.limit, trip).await }) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                self.note(&error);
                Err(Trip::Failed(error))
            }
            Err(_) => {
                self.lost.set(true);
                Err(Trip::TimedOut)
            }
        }
    }

    /// Remembers what `error` means for the connection.
    pub(super) fn note(&self, error: &Error) {
        if ends_connection(error) {
            self.lost.set(true);
        }
    }

    /// Runs one of the engine's own statements, or several.
    pub(super) fn control(&self, sql: &'static str) -> Result<(), StoreError> {
        self.wait(self.client.batch_execute(sql))
            .map_err(|trip| trip.sorted(sql))
    }

    /// Ends the transaction that may be open, keeping nothing of it.
    pub(super) fn roll_back(&self) {
        if self.begun.replace(false) && !self.is_lost() && self.control("ROLLBACK").is_err() {
            self.lost.set(true);
        }
    }

    /// Runs a statement that returns rows.
    pub(super) async fn query(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        match self.prepared(sql).await? {
            Some(statement) => self.client.query(&statement, &untyped(values)).await,
            None => self.client.query_typed(sql, &typed(values)).await,
        }
    }

    /// Runs a statement that returns none, and says how many rows it touched.
    pub(super) async fn execute(&self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, Error> {
        match self.prepared(sql).await? {
            Some(statement) => self.client.execute(&statement, &untyped(values)).await,
            None => self.client.execute_typed(sql, &typed(values)).await,
        }
    }

    /// Runs such a statement for each of `rows`, all of them on their way at once.
    pub(super) async fn execute_each(
        &self,
        sql: &'static str,
        rows: &[Vec<Value<'_>>],
    ) -> Result<Vec<u64>, Error> {
        self.prepare(sql).await?;
        try_join_all(rows.iter().map(|values| self.execute(sql, values))).await
    }

    /// Makes sure that `sql` needs no round trip of its own when it runs.
    pub(super) async fn prepare(&self, sql: &'static str) -> Result<(), Error> {
        self.prepared(sql).await.map(drop)
    }

    async fn prepared(&self, sql: &'static str) -> Result<Option<Statement>, Error> {
        let Some(statements) = &self.statements else {
            return Ok(None);
        };
        let found = statements.borrow().get(sql).cloned();
        if found.is_some() {
            return Ok(found);
        }
        let statement = self.client.prepare(sql).await?;
        statements.borrow_mut().insert(sql, statement.clone());
        Ok(Some(statement))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Without waiting: a name may still be being looked up.
            runtime.shutdown_background();
        }
    }
}

impl Trip {
    /// As an error of the statement `sql`.
    pub(super) fn sorted(self, sql: &'static str) -> StoreError {
        match self {
            Trip::Failed(error) => sorted(sql, error),
            Trip::TimedOut => StoreError::Unavailable {
                what: "the database server did not answer in time",
                source: None,
            },
        }
    }
}

/// The server gives up when we do, and does not keep the locks of a client that has vanished.
fn server_limits(round_trip_limit: Duration) -> String {
    let limit_ms = round_trip_limit.as_millis();
    format!(
        "SET statement_timeout = {limit_ms}; SET idle_in_transaction_session_timeout = {}",
        limit_ms * 3
    )
}

fn untyped<'v>(values: &'v [Value<'_>]) -> Vec<&'v (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn typed<'v>(values: &'v [Value<'_>]) -> Vec<(&'v (dyn ToSql + Sync), Type)> {
    let typed = values.iter().map(|value| {
        let parameter: &(dyn ToSql + Sync) = value;
        (parameter, declared(value.kind()))
    });
    typed.collect()
}
