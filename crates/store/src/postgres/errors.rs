//! PostgreSQL's errors, by what can be done about them.

use std::error::Error;
use std::sync::Arc;

use tokio_postgres::error::{DbError, Severity, SqlState};

use crate::StoreError;

/// The classes of SQLSTATE that speak of the server or the connection, not of the statement: connection exception,
/// insufficient resources, operator intervention, system error.
/// Source: PostgreSQL's manual, appendix A.
const CLASSES_OF_THE_SERVER: [&str; 4] = ["08", "53", "57", "58"];

/// The server, a standby now, takes no writes.
const READ_ONLY: &str = "25006";

/// The server ended the transaction because nothing came for too long.
const IDLE_TOO_LONG: &str = "25P03";

/// Whether the transaction was committed is not known.
const COMPLETION_UNKNOWN: &str = "40003";

/// An error of a statement.
pub(super) fn sorted(sql: &'static str, error: tokio_postgres::Error) -> StoreError {
    let Some(code) = error.as_db_error().map(|it| it.code().code().to_owned()) else {
        return without_the_server(sql, error);
    };
    let class = code.get(..2).unwrap_or_default();
    let source = Arc::new(error);
    if class == "40" && code != COMPLETION_UNKNOWN {
        StoreError::Contended { source: Some(source) }
    } else if class == "23" {
        StoreError::Constraint { source }
    } else if class == "XX" {
        StoreError::corrupt(source.to_string())
    } else if CLASSES_OF_THE_SERVER.contains(&class)
        || [READ_ONLY, IDLE_TOO_LONG, COMPLETION_UNKNOWN].contains(&code.as_str())
    {
        StoreError::Unavailable {
            what: "the database server does not carry it out",
            source: Some(source),
        }
    } else {
        StoreError::Statement { sql, source }
    }
}

/// Whether a conflict was two transactions that waited for each other.
pub(super) fn is_deadlock(failure: &StoreError) -> bool {
    let StoreError::Contended { source: Some(source) } = failure else {
        return false;
    };
    let error = source.downcast_ref::<tokio_postgres::Error>();
    error.and_then(|it| it.code()) == Some(&SqlState::T_R_DEADLOCK_DETECTED)
}

/// An error on our side of the connection: it broke, or a value does not fit its parameter.
fn without_the_server(sql: &'static str, error: tokio_postgres::Error) -> StoreError {
    let is_broken = error.is_closed() || error.source().is_some_and(|it| it.is::<std::io::Error>());
    if is_broken {
        StoreError::unavailable("the connection to the database was lost", error)
    } else {
        StoreError::Statement {
            sql,
            source: Arc::new(error),
        }
    }
}

/// Whether a connection can be used after `error`.
pub(super) fn ends_connection(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_none_or(|error| {
        let is_fatal = matches!(error.parsed_severity(), Some(Severity::Fatal | Severity::Panic));
        is_fatal || is_of_a_lost_server(error)
    })
}

fn is_of_a_lost_server(error: &DbError) -> bool {
    let code = error.code().code();
    code == READ_ONLY || code.starts_with("08") || code.starts_with("57P")
}

/// Whether `error`, the answer to COMMIT, proves that nothing was committed.
///
/// A rule broken or a conflict found is looked for before the commit is written. Everything else may come after it.
pub(super) fn proves_rollback(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(|error| {
        let code = error.code().code();
        code.starts_with("23") || (code.starts_with("40") && code != COMPLETION_UNKNOWN)
    })
}
