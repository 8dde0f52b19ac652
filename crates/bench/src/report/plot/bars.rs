//! The upper half: a bar for each aim, as long as the aim is reached.

use super::{Marks, ROW};
use crate::report::{Aim, Figure, Report, text};

/// Where bars begin, and how long one is that reaches its aim.
const LEFT: f64 = 430.0;
const AIM_WIDTH: f64 = 170.0;
/// Bars end here, however far beyond its aim a figure is.
const REACH_MAX: f64 = 2.2;
/// From here on the words are inside the bar: beside it there is no room for them.
const INSIDE_FROM: f64 = 1.8;
const TOP: f64 = 44.0;
const HEIGHT: f64 = 15.0;

const REACHED: &str = "#2b7a4b";
const MISSED: &str = "#b4472e";

/// Draws it, and returns where it ends.
pub(super) fn draw(marks: &mut Marks, report: &Report) -> f64 {
    marks.heading(24.0, "How far each aim is reached: the line is the aim");
    let mut y = TOP;
    for line in report.sections.iter().flat_map(|it| &it.lines) {
        for figure in &line.figures {
            if let Some(aim) = figure.aim {
                bar(marks, y, &line.name, (figure, aim));
                y += ROW;
            }
        }
    }
    let x = LEFT + AIM_WIDTH;
    marks.line((x, TOP - 8.0), (x, y), r##"stroke="#222""##);
    y
}

fn bar(marks: &mut Marks, y: f64, name: &str, (figure, aim): (&Figure, Aim)) {
    let reached = aim.reached_by(figure.rounds.median);
    let colour = if reached >= 1.0 { REACHED } else { MISSED };
    let width = AIM_WIDTH * reached.min(REACH_MAX);
    let baseline = y + 12.0;
    marks.text((LEFT - 8.0, baseline), "end", name);
    marks.bar((LEFT, y), (width, HEIGHT), colour);
    let said = format!("{}, aim {}", text::value(figure), text::aim(aim));
    if reached > INSIDE_FROM {
        let said = format!(r##"<tspan fill="#fff">{said}</tspan>"##);
        marks.put(&format!(
            r#"<text x="{:.1}" y="{baseline:.1}" text-anchor="end">{said}</text>"#,
            LEFT + width - 6.0
        ));
    } else {
        marks.text((LEFT + width.max(AIM_WIDTH) + 6.0, baseline), "start", &said);
    }
}
