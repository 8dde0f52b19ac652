//! Durable writes over HTTP, beside the same rows in the bare database.

use anyhow::Result;
use client::Signed;

use super::WRITES;
use crate::actor::{Actor, portfolio, share};
use crate::load::{Load, Reading, read};
use crate::postgres::Database;
use crate::raw::{RawPostgres, RawSqlite, Write};
use crate::report::{Aim, Line};
use crate::rounds::Rounds;
use crate::run::Bench;
use crate::server::{DATABASE, Server};

/// How many write at once, and more requests than a server answers them in a second: each may be sent once only.
const CLIENTS: [(usize, u64); 3] = [(1, 20_000), (16, 40_000), (64, 60_000)];

/// PostgreSQL answers that many times fewer.
const POSTGRES_FEWER: u64 = 3;

const WRITTEN: [(Write, &str); 2] = [
    (Write::Portfolio, "CreatePortfolio"),
    (Write::Share, "CreatePortfolioShare"),
];

/// The bare database.
enum Raw {
    Sqlite(RawSqlite),
    Postgres(RawPostgres),
}

/// Measures on SQLite, and on PostgreSQL if there is one.
pub(crate) async fn measure(bench: &mut Bench) -> Result<()> {
    let left = bench.server().await?.end();
    let raw = Raw::Sqlite(RawSqlite::open(&left.path().join(DATABASE))?);
    let server = bench.server().await?;
    on_store(bench, &server, raw, "SQLite").await?;
    drop(server);
    let Some(url) = bench.options.postgres_url.clone() else {
        return Ok(());
    };
    let (ours, bare) = (
        Database::create(&url, "writes").await?,
        Database::create(&url, "raw").await?,
    );
    let measured = on_postgres(bench, &ours, &bare).await;
    measured.and(ours.remove().await).and(bare.remove().await)
}

async fn on_postgres(bench: &mut Bench, ours: &Database, bare: &Database) -> Result<()> {
    drop(Server::start_on(bench.executable(), Some(&bare.url)).await?);
    let raw = Raw::Postgres(RawPostgres::open(&bare.url).await?);
    let server = Server::start_on(bench.executable(), Some(&ours.url)).await?;
    on_store(bench, &server, raw, "PostgreSQL").await
}

async fn on_store(bench: &mut Bench, server: &Server, mut raw: Raw, store: &str) -> Result<()> {
    let management = server.management()?;
    let shared = management.portfolio("written").await?;
    let time = bench.options.time();
    let fewer = match &raw {
        Raw::Sqlite(_) => 1,
        Raw::Postgres(_) => POSTGRES_FEWER,
    };
    let mut next = 0;
    for (write, name) in WRITTEN {
        for (clients, per_second_max) in CLIENTS {
            let mut pairs = Vec::new();
            for _ in 0..bench.options.rounds() {
                let limit = match &mut raw {
                    Raw::Sqlite(raw) => raw.per_second(write, clients, time)?,
                    Raw::Postgres(raw) => raw.per_second(write, clients, time).await?,
                };
                let numbers = next..next + per_second_max / fewer * time.as_secs();
                next = numbers.end;
                let requests = requests(&management, &shared, write, numbers)?;
                let ours = read(&server.endpoint, &Load::Each(&requests), clients, time)?;
                pairs.push((ours, limit));
            }
            let many = if clients == 1 { "client" } else { "clients" };
            let name = format!("{name}, {clients} {many}, {store}");
            let judged = clients == 64 && store == "SQLite";
            bench.report.add(WRITES, line(name, judged.then_some(()), &pairs));
        }
    }
    Ok(())
}

fn requests(
    management: &Actor,
    shared: &str,
    write: Write,
    numbers: std::ops::Range<u64>,
) -> Result<Vec<Signed>> {
    numbers
        .map(|number| match write {
            Write::Portfolio => {
                management.signed("CreatePortfolio", &portfolio(&format!("portfolio-{number}")))
            }
            Write::Share => management.signed("CreatePortfolioShare", &share(shared, number)),
        })
        .collect()
}

fn line(name: String, judged: Option<()>, pairs: &[(Reading, f64)]) -> Line {
    let rounds = |part: fn(&(Reading, f64)) -> f64| Rounds::of(pairs.iter().map(part));
    Line::new(name)
        .with("of raw", rounds(|(ours, raw)| ours.per_second / raw))
        .aiming(judged.map(|()| Aim::AtLeast(0.5)))
        .with("per second", rounds(|(ours, _)| ours.per_second))
        .with("raw, per second", rounds(|(_, raw)| *raw))
        .with("p50, ms", rounds(|(ours, _)| ours.p50_us / 1e3))
        .with("p99, ms", rounds(|(ours, _)| ours.p99_us / 1e3))
        .aiming(judged.map(|()| Aim::AtMost(25.0)))
}
