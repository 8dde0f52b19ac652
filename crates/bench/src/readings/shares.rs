//! Pages of the shares of a portfolio, from a hundred shares to a million, and what the million takes.

use anyhow::Result;
use serde_json::json;

use super::{GROWTH, REQUESTS, START, growth};
use crate::fill::share_with_each;
use crate::report::{Aim, Line};
use crate::rounds::Rounds;
use crate::run::{Bench, Compared, Subject};
use crate::scale::written;
use crate::server::MIB;

/// The pages that are read, and how many of hello's requests are to be had.
const PAGES: [(u64, Aim); 2] = [(20, Aim::AtLeast(0.4)), (100, Aim::AtLeast(0.22))];

/// Measures.
pub(crate) async fn measure(bench: &mut Bench) -> Result<()> {
    let server = bench.server().await?;
    let management = server.management()?;
    let mut portfolios = Vec::new();
    let mut stored_before = 0.0;
    for shares in bench.scale.shares {
        stored_before = server.stored_bytes()?;
        let portfolio = management.portfolio(&format!("shared-{shares}")).await?;
        share_with_each(&management, &portfolio, shares).await?;
        portfolios.push((shares, portfolio));
    }
    let most = bench.scale.shares[2];
    let mib = (server.stored_bytes()? - stored_before) / MIB;
    let resident = server.resident_mib()?;

    for (page, aim) in PAGES {
        let requests = portfolios
            .iter()
            .map(|(_, portfolio)| {
                let input = json!({"PortfolioId": portfolio, "Type": "ACCOUNT", "PageSize": page});
                management.signed("DescribePortfolioShares", &input)
            })
            .collect::<Result<Vec<_>>>()?;
        let subjects: Vec<Subject<'_>> = requests
            .iter()
            .map(|request| Subject {
                endpoint: &server.endpoint,
                request,
            })
            .collect();
        let found = bench.compared(&subjects)?;
        for ((shares, _), found) in portfolios.iter().zip(&found) {
            let name = format!("DescribePortfolioShares, {page} of {}", written(*shares));
            bench.report.add(REQUESTS, found.line(name, Some(aim)));
        }
        let sizes: Vec<(u64, &Compared)> = bench.scale.shares.into_iter().zip(&found).collect();
        let line = growth(format!("DescribePortfolioShares, {page}"), &sizes);
        bench.report.add(GROWTH, line);
    }
    let of = written(most);
    let stored = Line::new(format!("stored, {of} shares, MiB")).with("", Rounds::once(mib));
    bench.report.add(START, stored);
    for (when, resident) in [
        (format!("resident, {of} shares made, MiB"), resident),
        (
            format!("resident, pages of {of} shares read, MiB"),
            server.resident_mib()?,
        ),
    ] {
        let line = Line::new(when).with("", Rounds::once(resident));
        bench.report.add(START, line.aiming(Some(Aim::AtMost(200.0))));
    }
    Ok(())
}
