//! A database of the benchmark's own on a PostgreSQL server.

use anyhow::{Context, Result};
use tokio_postgres::{Client, NoTls};

/// A database that is the benchmark's own until it is removed.
pub(crate) struct Database {
    /// Where it is.
    pub(crate) url: String,
    server_url: String,
    name: String,
}

impl Database {
    /// Makes one on the server at `server_url`.
    pub(crate) async fn create(server_url: &str, purpose: &str) -> Result<Self> {
        let name = format!("chandlery_bench_{purpose}_{}", std::process::id());
        let server = connect(server_url).await?;
        server.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        let (before, _) = server_url.rsplit_once('/').context("the URL names no database")?;
        Ok(Self {
            url: format!("{before}/{name}"),
            server_url: server_url.to_owned(),
            name,
        })
    }

    /// How large it is, in bytes.
    pub(crate) async fn bytes(&self) -> Result<i64> {
        let client = connect(&self.url).await?;
        let row = client
            .query_one("SELECT pg_database_size(current_database())", &[])
            .await?;
        Ok(row.get(0))
    }

    /// Removes it, whoever is connected.
    pub(crate) async fn remove(self) -> Result<()> {
        let server = connect(&self.server_url).await?;
        let statement = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        Ok(server.batch_execute(&statement).await?)
    }
}

/// What the server at `url` is, and whether its commits wait for the disk.
pub(crate) async fn described(url: &str) -> Result<String> {
    let client = connect(url).await?;
    let settings = "SELECT current_setting('server_version'), current_setting('fsync')";
    let row = client.query_one(settings, &[]).await?;
    let (version, fsync): (String, String) = (row.get(0), row.get(1));
    let version = version.split(' ').next().unwrap_or_default();
    Ok(format!("PostgreSQL {version} (fsync {fsync})"))
}

/// A connection of its own.
pub(crate) async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .context("PostgreSQL cannot be reached")?;
    // It ends when the client is dropped; what goes wrong before, the client's calls tell.
    tokio::spawn(connection);
    Ok(client)
}
