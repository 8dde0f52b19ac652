//! A report for a person: what there is, line by line, and a table of what is under way.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use domain::ShareStatus;

use super::report::{Jobs, Report, Requests, ServerReport, StoreReport, UnderWay};
use crate::table::table;

/// `report` as text.
pub(super) fn of(report: &Report) -> String {
    let mut text = String::new();
    match &report.server {
        Some(server) => of_server(&mut text, server),
        None => line(&mut text, "server", "not running here"),
    }
    of_store(&mut text, &report.store);
    let store = &report.store;
    of_under_way(
        &mut text,
        &store.share_operations_under_way,
        &store.share_operations,
    );
    text
}

/// Lines with the same label belong together, and it is printed once.
fn line(text: &mut String, label: &str, what: &str) {
    let _ = writeln!(text, "{label:<10}{what}");
}

fn of_server(text: &mut String, it: &ServerReport) {
    let what = format!("running, version {}, process {}", it.version, it.process);
    line(text, "server", &what);
    line(text, "", &it.endpoint);
    let since = format!(
        "since {}, for {}",
        moment(&it.started_at),
        duration(it.uptime_seconds)
    );
    line(text, "", &since);
    let Requests {
        in_flight,
        succeeded,
        client_errors,
        server_errors,
        refused,
    } = it.requests;
    let requests = format!(
        "{in_flight} in flight; since the start {succeeded} succeeded, {client_errors} failed with 4xx, \
         {server_errors} with 5xx, {refused} were refused"
    );
    line(text, "requests", &requests);
}

fn of_store(text: &mut String, it: &StoreReport) {
    let size = size(it.size_bytes);
    let what = format!("{} in {}, schema {}, {size}", it.engine, it.place, it.schema);
    line(text, "store", &what);
    let since = moment(&it.created_at);
    line(
        text,
        "",
        &format!("since {since}, managed by {}", it.management_account),
    );
    let holds = [
        counted(it.accounts, "account"),
        counted(it.organizations, "organization"),
        counted(it.portfolios, "portfolio"),
        counted(it.shares, "share"),
    ];
    line(text, "holds", &holds.join(", "));
    line(text, "sharing", &of_operations(&it.share_operations));
    line(text, "jobs", &of_jobs(&it.jobs));
}

fn of_operations(operations: &BTreeMap<String, i64>) -> String {
    if operations.is_empty() {
        return "no share operation yet".to_owned();
    }
    let statuses: Vec<String> = operations
        .iter()
        .map(|(status, count)| format!("{count} {status}"))
        .collect();
    let all = counted(operations.values().sum(), "share operation");
    format!("{all}: {}", statuses.join(", "))
}

fn of_under_way(text: &mut String, operations: &[UnderWay], counts: &BTreeMap<String, i64>) {
    if operations.is_empty() {
        return;
    }
    let mut table = table([
        "Share operation",
        "Status",
        "Portfolio",
        "Shared with",
        "Accounts",
    ]);
    for it in operations {
        let accounts = match it.accounts_failed {
            0 => it.accounts_reached.to_string(),
            failed => format!("{}, {failed} failed", it.accounts_reached),
        };
        let status = format!("{} {}", it.action, it.status);
        table.add_row([&it.token, &status, &it.portfolio, &it.shared_with, &accounts]);
    }
    let _ = writeln!(text, "\nUnder way:\n{table}");
    let unfinished = [ShareStatus::NotStarted, ShareStatus::InProgress].map(ShareStatus::name);
    let all: i64 = unfinished.iter().filter_map(|it| counts.get(*it)).sum();
    let listed = i64::try_from(operations.len()).unwrap_or(i64::MAX);
    if all > listed {
        let _ = writeln!(text, "and {} more", all - listed);
    }
}

fn of_jobs(jobs: &[Jobs]) -> String {
    if jobs.is_empty() {
        return "none unfinished".to_owned();
    }
    let jobs = jobs.iter();
    let counts: Vec<String> = jobs
        .map(|it| format!("{} {} {}", it.count, it.kind, it.state))
        .collect();
    counts.join(", ")
}

fn counted(count: i64, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// A time to the second.
fn moment(time: &str) -> String {
    match time.split_once('.') {
        Some((seconds, _)) => format!("{seconds}Z"),
        None => time.to_owned(),
    }
}

/// The two largest units of a duration.
fn duration(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {} s", seconds % 60),
        (0, _, _) => format!("{hours} h {} min", minutes % 60),
        _ => format!("{days} d {} h", hours % 24),
    }
}

/// Bytes in the unit that leaves one to three digits before the point.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1_000 {
        return format!("{bytes} bytes");
    }
    let (mut tenths, mut unit) = (bytes / 100, 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1_000;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn share_operations_that_are_not_listed_are_counted() {
        let operation = UnderWay {
            token: "share-abcdefghijklm".to_owned(),
            status: "IN_PROGRESS".to_owned(),
            action: "CREATE".to_owned(),
            portfolio: String::new(),
            owner: String::new(),
            region: String::new(),
            shared_with: String::new(),
            created_at: String::new(),
            accounts_reached: 7,
            accounts_failed: 0,
        };
        let counts = [("COMPLETED", 9), ("IN_PROGRESS", 3), ("NOT_STARTED", 2)];
        let counts: BTreeMap<_, _> = counts.map(|it| (it.0.to_owned(), it.1)).into();
        let mut text = String::new();
        of_under_way(&mut text, &[operation], &counts);
        assert!(text.ends_with("|\nand 4 more\n"), "{text}");
    }

    #[test]
    fn sizes_and_durations_are_short() {
        for (bytes, text) in [
            (999, "999 bytes"),
            (1_000, "1.0 kB"),
            (999_999, "999.9 kB"),
            (12_345_678, "12.3 MB"),
            (7_000_000_000_000_000, "7000.0 TB"),
        ] {
            assert_eq!(size(bytes), text);
        }
        for (seconds, text) in [
            (59, "59 s"),
            (61, "1 min 1 s"),
            (7_380, "2 h 3 min"),
            (90_000, "1 d 1 h"),
        ] {
            assert_eq!(duration(seconds), text);
        }
        assert_eq!(moment("2026-11-22T13:46:36.123456Z"), "2026-11-22T13:46:36Z");
        assert_eq!(moment("2026-11-22T13:46:36Z"), "2026-11-22T13:46:36Z");
    }
}
