//! What can be set about a store on PostgreSQL.

use std::path::PathBuf;
use std::time::Duration;

/// How a store uses its PostgreSQL server.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// How many connections it keeps, and so how many transactions it runs at once.
    pub connections: usize,
    /// How long an attempt to connect may take, all hosts of the URL together.
    pub connect_limit: Duration,
    /// How long one answer of the server may take.
    pub round_trip_limit: Duration,
    /// Whether statements are prepared once per connection. Say no behind a pooler that shares connections between
    /// transactions and does not follow prepared statements: an older PgBouncer then runs the wrong ones.
    pub prepared: bool,
    /// A PEM file of certificates to trust for `sslmode=require`, instead of the system's.
    pub root_certificates: Option<PathBuf>,
}

impl Default for PostgresOptions {
    /// Ours: sixteen connections saturate one server in our measurements and leave room for several replicas under its
    /// usual limit of a hundred; the time limits outlast a busy server and not a caller's patience.
    fn default() -> Self {
        Self {
            connections: 16,
            connect_limit: Duration::from_secs(5),
            round_trip_limit: Duration::from_secs(10),
            prepared: true,
            root_certificates: None,
        }
    }
}
