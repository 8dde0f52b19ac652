//! A share with a node of an organization, from the request to its end.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
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

/// Whether no share operation is left to do, in whatever state it is.
fn is_done(metrics: &str) -> Result<bool> {
    const GAUGE: &str = r#"chandlery_jobs_unfinished{kind="SHARE_OPERATION","#;
    let states = metrics.lines().filter_map(|line| line.strip_prefix(GAUGE));
    let left: Vec<&str> = states.filter_map(|it| it.rsplit(' ').next()).collect();
    ensure!(
        !left.is_empty(),
        "the metrics do not say how many share operations are unfinished"
    );
    Ok(left.iter().all(|it| *it == "0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_operation_is_left_in_whatever_state_it_is() {
        let of = |due: &str| {
            let state = |name: &str, left: &str| {
                format!("chandlery_jobs_unfinished{{kind=\"SHARE_OPERATION\",state=\"{name}\"}} {left}\n")
            };
            is_done(&(state("LEASED", "0") + &state("DUE", due)))
        };
        assert!(of("0").unwrap());
        assert!(!of("1").unwrap());
        assert!(!of("NaN").unwrap());
        assert!(is_done("chandlery_jobs_unfinished{kind=\"STRUCTURE_SYNC\",state=\"DUE\"} 0\n").is_err());
    }
}
