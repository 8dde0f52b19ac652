//! Bare PostgreSQL: a transaction for each request, at PostgreSQL's own isolation level, on as many connections as there
//! would be clients, but no more than the server keeps.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::task::JoinSet;
use tokio_postgres::Client;

use super::rows::{Statement, Write, foundation, request_of_a_share, rows};
use crate::postgres::connect;

/// The connections that a server keeps. More are slower: they wait for each other's rows.
const CONNECTIONS_MAX: usize = 16;

/// A database that a server made and left.
pub(crate) struct RawPostgres {
    url: String,
    next: Arc<AtomicU64>,
}

impl RawPostgres {
    /// Opens the database at `url`, whose server has ended.
    pub(crate) async fn open(url: &str) -> Result<Self> {
        let mut connection = Connection::open(url).await?;
        connection.run(foundation()).await?;
        Ok(Self {
            url: url.to_owned(),
            next: Arc::new(AtomicU64::new(1)),
        })
    }

    /// Writes for as long as `time` for `clients`, and returns how many requests' rows a second.
    pub(crate) async fn per_second(&mut self, write: Write, clients: usize, time: Duration) -> Result<f64> {
        let mut connections = Vec::new();
        for _ in 0..clients.min(CONNECTIONS_MAX) {
            connections.push(Connection::open(&self.url).await?);
        }
        let mut writers = JoinSet::new();
        let begun = Instant::now();
        for mut connection in connections {
            let next = Arc::clone(&self.next);
            writers.spawn(async move {
                let mut written = 0.0;
                while begun.elapsed() < time {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let mut statements = rows(write, number);
                    if write == Write::Share {
                        statements.insert(0, request_of_a_share(number));
                    }
                    connection.run(statements).await?;
                    written += 1.0;
                }
                Ok::<f64, anyhow::Error>(written)
            });
        }
        let mut written = 0.0;
        while let Some(ended) = writers.join_next().await {
            written += ended??;
        }
        Ok(written / begun.elapsed().as_secs_f64())
    }
}

/// A connection and the statements it has prepared.
struct Connection {
    client: Client,
    prepared: Vec<(&'static str, tokio_postgres::Statement)>,
}

impl Connection {
    async fn open(url: &str) -> Result<Self> {
        Ok(Self {
            client: connect(url).await?,
            prepared: Vec::new(),
        })
    }

    /// Runs `statements` in one transaction.
    async fn run(&mut self, statements: Vec<Statement>) -> Result<()> {
        for (sql, _) in &statements {
            if !self.prepared.iter().any(|(known, _)| known == sql) {
                self.prepared.push((sql, self.client.prepare(sql).await?));
            }
        }
        let transaction = self.client.transaction().await?;
        for (sql, values) in statements {
            let prepared = self.prepared.iter().find(|(known, _)| *known == sql);
            let (_, statement) = prepared.expect("all were prepared above");
            let values: Vec<_> = values.iter().map(|it| it.as_postgres()).collect();
            transaction.execute(statement, &values).await?;
        }
        Ok(transaction.commit().await?)
    }
}
