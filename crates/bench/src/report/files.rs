//! `performance.md`, its plots and its figures, in one folder.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Report, markdown, plot};

/// What people write stands below this line and is kept.
const KEPT: &str = "<!-- `cargo xtask bench` writes what is above, and keeps what is below. -->";

/// Writes `report` into `folder`, compared with what was written there before.
pub(crate) fn write(report: &Report, folder: &Path) -> Result<()> {
    let (page, figures) = (folder.join("performance.md"), folder.join("performance.json"));
    fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    let before: Option<Report> = match fs::read_to_string(&figures) {
        Ok(text) => Some(serde_json::from_str(&text).with_context(|| format!("{}", figures.display()))?),
        Err(_) => None,
    };
    let kept = fs::read_to_string(&page).unwrap_or_default();
    let kept = kept.split_once(KEPT).map_or("\n", |(_, kept)| kept);
    fs::write(
        &page,
        format!("{}{KEPT}{kept}", self::page(report, before.as_ref())),
    )?;
    fs::write(folder.join("performance.svg"), plot::svg(report))?;
    fs::write(&figures, serde_json::to_string_pretty(report)? + "\n")?;
    println!("\n{}", page.display());
    Ok(())
}

fn page(report: &Report, before: Option<&Report>) -> String {
    let tables: Vec<String> = report
        .sections
        .iter()
        .map(|it| markdown::table(it, before))
        .collect();
    format!(
        "# Performance

`cargo xtask bench` measured all of this in one run. {}

Measured on {}.

The bold figure of a line is the median of its rounds, with the lowest and the highest, and *before* is what it was in
the previous table. The figures of all columns, rounds and aims are in [performance.json](performance.json).

![How far each aim is reached, and what a page costs in a small and a large store](performance.svg)

{}
",
        report.method,
        report.machine,
        tables.join("\n")
    )
}
