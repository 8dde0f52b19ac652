//! A share with a node of an organization, from the request to its end.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::actor::{Actor, text};

/// How often the server is asked whether it is done. Its metrics answer, because the status of an operation lists all of
/// its accounts.
const ASK_EVERY: Duration = Duration::from_millis(2);

/// A share operation that is over.
pub(super) struct Carried {
    /// Its token.
    pub(super) token: String,
    /// From the request to COMPLETED.
    pub(super) seconds: f64,
}

/// A unit, as a request names it.
pub(super) fn unit(id: &str) -> Value {
    json!({"Type": "ORGANIZATIONAL_UNIT", "Value": id})
}

/// Shares `portfolio` with `node` and waits for COMPLETED.
pub(super) async fn carry_out(owner: &Actor, portfolio: &str, node: &Value) -> Result<Carried> {
    let input = json!({"PortfolioId": portfolio, "OrganizationNode": node});
    let begun = Instant::now();
    let answer = owner.catalog("CreatePortfolioShare", &input).await?;
    while !is_done(&owner.get("/metrics").await?)? {
        tokio::time::sleep(ASK_EVERY).await;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let token = text(&answer, "/PortfolioShareToken")?.to_owned();
    let input = json!({"PortfolioShareToken": token});
    let outcome = owner.catalog("DescribePortfolioShareStatus", &input).await?;
    let status = text(&outcome, "/Status")?;
    ensure!(status == "COMPLETED", "a share ended {status}");
    Ok(Carried { token, seconds })
}

/// Whether no share operation is left to do.
fn is_done(metrics: &str) -> Result<bool> {
    let gauge = r#"chandlery_jobs_unfinished{kind="SHARE_OPERATION"} "#;
    let left = metrics.lines().find_map(|line| line.strip_prefix(gauge));
    let left = left.context("the metrics do not say how many share operations are unfinished")?;
    Ok(left == "0")
}
