//! What is in the place of a store, found out without opening it: for commands that must not make or change one.
//!
//! Invariant: nothing is written, and no step of the schema is applied.

use std::path::Path;

use crate::migrations::{Applied, MIGRATIONS, pending};
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::{OpenError, PostgresOptions, Store};

/// The schema of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundSchema {
    /// Its newest step.
    pub version: i64,
    /// Whether this release has no newer one.
    pub is_current: bool,
}

impl FoundSchema {
    /// The schema that every open store has.
    pub const CURRENT: Self = Self {
        version: MIGRATIONS[MIGRATIONS.len() - 1].version,
        is_current: true,
    };

    fn of(applied: Option<Vec<Applied>>) -> Result<Option<Self>, OpenError> {
        let Some(newest) = applied.as_ref().and_then(|it| it.last()) else {
            return Ok(None);
        };
        let missing = pending(MIGRATIONS, applied.as_deref().unwrap_or_default())?;
        Ok(Some(Self {
            version: newest.version,
            is_current: missing.is_empty(),
        }))
    }
}

impl Store {
    /// The schema of the SQLite store in `folder`; `None` where there is none. Blocks.
    ///
    /// # Errors
    ///
    /// As for opening it: it may be of a newer release, damaged, or another user's.
    pub fn find_schema(folder: &Path) -> Result<Option<FoundSchema>, OpenError> {
        FoundSchema::of(Sqlite::find_applied(folder)?)
    }

    /// The schema of the store behind a PostgreSQL URL; `None` where there is none.
    ///
    /// # Errors
    ///
    /// As for [`Store::connect`].
    pub async fn find_schema_at(
        url: &str,
        options: &PostgresOptions,
    ) -> Result<Option<FoundSchema>, OpenError> {
        let (url, options) = (url.to_owned(), options.clone());
        let looking = tokio::task::spawn_blocking(move || Postgres::find_applied(&url, &options));
        let applied = looking
            .await
            .expect("looking does not panic, and is not cancelled")?;
        FoundSchema::of(applied)
    }

    /// Where the store behind a PostgreSQL URL is, for people: without the password that may be in the URL.
    pub fn postgres_place(url: &str) -> Result<String, OpenError> {
        Postgres::place(url)
    }
}
