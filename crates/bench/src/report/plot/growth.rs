//! The lower half: what a page costs, by the size of the store. As long as a line is flat, size does not matter.
//!
//! Both axes are logarithmic, so that a slope is a ratio whatever the page costs.

use super::{Marks, ROW};
use crate::readings::{AT_SIZE, GROWTH};
use crate::report::{Report, text};

const HEIGHT: f64 = 220.0;
const LEFT: f64 = 90.0;
const RIGHT: f64 = 430.0;
/// Where the list of names begins: beside their lines they would lie upon each other.
const NAMES: f64 = 500.0;

const COLOURS: [&str; 7] = [
    "#2457a6", "#2b7a4b", "#b4472e", "#7a4fa3", "#a3791f", "#4a4a4a", "#1f8a8a",
];

/// A page: its name, and what it costs by the place of its size among all sizes.
struct Page<'a> {
    name: &'a str,
    points: Vec<(usize, f64)>,
}

/// Draws it from `top` on, and returns where it ends.
pub(super) fn draw(marks: &mut Marks, report: &Report, top: f64) -> f64 {
    let (sizes, pages) = pages(report);
    let costs = || {
        pages
            .iter()
            .flat_map(|it| &it.points)
            .map(|(_, cost)| cost.log10())
    };
    let (lowest, highest) = (
        costs().fold(f64::INFINITY, f64::min).floor(),
        costs().fold(f64::NEG_INFINITY, f64::max).ceil(),
    );
    // There may be nothing to draw, or all on one power of ten.
    if lowest >= highest {
        return top;
    }
    marks.heading(top, "What half of the requests for a page take at most, in µs");
    let (first, floor) = (top + 28.0, top + HEIGHT);
    let height = |cost: f64| floor - (floor - first) * (cost.log10() - lowest) / (highest - lowest);
    let mut power = lowest;
    while power <= highest {
        let cost = 10_f64.powf(power);
        let y = height(cost);
        marks.line((LEFT, y), (RIGHT, y), r##"stroke="#ddd""##);
        marks.text((LEFT - 8.0, y + 4.0), "end", &text::number(cost));
        power += 1.0;
    }
    for (at, size) in sizes.iter().enumerate() {
        marks.text(
            (across(at, sizes.len()), floor + 18.0),
            "middle",
            &format!("of {size}"),
        );
    }
    let mut name_at = first + 10.0;
    for (page, colour) in pages.iter().zip(COLOURS.iter().cycle()) {
        for pair in page.points.windows(2) {
            if let [(from, before), (to, after)] = pair {
                let ends = [(*from, *before), (*to, *after)]
                    .map(|(at, cost)| (across(at, sizes.len()), height(cost)));
                marks.line(
                    ends[0],
                    ends[1],
                    &format!(r#"stroke="{colour}" stroke-width="2""#),
                );
            }
        }
        marks.bar((NAMES - 20.0, name_at - 6.0), (12.0, 4.0), colour);
        marks.text((NAMES, name_at), "start", page.name);
        name_at += ROW;
    }
    floor + 34.0
}

/// The sizes of stores, as they are written, and the pages that were read of them.
fn pages(report: &Report) -> (Vec<&str>, Vec<Page<'_>>) {
    let mut sizes: Vec<&str> = Vec::new();
    let mut pages = Vec::new();
    let sections = report.sections.iter().filter(|it| it.title == GROWTH.0);
    for line in sections.flat_map(|it| &it.lines) {
        let mut points = Vec::new();
        for figure in &line.figures {
            let Some(size) = figure.column.strip_prefix(AT_SIZE) else {
                continue;
            };
            let size = size.split(',').next().unwrap_or_default();
            let at = sizes.iter().position(|it| *it == size).unwrap_or_else(|| {
                sizes.push(size);
                sizes.len() - 1
            });
            points.push((at, figure.rounds.median));
        }
        pages.push(Page {
            name: &line.name,
            points,
        });
    }
    (sizes, pages)
}

/// The place of a size among `sizes`: each is a hundred times the one before.
#[expect(clippy::cast_precision_loss, reason = "there are few sizes")]
fn across(at: usize, sizes: usize) -> f64 {
    LEFT + (RIGHT - LEFT) * at as f64 / (sizes.max(2) - 1) as f64
}
