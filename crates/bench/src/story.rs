//! What is measured, and in which order.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use client::Signed;
use serde_json::{Value, json};

use crate::Options;
use crate::hello::Hello;
use crate::load::{Load, Reading, read};
use crate::management::Management;
use crate::median::median;
use crate::server::Server;

/// wrk's connections for reading: what the limits of the machine were measured with.
const READERS: usize = 16;

/// Clients that write at once: enough for a group commit to carry many.
const WRITERS: usize = 64;

/// The shares of the portfolio whose pages are read.
const SHARES: u64 = 10_000;

/// More durable writes than two cores do in a second: each may be sent once only.
const WRITES_PER_SECOND_MAX: u64 = 40_000;

/// Measures and prints a table.
pub(crate) async fn tell(options: &Options) -> Result<()> {
    let hello = Hello::start()?;
    let size = std::fs::metadata(&options.server)
        .with_context(|| format!("there is no {}", options.server.display()))?
        .len();
    let server = Server::start(&options.server).await?;
    println!("binary            {:.1} MB", megabytes(size));
    println!("cold start        {:.0} ms", cold_start_ms(options).await?);
    println!("resident, idle    {:.1} MiB", mebibytes(server.resident_bytes()?));

    let management = server.management()?;
    let bench = Bench {
        options,
        hello: &hello,
        server: &server,
    };
    println!(
        "\n{:<44} {:>9}  {:>8}  {:>8}  {:>8}",
        "", "per second", "of hello", "p50 µs", "p99 µs"
    );
    let plain = portfolio(&management).await?;
    let request = management.signed("DescribePortfolio", &json!({"Id": plain}))?;
    bench.reads("DescribePortfolio", &request)?;
    bench.writes(&management).await?;
    let pages = [20, 100].map(|page| (page, format!("DescribePortfolioShares, {page} of {SHARES}")));
    if pages.iter().any(|(_, name)| bench.wanted(name)) {
        let shared = portfolio(&management).await?;
        for account in 0..SHARES {
            management
                .call("CreatePortfolioShare", &share(&shared, account))
                .await?;
        }
        for (page, name) in &pages {
            let input = json!({"PortfolioId": shared, "Type": "ACCOUNT", "PageSize": page});
            bench.reads(name, &management.signed("DescribePortfolioShares", &input)?)?;
        }
    }
    println!(
        "\nresident, at the end {:.1} MiB",
        mebibytes(server.resident_bytes()?)
    );
    Ok(())
}

struct Bench<'a> {
    options: &'a Options,
    hello: &'a Hello,
    server: &'a Server,
}

impl Bench<'_> {
    fn wanted(&self, name: &str) -> bool {
        name.contains(&self.options.only)
    }

    fn reads(&self, name: &str, request: &Signed) -> Result<()> {
        if !self.wanted(name) {
            return Ok(());
        }
        let mut rounds = Vec::new();
        for _ in 0..self.options.rounds {
            rounds.push(self.round(&Load::Same(request), READERS)?);
        }
        print(name, rounds);
        Ok(())
    }

    async fn writes(&self, client: &Management) -> Result<()> {
        let name = format!("CreatePortfolioShare, durable, {WRITERS} clients");
        if !self.wanted(&name) {
            return Ok(());
        }
        let portfolio = portfolio(client).await?;
        let per_round = WRITES_PER_SECOND_MAX * self.options.seconds;
        let mut rounds = Vec::new();
        for first in (0..self.options.rounds).map(|it| it * per_round) {
            let requests = (first..first + per_round)
                .map(|account| client.signed("CreatePortfolioShare", &share(&portfolio, account)))
                .collect::<Result<Vec<_>>>()?;
            rounds.push(self.round(&Load::Each(&requests), WRITERS)?);
        }
        print(&name, rounds);
        Ok(())
    }

    /// A reading, and hello's beside it.
    fn round(&self, load: &Load<'_>, connections: usize) -> Result<(Reading, Reading)> {
        let time = Duration::from_secs(self.options.seconds);
        let hello = read(&self.hello.endpoint, &Load::Hello, READERS, time)?;
        let ours = read(&self.server.endpoint, load, connections, time)?;
        Ok((ours, hello))
    }
}

fn print(name: &str, rounds: Vec<(Reading, Reading)>) {
    let of = |part: fn(&(Reading, Reading)) -> f64| median(rounds.iter().map(part).collect());
    println!(
        "{name:<44} {:>9.0}  {:>8.3}  {:>8.0}  {:>8.0}",
        of(|(ours, _)| ours.per_second),
        of(|(ours, hello)| ours.per_second / hello.per_second),
        of(|(ours, _)| ours.p50_us),
        of(|(ours, _)| ours.p99_us),
    );
}

/// Starts servers until there is a median, each on an empty folder of its own.
async fn cold_start_ms(options: &Options) -> Result<f64> {
    let mut starts = Vec::new();
    for _ in 0..options.rounds {
        let started = Server::start(&options.server).await?.cold_start;
        starts.push(started.as_secs_f64() * 1e3);
    }
    Ok(median(starts))
}

async fn portfolio(client: &Management) -> Result<String> {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let token = format!("portfolio-{}", MADE.fetch_add(1, Ordering::Relaxed));
    let input =
        json!({"DisplayName": "Databases", "ProviderName": "Platform team", "IdempotencyToken": token});
    let created = client.call("CreatePortfolio", &input).await?;
    let id = created.pointer("/PortfolioDetail/Id").and_then(Value::as_str);
    Ok(id.context("a portfolio was created without an id")?.to_owned())
}

fn share(portfolio: &str, account: u64) -> Value {
    json!({"PortfolioId": portfolio, "AccountId": format!("{:012}", 200_000_000_000 + account)})
}

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}
