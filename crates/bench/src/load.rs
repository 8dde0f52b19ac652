//! The load: wrk, which asks for less of the machine than any client of ours would.
//!
//! A reading is either one signed request sent over and over, as fast as the server answers, or a list of different
//! ones, each sent once.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use client::Signed;
use tempfile::TempDir;

/// What one reading found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// Answers in a second.
    pub(crate) per_second: f64,
    /// Half of the answers took no longer, in microseconds.
    pub(crate) p50_us: f64,
    /// 99 of 100 answers took no longer, in microseconds.
    pub(crate) p99_us: f64,
}

/// What is sent.
pub(crate) enum Load<'a> {
    /// A bare GET.
    Hello,
    /// This request, over and over.
    Same(&'a Signed),
    /// Each of these once. There must be more than the reading has time for.
    Each(&'a [Signed]),
}

/// How long an answer may take. One that takes longer counts as failed, and ends the run.
const PATIENCE: &str = "20s";

/// Sends `load` to `endpoint` on `connections` connections for as long as `time`.
pub(crate) fn read(endpoint: &str, load: &Load<'_>, connections: usize, time: Duration) -> Result<Reading> {
    let folder = TempDir::with_prefix("chandlery-bench-load-")?;
    let mut wrk = Command::new("wrk");
    wrk.args(["--threads", "1", "--latency", "--timeout", PATIENCE])
        .args(["--connections", &connections.to_string()])
        .args(["--duration", &format!("{}s", time.as_secs())]);
    match load {
        Load::Hello => {}
        Load::Same(request) => {
            wrk.arg("--script").arg(same(folder.path(), request)?);
        }
        Load::Each(requests) => {
            wrk.arg("--script").arg(each(folder.path(), requests)?);
        }
    }
    let output = wrk
        .arg(format!("{endpoint}/"))
        .output()
        .context("wrk does not start")?;
    let report = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "wrk failed: {report}");
    let reading = parse(&report)?;
    if let Load::Each(requests) = load {
        let sent = reading.per_second * time.as_secs_f64();
        #[expect(
            clippy::cast_precision_loss,
            reason = "there are far fewer requests than 2^52"
        )]
        let there_were = requests.len() as f64;
        ensure!(sent < there_were, "only {there_were} requests for {sent}");
    }
    Ok(reading)
}

fn same(folder: &Path, request: &Signed) -> Result<PathBuf> {
    let mut script = format!("wrk.method = 'POST'\nwrk.body = {}\n", quoted(&request.body));
    for (name, value) in &request.headers {
        writeln!(script, "wrk.headers['{name}'] = {}", quoted(value.to_str()?))?;
    }
    let file = folder.join("same.lua");
    std::fs::write(&file, script)?;
    Ok(file)
}

/// What varies stands in a file of lines, so that the script stays small.
fn each(folder: &Path, requests: &[Signed]) -> Result<PathBuf> {
    let mut lines = String::new();
    for Signed { headers, body } in requests {
        let text = |name: &str| {
            let value = headers.get(name).with_context(|| format!("{name} is missing"))?;
            Ok::<_, anyhow::Error>(value.to_str()?)
        };
        writeln!(
            lines,
            "{}\n{}\n{body}",
            text("authorization")?,
            text("x-amz-date")?
        )?;
    }
    let list = folder.join("requests");
    std::fs::write(&list, lines)?;
    let first = requests.first().context("there is nothing to send")?;
    let target = first.headers["x-amz-target"].to_str()?;
    let content_type = first.headers["content-type"].to_str()?;
    let script = format!(
        "local lines = io.lines({})
local headers = {{ ['x-amz-target'] = {}, ['content-type'] = {} }}
function request()
  local authorization = lines()
  if not authorization then return wrk.format('GET', '/the-list-was-too-short') end
  headers['authorization'] = authorization
  headers['x-amz-date'] = lines()
  return wrk.format('POST', '/', headers, lines())
end
",
        quoted(&list.display().to_string()),
        quoted(target),
        quoted(content_type),
    );
    let file = folder.join("each.lua");
    std::fs::write(&file, script)?;
    Ok(file)
}

/// `text` as Lua writes it. Nothing here has line ends.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn parse(report: &str) -> Result<Reading> {
    for bad in ["Non-2xx", "Socket errors"] {
        if let Some(line) = report.lines().find(|line| line.contains(bad)) {
            bail!("requests failed: {}", line.trim());
        }
    }
    let after = |word: &str| {
        report
            .lines()
            .find_map(|line| line.trim().strip_prefix(word))
            .map(str::trim)
            .with_context(|| format!("wrk says nothing of {word}: {report}"))
    };
    Ok(Reading {
        per_second: after("Requests/sec:")?.parse()?,
        p50_us: microseconds(after("50%")?)?,
        p99_us: microseconds(after("99%")?)?,
    })
}

/// wrk's `312.00us`, `1.20ms` and `2.01s`.
fn microseconds(text: &str) -> Result<f64> {
    let (number, factor) = if let Some(number) = text.strip_suffix("us") {
        (number, 1.0)
    } else if let Some(number) = text.strip_suffix("ms") {
        (number, 1_000.0)
    } else if let Some(number) = text.strip_suffix('s') {
        (number, 1_000_000.0)
    } else {
        bail!("wrk says a latency is {text}");
    };
    Ok(number.parse::<f64>()? * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "Running 3s test @ http://127.0.0.1:9/
  Latency Distribution
     50%  312.00us
     75%  400.00us
     90%  500.00us
     99%    1.20ms
  123 requests in 3.00s, 1MB read
Requests/sec:  41234.56
Transfer/sec:      1.00MB
";

    #[test]
    fn a_report_of_wrk_is_read() {
        let reading = parse(REPORT).unwrap();
        assert_eq!(
            (reading.per_second, reading.p50_us, reading.p99_us),
            (41234.56, 312.0, 1200.0)
        );
    }

    #[test]
    fn a_reading_with_a_failed_request_is_none() {
        let report = format!("{REPORT}  Non-2xx or 3xx responses: 1\n");
        let error = parse(&report).unwrap_err().to_string();
        assert_eq!(error, "requests failed: Non-2xx or 3xx responses: 1");
    }
}
