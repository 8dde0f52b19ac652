//! A PostgreSQL database for one test, gone with it.

use tokio::runtime;
use tokio_postgres::NoTls;

/// An empty database of its own in the cluster that the tests run against.
pub(crate) struct Database {
    url: String,
    name: String,
}

impl Database {
    pub(crate) fn create() -> Self {
        let name = format!("chandlery_process_{}", uuid::Uuid::new_v4().simple());
        run_in_cluster(&format!("CREATE DATABASE {name}"));
        let cluster = cluster_url();
        let (server, _) = cluster.rsplit_once('/').unwrap();
        Self {
            url: format!("{server}/{name}"),
            name,
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Ends every connection to it and lets nobody connect.
    pub(crate) fn close(&self) {
        run_in_cluster(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", self.name));
        run_in_cluster(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'",
            self.name
        ));
    }

    /// Lets everybody connect again.
    pub(crate) fn reopen(&self) {
        run_in_cluster(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", self.name));
    }

    /// Takes it away from whoever uses it.
    pub(crate) fn drop_it(&self) {
        run_in_cluster(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.drop_it();
    }
}

/// The URL of the cluster's database `postgres`.
fn cluster_url() -> String {
    std::env::var("CHANDLERY_TEST_POSTGRES_URL").unwrap_or_else(|_| {
        panic!("CHANDLERY_TEST_POSTGRES_URL is not set; run the tests through cargo xtask test")
    })
}

fn run_in_cluster(sql: &str) {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(&cluster_url(), NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        client.batch_execute(sql).await.unwrap();
        drop(client);
        connection.await.unwrap().unwrap();
    });
}
