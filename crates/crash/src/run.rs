//! The run: load, blow, restart, check; one kill after the other on a world that grows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use client::Client;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::draw::Draw;
use crate::invariants;
use crate::place::Place;
use crate::progress::Progress;
use crate::report::Report;
use crate::tally::Tally;
use crate::visitor::Visitor;
use crate::worker::Worker;
use crate::world::World;
use crate::{Options, Store};

/// When the blow falls after the load began, at most.
const LOAD_MAX_US: u64 = 120_000;
/// How far a start may have come that is cut short, at most.
const START_MAX_US: u64 = 40_000;

/// How often somebody works at the command line meanwhile.
const VISITORS_PERCENT: u64 = 15;
/// How long the load goes on at a time before the first blow, and altogether, until every operation was acknowledged.
const WARM_UP: Duration = Duration::from_millis(500);
const WARM_UP_LIMIT: Duration = Duration::from_mins(2);
/// How long a server may take to find PostgreSQL again.
const RECOVERY_LIMIT: Duration = Duration::from_secs(30);

/// What happens to the servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blow {
    /// All of them are killed.
    All,
    /// All of them are killed, and the first one once more while it starts.
    AllAndAgain(Duration),
    /// One is killed; the others go on.
    One(usize),
    /// PostgreSQL crashes, and comes back by itself; the servers go on.
    Postgres,
}

/// Runs it.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let mut report = Report::begin();
    let progress = Progress::begin(options.kills, options.store.name());
    let mut world: Option<World> = None;
    for kill in 1..=options.kills {
        if (kill - 1).is_multiple_of(options.kills_per_world)
            && let Some(old) = world.take()
        {
            end(old, &mut report).await?;
        }
        let there = match &mut world {
            Some(there) => there,
            None => world.insert(begin(options).await?),
        };
        if let Err(error) = step(there, options, kill, &mut report).await {
            let (seed, store) = (options.seed, options.store.name());
            let left = there.place.leave().await;
            bail!("seed {seed}, kill {kill} on {store}: {error:#}\n  the state is left in {left}");
        }
        progress.reach(kill);
    }
    if let Some(old) = world.take() {
        end(old, &mut report).await?;
    }
    progress.end();
    report.print(options);
    Ok(())
}

/// A new world.
async fn begin(options: &Options) -> Result<World> {
    let url = match options.store {
        Store::Embedded => None,
        Store::Postgres => Some(options.postgres_url.as_deref().context("PostgreSQL has no URL")?),
    };
    World::build(Place::new(options.server.clone(), url).await?).await
}

/// One kill; the first comes after a load of everything.
async fn step(world: &mut World, options: &Options, kill: u64, report: &mut Report) -> Result<()> {
    if kill == 1 {
        warm_up(world, options).await.context("before any kill")?;
    }
    suffer(world, options, kill, report).await
}

/// Counts what the world's workers did, and removes it.
async fn end(world: World, report: &mut Report) -> Result<()> {
    for worker in &world.workers {
        report.tally.add(&worker.tally);
    }
    drop(world.servers);
    world.place.clear().await
}

/// Load without a blow, until every operation that writes was acknowledged once: so do the few kills of a short run meet
/// what each of them leaves.
async fn warm_up(world: &mut World, options: &Options) -> Result<()> {
    let begun = Instant::now();
    let mut slice = 0;
    loop {
        slice += 1;
        let struck = Arc::new(AtomicBool::new(false));
        let working = load(world, options.seed, (0, slice), &struck);
        sleep(WARM_UP).await;
        struck.store(true, Ordering::SeqCst);
        world.workers = workers(working).await?;
        invariants::check(&world.place.database).await?;
        settle(world).await?;
        let mut tally = Tally::default();
        for worker in &world.workers {
            tally.add(&worker.tally);
        }
        let missing = tally.missing();
        if missing.is_empty() {
            return Ok(());
        }
        let missing = missing.join(", ");
        ensure!(
            begun.elapsed() < WARM_UP_LIMIT,
            "the load never gets to {missing}"
        );
    }
}

/// One kill.
async fn suffer(world: &mut World, options: &Options, kill: u64, report: &mut Report) -> Result<()> {
    let mut draw = Draw::of(options.seed, &[kill]);
    let moment = Duration::from_micros(draw.below(LOAD_MAX_US));
    let blow = blow(&mut draw, world.servers.len(), options.crash_postgres);
    let struck = Arc::new(AtomicBool::new(false));
    let visitor = if draw.chance(VISITORS_PERCENT) {
        Some(Visitor::send(&world.place.recipes[0], &mut draw)?)
    } else {
        None
    };
    let working = load(world, options.seed, (kill, 0), &struck);
    sleep(moment).await;
    struck.store(true, Ordering::SeqCst);
    let hit = hit(world, blow).await;
    world.workers = workers(working).await?;
    hit?;
    let visit = match visitor {
        Some(visitor) => Some(visitor.end().await?),
        None => None,
    };
    restart(world, blow, report).await?;
    invariants::check(&world.place.database).await?;
    if let Some(visit) = visit
        && visit.check(&world.servers[0].client).await?
    {
        report.visited();
    }
    settle(world).await
}

/// Lets the workers begin. What they draw belongs to the seed and to `part`.
fn load(
    world: &mut World,
    seed: u64,
    (kill, slice): (u64, u64),
    struck: &Arc<AtomicBool>,
) -> JoinSet<Worked> {
    let mut working = JoinSet::new();
    for (number, worker) in std::mem::take(&mut world.workers).into_iter().enumerate() {
        let server = &world.servers[number % world.servers.len()];
        let draw = Draw::of(seed, &[kill, number as u64 + 1, slice]);
        working.spawn(work(
            number,
            worker,
            server.client.clone(),
            draw,
            Arc::clone(struck),
        ));
    }
    working
}

fn blow(draw: &mut Draw, servers: usize, crash_postgres: bool) -> Blow {
    if crash_postgres && draw.chance(20) {
        return Blow::Postgres;
    }
    if servers > 1 && draw.chance(50) {
        return Blow::One(usize::try_from(draw.below(servers as u64)).unwrap_or_default());
    }
    if draw.chance(20) {
        return Blow::AllAndAgain(Duration::from_micros(draw.below(START_MAX_US)));
    }
    Blow::All
}

type Worked = (usize, Worker, Result<()>);

async fn work(
    number: usize,
    mut worker: Worker,
    client: Client,
    draw: Draw,
    struck: Arc<AtomicBool>,
) -> Worked {
    let ended = worker.work(&client, draw, &struck).await;
    (number, worker, ended)
}

/// All workers in their order, when each has come to its end; the first failure of one.
async fn workers(mut working: JoinSet<Worked>) -> Result<Vec<Worker>> {
    let mut all = Vec::new();
    while let Some(joined) = working.join_next().await {
        let (number, worker, ended) = joined?;
        ended?;
        all.push((number, worker));
    }
    all.sort_by_key(|(number, _)| *number);
    Ok(all.into_iter().map(|(_, worker)| worker).collect())
}

/// Strikes. Servers that are killed are taken out of the world.
async fn hit(world: &mut World, blow: Blow) -> Result<()> {
    match blow {
        Blow::One(victim) => world.servers.remove(victim).kill(),
        Blow::All | Blow::AllAndAgain(_) => world.servers.drain(..).try_for_each(|it| it.kill()),
        Blow::Postgres => world.place.database.crash().await,
    }
}

/// Starts the servers again that are gone; waits for PostgreSQL, if that is.
async fn restart(world: &mut World, blow: Blow, report: &mut Report) -> Result<()> {
    let missing = match blow {
        Blow::One(victim) => victim..victim + 1,
        Blow::All | Blow::AllAndAgain(_) => 0..world.place.recipes.len(),
        Blow::Postgres => return recovered(world).await,
    };
    if let Blow::AllAndAgain(moment) = blow {
        world.place.recipes[0].start_and_kill(moment).await?;
    }
    for number in missing {
        let server = world.place.recipes[number].start().await?;
        report.started(server.started_in);
        world.servers.insert(number, server);
    }
    Ok(())
}

/// Waits until every server finds its database again.
async fn recovered(world: &World) -> Result<()> {
    let begun = Instant::now();
    for server in &world.servers {
        while let Err(error) = server.client.ready().await {
            if begun.elapsed() > RECOVERY_LIMIT {
                return Err(error).context("a server does not find PostgreSQL again after its crash");
            }
            sleep(Duration::from_millis(5)).await;
        }
    }
    Ok(())
}

/// Every worker compares what is there with what it knows.
async fn settle(world: &mut World) -> Result<()> {
    let mut settling = JoinSet::new();
    for (number, mut worker) in std::mem::take(&mut world.workers).into_iter().enumerate() {
        let server = &world.servers[number % world.servers.len()];
        let client = server.client.clone();
        settling.spawn(async move {
            let settled = worker.settle(&client).await;
            (number, worker, settled)
        });
    }
    world.workers = workers(settling).await?;
    Ok(())
}
