//! The store behind the server's back, read only: what no answer shows.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rusqlite::{Connection, OpenFlags};
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::sleep;
use tokio_postgres::NoTls;

/// How long a reader waits for a lock.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

/// How long PostgreSQL may take to come back after a crash.
const RECOVERY_LIMIT: Duration = Duration::from_secs(30);

/// A store.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    /// The file of the embedded one.
    Sqlite(PathBuf),
    /// The URL of a database of PostgreSQL.
    Postgres(String),
}

impl Database {
    /// The numbers that `queries` count, in their order. Each is one statement that returns one number.
    pub(crate) async fn counts(&self, queries: &[&str]) -> Result<Vec<i64>> {
        match self {
            Self::Sqlite(path) => {
                let connection = open(path)?;
                let counts = queries.iter().map(|query| {
                    let count = connection.query_row(query, (), |row| row.get(0));
                    count.with_context(|| (*query).to_owned())
                });
                counts.collect()
            }
            Self::Postgres(url) => {
                let client = connect(url).await?;
                let mut counts = Vec::new();
                for query in queries {
                    let row = client.query_one(*query, &[]).await;
                    counts.push(row.with_context(|| (*query).to_owned())?.get(0));
                }
                Ok(counts)
            }
        }
    }

    /// Writes what is in PostgreSQL's tables to `folder`, a file for each and a line for each row: the database may be
    /// gone when somebody looks.
    pub(crate) async fn keep(&self, folder: &Path) -> Result<()> {
        let Self::Postgres(url) = self else {
            return Ok(());
        };
        let client = connect(url).await?;
        let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
        for table in client.query(tables, &[]).await? {
            let table: String = table.get(0);
            let rows = format!("SELECT row_to_json(t)::text FROM \"{table}\" t");
            let mut text = String::new();
            for row in client.query(&rows, &[]).await? {
                text.push_str(row.get(0));
                text.push('\n');
            }
            std::fs::write(folder.join(format!("{table}.json")), text)?;
        }
        Ok(())
    }

    /// Makes PostgreSQL crash: one of its processes is killed, ours, whereupon it ends all of them and recovers. Returns
    /// when it has.
    pub(crate) async fn crash(&self) -> Result<()> {
        let Self::Postgres(url) = self else {
            bail!("only PostgreSQL can crash apart from the server");
        };
        let client = connect(url).await?;
        let process: i32 = client.query_one("SELECT pg_backend_pid()", &[]).await?.get(0);
        let process = Pid::from_raw(process).context("PostgreSQL has no process")?;
        let witness = connect(url).await?;
        kill_process(process, Signal::KILL).context("PostgreSQL's process cannot be killed")?;
        let begun = Instant::now();
        // A connection made before the others end would end with them.
        while !witness.is_closed() || connect(url).await.is_err() {
            ensure!(
                begun.elapsed() < RECOVERY_LIMIT,
                "PostgreSQL does not come back after its crash"
            );
            sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }

    /// Whether the files are whole, as far as the engine can tell: what it says if they are not.
    pub(crate) fn damage(&self) -> Result<Option<String>> {
        let Self::Sqlite(path) = self else {
            return Ok(None);
        };
        let said: String = open(path)?.query_row("PRAGMA integrity_check", (), |row| row.get(0))?;
        Ok((said != "ok").then_some(said))
    }
}

fn open(path: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let connection = connection.with_context(|| path.display().to_string())?;
    connection.busy_timeout(LOCK_LIMIT)?;
    Ok(connection)
}

/// A connection that lasts as long as the client returned.
pub(crate) async fn connect(url: &str) -> Result<tokio_postgres::Client> {
    let connected = tokio_postgres::connect(url, NoTls).await;
    let (client, connection) = connected.context("PostgreSQL cannot be reached")?;
    // It ends when the client is dropped; a failure shows in what the client is asked.
    tokio::spawn(connection);
    Ok(client)
}
