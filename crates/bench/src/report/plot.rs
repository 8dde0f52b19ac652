//! The picture of a run: how far each aim is reached, and what a page costs in a small and a large store.
//!
//! Written by hand: two kinds of marks and some text need no library.

use std::fmt::Write as _;

use super::{Aim, Figure, Report, text};
use crate::readings::{GROWTH, SMALL_AND_LARGE};

const WIDTH: f64 = 900.0;
/// Where bars begin, and how long one is that reaches its aim.
const BARS_LEFT: f64 = 430.0;
const AIM_WIDTH: f64 = 170.0;
/// Bars end here, however far beyond its aim a figure is.
const REACH_MAX: f64 = 2.2;
const ROW: f64 = 20.0;
const TOP: f64 = 44.0;
/// The height of the lower panel, and the room for its lines' names.
const GROWTH_HEIGHT: f64 = 220.0;
const GROWTH_LEFT: f64 = 90.0;
const GROWTH_RIGHT: f64 = 430.0;

const REACHED: &str = "#2b7a4b";
const MISSED: &str = "#b4472e";
const COLOURS: [&str; 6] = ["#2457a6", "#2b7a4b", "#b4472e", "#7a4fa3", "#a3791f", "#4a4a4a"];

/// The picture, as SVG.
pub(super) fn svg(report: &Report) -> String {
    let (bars, below) = bars(report);
    let (growth, bottom) = growth(report, below + 30.0);
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom:.0}" font-family="sans-serif" font-size="12" fill="#222">
<rect width="{WIDTH}" height="{bottom:.0}" fill="#fff"/>
{bars}{growth}</svg>
"##
    )
}

/// A bar for each aim, and where the next panel may begin.
fn bars(report: &Report) -> (String, f64) {
    let mut svg = heading(24.0, "How far each aim is reached: the line is the aim");
    let mut y = TOP;
    for section in &report.sections {
        for line in &section.lines {
            for figure in &line.figures {
                if let Some(aim) = figure.aim {
                    bar(&mut svg, y, &line.name, (figure, aim));
                    y += ROW;
                }
            }
        }
    }
    let x = BARS_LEFT + AIM_WIDTH;
    put(
        &mut svg,
        format!(
            r##"<line x1="{x}" y1="{}" x2="{x}" y2="{y}" stroke="#222"/>"##,
            TOP - 8.0
        ),
    );
    (svg, y)
}

fn bar(svg: &mut String, y: f64, name: &str, (figure, aim): (&Figure, Aim)) {
    let reached = aim.reached_by(figure.rounds.median);
    let colour = if reached >= 1.0 { REACHED } else { MISSED };
    let width = AIM_WIDTH * reached.min(REACH_MAX);
    let (baseline, end) = (y + 12.0, BARS_LEFT + width.max(AIM_WIDTH) + 6.0);
    let (left, name, column) = (BARS_LEFT - 8.0, escaped(name), escaped(&figure.column));
    put(
        svg,
        format!(r#"<text x="{left}" y="{baseline}" text-anchor="end">{name}</text>"#),
    );
    put(
        svg,
        format!(r#"<rect x="{BARS_LEFT}" y="{y}" width="{width:.1}" height="15" fill="{colour}"/>"#),
    );
    let said = format!(
        "{} {column}, aim {}",
        text::number(figure.rounds.median),
        text::aim(aim)
    );
    // Inside its bar where it would not fit beside it.
    if width > 1.9 * AIM_WIDTH {
        let x = BARS_LEFT + width - 6.0;
        put(
            svg,
            format!(r##"<text x="{x:.1}" y="{baseline}" text-anchor="end" fill="#fff">{said}</text>"##),
        );
    } else {
        put(svg, format!(r#"<text x="{end:.1}" y="{baseline}">{said}</text>"#));
    }
}

/// A line for each page that was read in a small and a large store, from `top` on, and where the picture ends.
fn growth(report: &Report, top: f64) -> (String, f64) {
    let Some(section) = report.sections.iter().find(|it| it.title == GROWTH.0) else {
        return (String::new(), top);
    };
    let [small, large] = SMALL_AND_LARGE;
    let points: Vec<(&str, f64, f64)> = section
        .lines
        .iter()
        .filter_map(|line| {
            let median = |column: &str| {
                let found = line.figures.iter().find(|it| it.column == column);
                found.map(|it| it.rounds.median)
            };
            Some((line.name.as_str(), median(small)?, median(large)?))
        })
        .collect();
    let highest = points
        .iter()
        .fold(1.0_f64, |most, (_, a, b)| most.max(*a).max(*b));
    let (first, floor) = (top + 28.0, top + GROWTH_HEIGHT);
    let height = |value: f64| floor - (floor - first) * value / highest;
    let mut svg = heading(top, "What half of the requests take at most");
    for step in 0..=4 {
        let value = highest * f64::from(step) / 4.0;
        let (y, label) = (height(value), text::number(value));
        let (left, below) = (GROWTH_LEFT - 8.0, y + 4.0);
        put(
            &mut svg,
            format!(
                r##"<line x1="{GROWTH_LEFT}" y1="{y:.1}" x2="{GROWTH_RIGHT}" y2="{y:.1}" stroke="#ddd"/>"##
            ),
        );
        put(
            &mut svg,
            format!(r#"<text x="{left}" y="{below:.1}" text-anchor="end">{label}</text>"#),
        );
    }
    for (x, column) in [(GROWTH_LEFT, small), (GROWTH_RIGHT, large)] {
        let y = floor + 18.0;
        put(
            &mut svg,
            format!(
                r#"<text x="{x}" y="{y}" text-anchor="middle">{}</text>"#,
                escaped(column)
            ),
        );
    }
    for (number, (name, from, to)) in points.iter().enumerate() {
        let colour = COLOURS[number % COLOURS.len()];
        let (y1, y2) = (height(*from), height(*to));
        put(
            &mut svg,
            format!(
                r#"<line x1="{GROWTH_LEFT}" y1="{y1:.1}" x2="{GROWTH_RIGHT}" y2="{y2:.1}" stroke="{colour}" stroke-width="2"/>"#
            ),
        );
        // The names stand in a list of their own: the ends of flat lines meet.
        #[expect(clippy::cast_precision_loss, reason = "there are few lines")]
        let (x, y) = (GROWTH_RIGHT + 110.0, first + 10.0 + ROW * number as f64);
        put(
            &mut svg,
            format!(
                r#"<rect x="{}" y="{}" width="12" height="4" fill="{colour}"/>"#,
                x - 20.0,
                y - 6.0
            ),
        );
        put(
            &mut svg,
            format!(r#"<text x="{x}" y="{y:.1}">{}</text>"#, escaped(name)),
        );
    }
    (svg, floor + 34.0)
}

fn heading(y: f64, text: &str) -> String {
    format!("<text x=\"16\" y=\"{y}\" font-size=\"15\" font-weight=\"bold\">{text}</text>\n")
}

fn put(svg: &mut String, mark: String) {
    // Writing to a String cannot fail.
    let _ = writeln!(svg, "{mark}");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Line;
    use crate::rounds::Rounds;

    #[test]
    fn a_missed_aim_is_seen() {
        let mut report = Report::default();
        let line = Line::new("R & D").with("of hello", Rounds::once(0.3));
        report.add(("Requests", ""), line.aiming(Some(Aim::AtLeast(0.6))));
        let svg = svg(&report);
        assert!(svg.contains(">R &amp; D</text>"), "{svg}");
        assert!(
            svg.contains(r##"width="85.0" height="15" fill="#b4472e""##),
            "{svg}"
        );
    }
}
