//! What the figures were measured on.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::options::Options;
use crate::postgres;

/// The machine, its system and the release of the server, in words.
pub(crate) async fn described(options: &Options) -> Result<String> {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").context("this is no Linux")?;
    let model = value(&cpus, "model name").unwrap_or("a processor without a name");
    let cores = std::thread::available_parallelism()?;
    let memory = std::fs::read_to_string("/proc/meminfo")?;
    let kib: f64 = value(&memory, "MemTotal")
        .and_then(|it| it.strip_suffix(" kB"))
        .context("the kernel does not say how much memory there is")?
        .parse()?;
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let release = first_line(&options.server, "--version")?;
    let commit = commit().unwrap_or_default();
    let mut words = vec![
        format!("{model} with {cores} cores"),
        format!("{:.0} GiB of memory", kib / 1_048_576.0),
        format!("Linux {}", kernel.trim()),
        format!("{release}{commit}"),
    ];
    if let Some(url) = &options.postgres_url {
        words.push(postgres::described(url).await?);
    }
    Ok(words.join(", "))
}

/// The value of `key` in lines of `key : value`.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs
        .map(|(name, value)| (name.trim(), value.trim()))
        .find(|(name, _)| *name == key)
        .map(|(_, value)| value)
}

fn first_line(program: &Path, word: &str) -> Result<String> {
    let output = Command::new(program)
        .arg(word)
        .output()
        .with_context(|| format!("{} does not start", program.display()))?;
    let said = String::from_utf8_lossy(&output.stdout);
    Ok(said.lines().next().unwrap_or_default().trim().to_owned())
}

/// The commit that is checked out, where there is one.
fn commit() -> Option<String> {
    let output = Command::new("git")
        .args(["rev-parse", "--short=10", "HEAD"])
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let commit = said.trim();
    (output.status.success() && !commit.is_empty()).then(|| format!(" (commit {commit})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_by_its_key() {
        let text = "model\t\t: 106\nmodel name\t: Some Processor\n";
        assert_eq!(value(text, "model name"), Some("Some Processor"));
    }
}
