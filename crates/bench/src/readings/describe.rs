//! DescribePortfolio: the least that a request can ask for.

use anyhow::Result;
use serde_json::json;

use super::REQUESTS;
use crate::report::Aim;
use crate::run::{Bench, Subject};

/// Measures.
pub(crate) async fn measure(bench: &mut Bench) -> Result<()> {
    let server = bench.server().await?;
    let management = server.management()?;
    let portfolio = management.portfolio("described").await?;
    let request = management.signed("DescribePortfolio", &json!({"Id": portfolio}))?;
    let subject = Subject {
        endpoint: &server.endpoint,
        request: &request,
    };
    for found in bench.compared(&[subject])? {
        let line = found.line("DescribePortfolio", Some(Aim::AtLeast(0.6)));
        bench.report.add(REQUESTS, line);
    }
    Ok(())
}
