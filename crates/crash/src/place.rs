//! Where a world's state is: a folder for itself alone, and on PostgreSQL a database.

use std::path::PathBuf;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::database::{Database, connect};
use crate::server::{Recipe, write_configuration};

/// How many servers share one database of PostgreSQL.
const REPLICAS: usize = 2;

/// A place. It is removed by [`Place::clear`] alone: what a failure leaves is there to be looked at.
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    pub(crate) database: Database,
    /// How its servers are started.
    pub(crate) recipes: Vec<Recipe>,
    /// The superuser's URL and the name of the database.
    postgres: Option<(String, String)>,
}

impl Place {
    /// A new place for servers of `executable`; in a database of its own, if `postgres_url` names a server of them.
    pub(crate) async fn new(executable: PathBuf, postgres_url: Option<&str>) -> Result<Self> {
        let folder = TempDir::with_prefix("chandlery-crash-")?.keep();
        let configuration = write_configuration(&folder)?;
        let postgres = match postgres_url {
            Some(url) => {
                let name = folder.file_name().and_then(|it| it.to_str());
                let name = name
                    .context("the folder has a name")?
                    .replace(['-', '.'], "_")
                    .to_lowercase();
                let client = connect(url).await?;
                client
                    .batch_execute(&format!("CREATE DATABASE \"{name}\""))
                    .await?;
                Some((url.to_owned(), name))
            }
            None => None,
        };
        let database_url = postgres.as_ref().map(|(url, name)| with_database(url, name));
        let replicas = if database_url.is_some() { REPLICAS } else { 1 };
        let recipe = |number: usize| Recipe {
            executable: executable.clone(),
            data: folder.join(format!("server-{number}")),
            configuration: configuration.clone(),
            database_url: database_url.clone(),
        };
        let recipes: Vec<Recipe> = (1..=replicas).map(recipe).collect();
        Ok(Self {
            database: match &database_url {
                Some(url) => Database::Postgres(url.clone()),
                None => Database::Sqlite(recipes[0].data.join("chandlery.db")),
            },
            recipes,
            folder,
            postgres,
        })
    }

    /// Removes all of it. Its servers are gone.
    pub(crate) async fn clear(self) -> Result<()> {
        if let Some((url, name)) = &self.postgres {
            let client = connect(url).await?;
            client
                .batch_execute(&format!("DROP DATABASE \"{name}\" WITH (FORCE)"))
                .await?;
        }
        std::fs::remove_dir_all(&self.folder).with_context(|| self.folder.display().to_string())
    }

    /// Leaves all of it for somebody who looks at a failure, and says where they find it.
    pub(crate) async fn leave(&self) -> String {
        match self.database.keep(&self.folder).await {
            Ok(()) => self.folder.display().to_string(),
            Err(error) => format!("{}, without its database: {error:#}", self.folder.display()),
        }
    }
}

/// `url` with another database in it.
fn with_database(url: &str, name: &str) -> String {
    let (rest, query) = url
        .split_once('?')
        .map_or((url, None), |(rest, query)| (rest, Some(query)));
    let start = rest.find("://").map_or(0, |at| at + 3);
    let server = rest[start..].find('/').map_or(rest, |at| &rest[..start + at]);
    match query {
        Some(query) => format!("{server}/{name}?{query}"),
        None => format!("{server}/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_gets_another_database() {
        let there = with_database("postgres://postgres@127.0.0.1:5432/postgres", "crash");
        assert_eq!(there, "postgres://postgres@127.0.0.1:5432/crash");
        let there = with_database("postgres://127.0.0.1?sslmode=disable", "crash");
        assert_eq!(there, "postgres://127.0.0.1/crash?sslmode=disable");
    }
}
