//! Shares with a thousand to a million accounts: how long they take, what they do to others meanwhile, what they leave.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use super::share_operation::{Carried, carry_out, unit};
use super::world::World;
use super::{MEANWHILE, OPERATIONS, REQUESTS};
use crate::postgres::Database;
use crate::probe::{Probe, p99};
use crate::report::{Aim, Line};
use crate::rounds::Rounds;
use crate::run::{Bench, Subject};
use crate::scale::written;
use crate::server::{MIB, bytes};

/// How long the idle server is watched before a share.
const IDLE: Duration = Duration::from_secs(1);

/// How much longer 99 of 100 requests may take during a share.
const OF_IDLE: Aim = Aim::AtMost(3.0);

/// What one share did.
struct Share {
    carried: Carried,
    stored_mib: f64,
    idle: Latencies,
    meanwhile: Latencies,
}

/// What 99 of 100 requests took at most, in milliseconds; `None` where there were too few.
struct Latencies {
    reading: Option<f64>,
    writing: Option<f64>,
}

/// The two kinds of requests that are watched.
const KINDS: [(&str, Kind); 2] = [("reads", |it| it.reading), ("writes", |it| it.writing)];
type Kind = fn(&Latencies) -> Option<f64>;

/// Measures, on SQLite or in `database`.
pub(crate) async fn measure(bench: &mut Bench, world: &World, database: Option<&Database>) -> Result<()> {
    let units = bench.scale.units.into_iter().zip(&world.organization.units);
    let mut targets: Vec<(u64, Value)> = units.map(|(accounts, id)| (accounts, unit(id))).collect();
    if database.is_none() {
        let all = json!({"Type": "ORGANIZATION", "Value": world.organization.id});
        targets.push((bench.scale.accounts, all));
    }
    let store = if database.is_none() {
        "SQLite"
    } else {
        "PostgreSQL"
    };
    for (accounts, node) in targets {
        let mut shares = Vec::new();
        for round in 0..bench.options.rounds() {
            let portfolio = world
                .management
                .portfolio(&format!("carried-{accounts}-{round}"))
                .await?;
            shares.push(share(world, database, &portfolio, &node).await?);
        }
        report(bench, accounts, store, &shares);
        if let (10_000, None, Some(last)) = (accounts, database, shares.last()) {
            status(bench, world, &last.carried.token)?;
        }
    }
    Ok(())
}

async fn share(world: &World, database: Option<&Database>, portfolio: &str, node: &Value) -> Result<Share> {
    let idle = Watch::start(world, portfolio);
    tokio::time::sleep(IDLE).await;
    let idle = idle.stop().await?;
    let before = stored_bytes(world, database).await?;
    let watch = Watch::start(world, portfolio);
    let carried = carry_out(&world.management, portfolio, node).await?;
    Ok(Share {
        carried,
        idle,
        meanwhile: watch.stop().await?,
        stored_mib: (stored_bytes(world, database).await? - before) / MIB,
    })
}

/// One client that reads a portfolio and one that writes it.
struct Watch {
    reading: Probe,
    writing: Probe,
}

impl Watch {
    fn start(world: &World, portfolio: &str) -> Self {
        let input = json!({"Id": portfolio, "DisplayName": "Databases"});
        Self {
            reading: Probe::start(&world.management, "DescribePortfolio", json!({"Id": portfolio})),
            writing: Probe::start(&world.management, "UpdatePortfolio", input),
        }
    }

    async fn stop(self) -> Result<Latencies> {
        Ok(Latencies {
            reading: p99(&mut self.reading.stop().await?),
            writing: p99(&mut self.writing.stop().await?),
        })
    }
}

async fn stored_bytes(world: &World, database: Option<&Database>) -> Result<f64> {
    match database {
        Some(database) => Ok(bytes(database.bytes().await?)),
        None => world.server.stored_bytes(),
    }
}

fn report(bench: &mut Bench, accounts: u64, store: &str, shares: &[Share]) {
    let name = format!("{} accounts, {store}", written(accounts));
    let aim = match (accounts, store) {
        (100_000, "SQLite") => Some(Aim::AtMost(1.5)),
        (100_000, _) => Some(Aim::AtMost(5.0)),
        _ => None,
    };
    let line = Line::new(&name)
        .with("seconds", Rounds::of(shares.iter().map(|it| it.carried.seconds)))
        .aiming(aim)
        .with("stored, MiB", Rounds::of(shares.iter().map(|it| it.stored_mib)));
    bench.report.add(OPERATIONS, line);

    for (kind, latency) in KINDS {
        let pairs: Vec<(f64, f64)> = shares
            .iter()
            .filter_map(|it| Some((latency(&it.idle)?, latency(&it.meanwhile)?)))
            .collect();
        // A share that is over sooner has too few requests beside it.
        if pairs.is_empty() {
            continue;
        }
        let line = Line::new(format!("{kind}, {name}"))
            .with("of idle", Rounds::of(pairs.iter().map(|(idle, it)| it / idle)))
            .aiming((accounts == 100_000).then_some(OF_IDLE))
            .with("p99 idle, ms", Rounds::of(pairs.iter().map(|(idle, _)| *idle)))
            .with("p99 meanwhile, ms", Rounds::of(pairs.iter().map(|(_, it)| *it)));
        bench.report.add(MEANWHILE, line);
    }
}

/// The status of a share with many accounts names all of them.
fn status(bench: &mut Bench, world: &World, token: &str) -> Result<()> {
    let input = json!({"PortfolioShareToken": token});
    let request = world.management.signed("DescribePortfolioShareStatus", &input)?;
    let subject = Subject {
        endpoint: &world.server.endpoint,
        request: &request,
    };
    for found in bench.compared(&[subject])? {
        let line = found.line("DescribePortfolioShareStatus, 10⁴ accounts", None);
        bench.report.add(REQUESTS, line);
    }
    Ok(())
}
