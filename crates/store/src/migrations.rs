//! The schema, as numbered steps that are applied once each and recorded in the table `schema_migration`.
//!
//! One text serves both engines: `{text}`, `{bytes}` and `{bool}` become the engine's own types, and nothing else in it
//! may depend on the engine. Invariant: a step that has been released is never edited; a checksum over its text makes
//! sure. This module decides what is to be done, the engines do it. Deliberately absent: steps back.
//!
//! Tables are not `STRICT` on SQLite: `BIGINT` is none of its strict types, and the values a statement carries are typed
//! on our side already. Constraints are never deferred: one request's broken rule would fail the COMMIT it shares with
//! its neighbours.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use crate::OpenError;

/// One step of the schema.
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

/// Declares a step by its number and the name of its file under `migrations/`.
macro_rules! migration {
    ($version:literal, $name:literal) => {
        Migration {
            version: $version,
            name: $name,
            text: include_str!(concat!("../migrations/", $name, ".sql")),
        }
    };
}

/// Every step, in order.
pub(crate) const MIGRATIONS: &[Migration] = &[
    migration!(1, "0001_foundation"),
    migration!(2, "0002_policies"),
    migration!(3, "0003_handshakes"),
    migration!(4, "0004_session_expiry"),
    migration!(5, "0005_rejected_portfolios"),
    migration!(6, "0006_share_outcomes"),
];

/// How an engine writes the types of the common text.
pub(crate) struct Dialect {
    pub(crate) text: &'static str,
    pub(crate) bytes: &'static str,
    pub(crate) boolean: &'static str,
}

/// The record of what has been applied. Its own shape never changes.
const LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    version    BIGINT NOT NULL PRIMARY KEY,
    name       {text} NOT NULL,
    checksum   {text} NOT NULL,
    applied_at BIGINT NOT NULL
)";

pub(crate) const LIST_APPLIED: &str = "SELECT version, name, checksum FROM schema_migration ORDER BY version";

pub(crate) const RECORD: &str =
    "INSERT INTO schema_migration (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";

/// A step as the ledger remembers it.
pub(crate) struct Applied {
    pub(crate) version: i64,
    pub(crate) name: String,
    pub(crate) checksum: String,
}

impl Dialect {
    pub(crate) fn ledger(&self) -> String {
        self.render(LEDGER)
    }

    pub(crate) fn render(&self, text: &str) -> String {
        text.replace("{text}", self.text)
            .replace("{bytes}", self.bytes)
            .replace("{bool}", self.boolean)
    }
}

impl Migration {
    /// Over the common text, so that both engines agree on it.
    pub(crate) fn checksum(&self) -> String {
        let mut checksum = String::with_capacity(64);
        for byte in Sha256::digest(self.text.as_bytes()) {
            write!(checksum, "{byte:02x}").expect("a String takes all that is written to it");
        }
        checksum
    }

    /// This step failed with `source`.
    pub(crate) fn failed(&self, source: impl std::error::Error + Send + Sync + 'static) -> OpenError {
        OpenError::Migration {
            version: self.version,
            name: self.name,
            source: std::sync::Arc::new(source),
        }
    }
}

/// The steps of `known` still to be applied to a store where `applied` have been.
pub(crate) fn pending<'a>(known: &'a [Migration], applied: &[Applied]) -> Result<&'a [Migration], OpenError> {
    let newest_known = known.last().map_or(0, |it| it.version);
    let newest_found = applied.last().map_or(0, |it| it.version);
    if newest_found > newest_known {
        return Err(OpenError::NewerSchema {
            found: newest_found,
            known: newest_known,
        });
    }
    for (migration, applied) in known.iter().zip(applied) {
        if migration.version != applied.version || migration.checksum() != applied.checksum {
            return Err(OpenError::ChangedMigration {
                version: applied.version,
                name: applied.name.clone(),
            });
        }
    }
    Ok(&known[applied.len()..])
}

/// The time to record, in microseconds since the Unix epoch. The ledger is for people: nothing is decided by it.
pub(crate) fn now_us() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX)
}
