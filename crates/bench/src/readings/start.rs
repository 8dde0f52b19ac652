//! The size of the executable, and what a server takes before anybody asks.

use anyhow::{Context, Result};

use super::START;
use crate::report::{Aim, Line};
use crate::rounds::Rounds;
use crate::run::Bench;
use crate::server::mebibytes;

/// Measures.
pub(crate) async fn measure(bench: &mut Bench) -> Result<()> {
    let executable = bench.executable();
    let size =
        std::fs::metadata(executable).with_context(|| format!("there is no {}", executable.display()))?;
    let (mut starts, mut idle) = (Vec::new(), Vec::new());
    for _ in 0..bench.options.rounds() {
        let server = bench.server().await?;
        starts.push(server.cold_start.as_secs_f64() * 1e3);
        idle.push(server.resident_mib()?);
    }
    let mib = Rounds::once(mebibytes(size.len()));
    let value = |name: &str, rounds| Line::new(name).with("", rounds);
    bench.report.add(START, value("executable, MiB", mib));
    let start = value("start to first answer, ms", Rounds::of(starts)).aiming(Some(Aim::AtMost(50.0)));
    bench.report.add(START, start);
    let idle = value("resident, idle, MiB", Rounds::of(idle)).aiming(Some(Aim::AtMost(25.0)));
    bench.report.add(START, idle);
    Ok(())
}
