//! moto_server beside the server: the operations that both have.

use std::path::Path;

use anyhow::Result;
use client::Signed;
use serde_json::json;

use super::MOTO;
use crate::actor::{Actor, portfolio, share};
use crate::load::{Load, Reading, read};
use crate::moto::Moto;
use crate::report::{Aim, Line};
use crate::rounds::Rounds;
use crate::run::Bench;

/// The shares on the page that is read. moto has no pages: it answers with all.
const SHARES: u64 = 20;
/// How many write at once.
const WRITERS: usize = 64;
/// More requests than either answers them in a second.
const OUR_WRITES_MAX: u64 = 60_000;
const THEIR_WRITES_MAX: u64 = 6_000;

const OF_READS: Aim = Aim::AtLeast(100.0);
const OF_WRITES: Aim = Aim::AtLeast(30.0);

/// One of the two.
struct Side<'a> {
    endpoint: &'a str,
    actor: Actor,
    portfolio: String,
}

/// Measures, with the executable of moto_server.
pub(crate) async fn measure(bench: &mut Bench, executable: &Path) -> Result<()> {
    let (server, moto) = (bench.server().await?, Moto::start(executable).await?);
    let ours = Side::prepare(&server.endpoint, server.management()?).await?;
    let theirs = Side::prepare(&moto.endpoint, moto.anybody()).await?;

    for operation in ["DescribePortfolio", "DescribePortfolioShares"] {
        let (us, them) = (ours.read(operation)?, theirs.read(operation)?);
        let pairs = bench.rounds(|| {
            let their = bench.reading(theirs.endpoint, &them)?;
            Ok((bench.reading(ours.endpoint, &us)?, their))
        })?;
        bench.report.add(MOTO, line(operation, OF_READS, &pairs));
    }
    for operation in ["CreatePortfolio", "CreatePortfolioShare"] {
        let seconds = bench.options.time().as_secs();
        let mut next = SHARES;
        let pairs = bench.rounds(|| {
            let first = next;
            next += OUR_WRITES_MAX * seconds;
            let write = |side: &Side<'_>, writes_max: u64| {
                let requests = side.writes(operation, first..first + writes_max * seconds)?;
                read(
                    side.endpoint,
                    &Load::Each(&requests),
                    WRITERS,
                    bench.options.time(),
                )
            };
            let their = write(&theirs, THEIR_WRITES_MAX)?;
            Ok((write(&ours, OUR_WRITES_MAX)?, their))
        })?;
        let name = format!("{operation}, {WRITERS} clients");
        bench.report.add(MOTO, line(&name, OF_WRITES, &pairs));
    }
    Ok(())
}

impl<'a> Side<'a> {
    async fn prepare(endpoint: &'a str, actor: Actor) -> Result<Self> {
        let portfolio = actor.portfolio("beside").await?;
        for account in 0..SHARES {
            actor
                .catalog("CreatePortfolioShare", &share(&portfolio, account))
                .await?;
        }
        Ok(Self {
            endpoint,
            actor,
            portfolio,
        })
    }

    fn read(&self, operation: &str) -> Result<Signed> {
        let input = match operation {
            "DescribePortfolio" => json!({"Id": self.portfolio}),
            _ => json!({"PortfolioId": self.portfolio, "Type": "ACCOUNT", "PageSize": SHARES}),
        };
        self.actor.signed(operation, &input)
    }

    fn writes(&self, operation: &str, numbers: std::ops::Range<u64>) -> Result<Vec<Signed>> {
        let inputs = numbers.map(|number| match operation {
            "CreatePortfolio" => portfolio(&format!("portfolio-{number}")),
            _ => share(&self.portfolio, number),
        });
        inputs.map(|it| self.actor.signed(operation, &it)).collect()
    }
}

fn line(name: &str, aim: Aim, pairs: &[(Reading, Reading)]) -> Line {
    let rounds = |part: fn(&(Reading, Reading)) -> f64| Rounds::of(pairs.iter().map(part));
    Line::new(name)
        .with(
            "times moto",
            rounds(|(ours, their)| ours.per_second / their.per_second),
        )
        .aiming(Some(aim))
        .with("per second", rounds(|(ours, _)| ours.per_second))
        .with("moto, per second", rounds(|(_, their)| their.per_second))
}
