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

/// How many accounts the shares have that there are aims for, and the one whose status is read.
const JUDGED_ACCOUNTS: u64 = 100_000;
const STATUS_ACCOUNTS: u64 = 10_000;

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

/// A server, and where it keeps its state.
#[derive(Clone, Copy)]
enum Place<'a> {
    Sqlite(&'a World),
    Postgres(&'a World, &'a Database),
}

/// Measures shares with the units of `world`, on SQLite or in `database`.
pub(crate) async fn with_units(bench: &mut Bench, world: &World, database: Option<&Database>) -> Result<()> {
    let place = match database {
        None => Place::Sqlite(world),
        Some(database) => Place::Postgres(world, database),
    };
    for (accounts, id) in bench.scale.units.into_iter().zip(&world.organization.units) {
        let name = format!("{} accounts, {}", written(accounts), place.name());
        let last = measure(bench, place, (name, accounts), &unit(id)).await?;
        if let (STATUS_ACCOUNTS, None) = (accounts, database) {
            status(bench, world, &last)?;
        }
    }
    Ok(())
}

/// Measures shares in the large organization: with all of it, and with its smallest unit.
pub(crate) async fn in_large(bench: &mut Bench, world: &World) -> Result<()> {
    let (few, all) = (bench.scale.units[0], bench.scale.accounts);
    let place = Place::Sqlite(world);
    let name = format!("{} of {} accounts, SQLite", written(few), written(all));
    let node = unit(&world.organization.units[0]);
    measure(bench, place, (name, few), &node).await?;
    let name = format!("{} accounts, SQLite", written(all));
    let node = json!({"Type": "ORGANIZATION", "Value": world.organization.id});
    measure(bench, place, (name, all), &node).await?;
    Ok(())
}

/// Measures shares with `node`, which has so many accounts, and returns the token of the last.
async fn measure(
    bench: &mut Bench,
    place: Place<'_>,
    (name, accounts): (String, u64),
    node: &Value,
) -> Result<String> {
    let (mut shares, mut last) = (Vec::new(), String::new());
    for round in 0..bench.options.rounds() {
        let portfolio = place
            .world()
            .management
            .portfolio(&format!("carried-{accounts}-{round}"))
            .await?;
        let share = share(place, &portfolio, node).await?;
        last.clone_from(&share.carried.token);
        shares.push(share);
    }
    report(bench, place, (&name, accounts), &shares);
    Ok(last)
}

impl Place<'_> {
    fn world(&self) -> &World {
        let (Self::Sqlite(world) | Self::Postgres(world, _)) = self;
        world
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(..) => "PostgreSQL",
        }
    }

    /// What is stored, in MiB.
    async fn stored_mib(&self) -> Result<f64> {
        let stored = match self {
            Self::Sqlite(world) => world.server.stored_bytes()?,
            Self::Postgres(_, database) => bytes(database.bytes().await?),
        };
        Ok(stored / MIB)
    }

    /// How long a share with so many accounts may take, in seconds.
    fn aim(&self, accounts: u64) -> Option<Aim> {
        match (accounts, self) {
            (JUDGED_ACCOUNTS, Self::Sqlite(_)) => Some(Aim::AtMost(1.5)),
            (JUDGED_ACCOUNTS, Self::Postgres(..)) => Some(Aim::AtMost(5.0)),
            _ => None,
        }
    }
}

async fn share(place: Place<'_>, portfolio: &str, node: &Value) -> Result<Share> {
    let world = place.world();
    let idle = Watch::start(world, portfolio);
    tokio::time::sleep(IDLE).await;
    let idle = idle.stop().await?;
    let before = place.stored_mib().await?;
    let watch = Watch::start(world, portfolio);
    let carried = carry_out(&world.management, portfolio, node).await?;
    Ok(Share {
        carried,
        idle,
        meanwhile: watch.stop().await?,
        stored_mib: place.stored_mib().await? - before,
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

fn report(bench: &mut Bench, place: Place<'_>, (name, accounts): (&str, u64), shares: &[Share]) {
    let line = Line::new(name)
        .with("seconds", Rounds::of(shares.iter().map(|it| it.carried.seconds)))
        .aiming(place.aim(accounts))
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
            .aiming((accounts == JUDGED_ACCOUNTS).then_some(OF_IDLE))
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
