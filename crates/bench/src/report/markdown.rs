//! The tables of `docs/performance.md`.

use std::fmt::Write as _;

use super::{Figure, Line, Report, Section, text};

/// A section as Markdown, beside what `before`, an earlier run, found.
pub(super) fn table(section: &Section, before: Option<&Report>) -> String {
    let columns = columns(section);
    let mut table = format!("## {}\n\n{}\n\n", section.title, section.note);
    let mut head = vec![String::new()];
    head.extend(columns.iter().map(|it| (*it).to_owned()));
    head.extend(["aim".to_owned(), "before".to_owned()]);
    row(&mut table, &head);
    let rule: Vec<String> = (0..head.len())
        .map(|at| if at == 0 { "---" } else { "--:" }.to_owned())
        .collect();
    row(&mut table, &rule);
    for line in &section.lines {
        let mut cells = vec![line.name.clone()];
        cells.extend(columns.iter().map(|column| cell(line, column)));
        cells.push(aims(line));
        cells.push(earlier(section, line, before));
        row(&mut table, &cells);
    }
    table
}

fn row(table: &mut String, cells: &[String]) {
    // Writing to a String cannot fail.
    let _ = writeln!(table, "| {} |", cells.join(" | "));
}

/// All columns of a section, each where it first occurs.
fn columns(section: &Section) -> Vec<&str> {
    let mut columns: Vec<&str> = Vec::new();
    for figure in section.lines.iter().flat_map(|it| &it.figures) {
        if !columns.contains(&figure.column.as_str()) {
            columns.push(&figure.column);
        }
    }
    columns
}

/// A figure; the first of a line with the lowest and the highest round.
fn cell(line: &Line, column: &str) -> String {
    let Some(at) = line.figures.iter().position(|it| it.column == column) else {
        return String::new();
    };
    let Figure { rounds, .. } = &line.figures[at];
    let median = text::number(rounds.median);
    if at > 0 || rounds.low.total_cmp(&rounds.high).is_eq() {
        return median;
    }
    let (low, high) = (text::number(rounds.low), text::number(rounds.high));
    format!("**{median}** ({low} to {high})")
}

/// The aims of a line, and whether they are reached. The first figure's goes without saying which it is of.
fn aims(line: &Line) -> String {
    let mut aims = Vec::new();
    for (at, figure) in line.figures.iter().enumerate() {
        let Some(aim) = figure.aim else { continue };
        let of = if at == 0 {
            String::new()
        } else {
            format!("{} ", figure.column)
        };
        let verdict = if aim.reached_by(figure.rounds.median) >= 1.0 {
            "✓"
        } else {
            "✗"
        };
        aims.push(format!("{of}{} {verdict}", text::aim(aim)));
    }
    aims.join("; ")
}

/// The line's first figure as `before` has it.
fn earlier(section: &Section, line: &Line, before: Option<&Report>) -> String {
    let earlier = line.figures.first().and_then(|figure| {
        let found = before?.find(&section.title, &line.name, &figure.column);
        Some(text::number(found?.rounds.median))
    });
    earlier.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Aim;
    use crate::rounds::Rounds;

    #[test]
    fn a_table_has_aims_spread_and_what_was_before() {
        let line = |ratio: f64| {
            Line::new("DescribePortfolio")
                .with("of hello", Rounds::of([ratio, 0.5, 0.7]))
                .aiming(Some(Aim::AtLeast(0.6)))
                .with("p99, ms", Rounds::once(30.0))
                .aiming(Some(Aim::AtMost(25.0)))
        };
        let kind = ("Requests", "How.");
        let (mut before, mut now) = (Report::default(), Report::default());
        before.add(kind, line(0.6));
        now.add(kind, line(0.65));
        let expected = "## Requests

How.

|  | of hello | p99, ms | aim | before |
| --- | --: | --: | --: | --: |
| DescribePortfolio | **0.65** (0.5 to 0.7) | 30 | ≥ 0.6 ✓; p99, ms ≤ 25 ✗ | 0.6 |
";
        assert_eq!(table(&now.sections[0], Some(&before)), expected);
    }
}
