//! moto_server beside the server: the operations that both have.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use client::{Service, Signed};
use serde_json::json;

use super::MOTO;
use crate::actor::{Actor, portfolio, share, text};
use crate::load::{Load, Reading, read};
use crate::moto::Moto;
use crate::report::{Aim, Line};
use crate::rounds::Rounds;
use crate::run::Bench;

/// The shares and accounts on the pages that are read. moto has no pages of shares: it answers with all.
const ITEMS: u64 = 20;
/// How many write at once.
const WRITERS: usize = 64;
/// More requests than either answers them in a second.
const OUR_WRITES_MAX: u64 = 60_000;
const THEIR_WRITES_MAX: u64 = 6_000;

/// How long the accounts may take to be there.
const MADE_WITHIN: Duration = Duration::from_secs(10);

const OF_READS: Aim = Aim::AtLeast(100.0);
const OF_WRITES: Aim = Aim::AtLeast(30.0);

/// One of the two.
struct Side<'a> {
    endpoint: &'a str,
    actor: Actor,
    portfolio: String,
    /// The root of an organization.
    root: String,
}

/// Measures, with the executable of moto_server.
pub(crate) async fn measure(bench: &mut Bench, executable: &Path) -> Result<()> {
    let (server, moto) = (bench.server().await?, Moto::start(executable).await?);
    let ours = Side::prepare(&server.endpoint, server.management()?).await?;
    let theirs = Side::prepare(&moto.endpoint, moto.anybody()).await?;

    for (us, them) in ours.reads()?.into_iter().zip(theirs.reads()?) {
        let ((operation, us), (_, them)) = (us, them);
        let pairs = bench.rounds(|| {
            let their = bench.reading(theirs.endpoint, &them)?;
            Ok((bench.reading(ours.endpoint, &us)?, their))
        })?;
        bench.report.add(MOTO, line(operation, OF_READS, &pairs));
    }
    for operation in ["CreatePortfolio", "CreatePortfolioShare"] {
        let seconds = bench.options.time().as_secs();
        let mut next = ITEMS;
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
        for account in 0..ITEMS {
            actor
                .catalog("CreatePortfolioShare", &share(&portfolio, account))
                .await?;
        }
        let root = organization(&actor).await?;
        Ok(Self {
            endpoint,
            actor,
            portfolio,
            root,
        })
    }

    /// The requests that read, by the names of their operations.
    fn reads(&self) -> Result<Vec<(&'static str, Signed)>> {
        let (portfolio, root) = (&self.portfolio, &self.root);
        let shares = json!({"PortfolioId": portfolio, "Type": "ACCOUNT", "PageSize": ITEMS});
        let (catalog, organizations) = (Service::ServiceCatalog, Service::Organizations);
        let reads = [
            (catalog, "DescribePortfolio", json!({"Id": portfolio})),
            (catalog, "DescribePortfolioShares", shares),
            (organizations, "ListAccounts", json!({"MaxResults": ITEMS})),
            (
                organizations,
                "ListAccountsForParent",
                json!({"ParentId": root, "MaxResults": ITEMS}),
            ),
        ];
        reads
            .into_iter()
            .map(|(service, operation, input)| {
                Ok((operation, self.actor.signed_for(service, operation, &input)?))
            })
            .collect()
    }

    fn writes(&self, operation: &str, numbers: std::ops::Range<u64>) -> Result<Vec<Signed>> {
        let inputs = numbers.map(|number| match operation {
            "CreatePortfolio" => portfolio(&format!("portfolio-{number}")),
            _ => share(&self.portfolio, number),
        });
        inputs.map(|it| self.actor.signed(operation, &it)).collect()
    }
}

/// Makes an organization with a full page of accounts, and returns its root.
async fn organization(actor: &Actor) -> Result<String> {
    let all = json!({"FeatureSet": "ALL"});
    actor.organizations("CreateOrganization", &all).await?;
    for number in 0..ITEMS {
        let name = format!("account-{number}");
        let input = json!({"AccountName": name, "Email": format!("{name}@example.com")});
        actor.organizations("CreateAccount", &input).await?;
    }
    let roots = actor.organizations("ListRoots", &json!({})).await?;
    let root = text(&roots, "/Roots/0/Id")?;
    let begun = Instant::now();
    // An account is made after the answer.
    let page = json!({"ParentId": root, "MaxResults": ITEMS});
    loop {
        let listed = actor.organizations("ListAccountsForParent", &page).await?;
        let accounts = listed["Accounts"].as_array().map_or(0, Vec::len);
        if u64::try_from(accounts)? >= ITEMS {
            return Ok(root.to_owned());
        }
        ensure!(begun.elapsed() < MADE_WITHIN, "accounts are missing: {listed}");
        tokio::time::sleep(Duration::from_millis(10)).await;
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
