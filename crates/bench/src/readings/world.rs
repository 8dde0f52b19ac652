//! Servers with an organization.

use anyhow::Result;

use crate::actor::Actor;
use crate::organization::{Layout, Organization};
use crate::postgres::Database;
use crate::run::Bench;
use crate::server::Server;

/// The accounts of the small organization.
pub(super) const SMALL_ACCOUNTS: u64 = 100;

/// Those of its units, each unit inside the one before. The management account is one more.
const SMALL: [u64; 5] = [8, 8, 8, 8, 67];

/// A server whose management account has an organization.
pub(crate) struct World {
    pub(super) server: Server,
    pub(super) management: Actor,
    pub(super) organization: Organization,
}

impl World {
    /// A hundred accounts in five nested units, most of them in the innermost.
    pub(crate) async fn small(bench: &Bench) -> Result<Self> {
        Self::build(bench.server().await?, Layout::Nested(&SMALL)).await
    }

    /// The units that are shared with, and one that has the other accounts.
    pub(crate) async fn large(bench: &Bench) -> Result<Self> {
        let [first, second, third] = bench.scale.units;
        // The management account is one, too.
        let rest = bench.scale.accounts - first - second - third - 1;
        Self::build(bench.server().await?, Layout::Flat(&[first, second, third, rest])).await
    }

    /// The units that are shared with.
    pub(crate) async fn units(bench: &Bench) -> Result<Self> {
        Self::build(bench.server().await?, Layout::Flat(&bench.scale.units)).await
    }

    /// The units that are shared with, in a PostgreSQL.
    pub(crate) async fn on_postgres(bench: &Bench, database: &Database) -> Result<Self> {
        let server = Server::start_on(bench.executable(), Some(&database.url)).await?;
        Self::build(server, Layout::Flat(&bench.scale.units)).await
    }

    async fn build(server: Server, layout: Layout<'_>) -> Result<Self> {
        let management = server.management()?;
        let organization = Organization::load(&server, &management, layout).await?;
        Ok(Self {
            server,
            management,
            organization,
        })
    }
}
