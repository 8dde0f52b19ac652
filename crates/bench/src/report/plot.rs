//! The picture of a run: how far each aim is reached, and what a page costs in small and large stores.
//!
//! Written by hand: two kinds of marks and some text need no library.

mod bars;
mod growth;

use std::fmt::Write as _;

use super::Report;

const WIDTH: f64 = 900.0;
/// From one line of text to the next.
const ROW: f64 = 20.0;

/// The picture, as SVG.
pub(super) fn svg(report: &Report) -> String {
    let mut marks = Marks::default();
    let below = bars::draw(&mut marks, report);
    let bottom = growth::draw(&mut marks, report, below + 34.0);
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom:.0}" font-family="sans-serif" font-size="12" fill="#222">
<rect width="{WIDTH}" height="{bottom:.0}" fill="#fff"/>
{}</svg>
"##,
        marks.0
    )
}

/// Where something is.
type Point = (f64, f64);

/// Marks on the picture.
#[derive(Default)]
struct Marks(String);

impl Marks {
    fn heading(&mut self, y: f64, text: &str) {
        self.put(&format!(
            r#"<text x="16" y="{y:.1}" font-size="15" font-weight="bold">{text}</text>"#
        ));
    }

    fn text(&mut self, (x, y): Point, anchor: &str, text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.put(&format!(
            r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{text}</text>"#
        ));
    }

    fn line(&mut self, (x1, y1): Point, (x2, y2): Point, style: &str) {
        self.put(&format!(
            r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" {style}/>"#
        ));
    }

    fn bar(&mut self, (x, y): Point, (width, height): Point, colour: &str) {
        self.put(&format!(
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{colour}"/>"#
        ));
    }

    fn put(&mut self, mark: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "{mark}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readings::GROWTH;
    use crate::report::{Aim, Line};
    use crate::rounds::Rounds;

    #[test]
    fn a_missed_aim_is_seen() {
        let mut report = Report::default();
        let line = Line::new("R & D").with("of hello", Rounds::once(0.3));
        report.add(("Requests", ""), line.aiming(Some(Aim::AtLeast(0.6))));
        let svg = svg(&report);
        assert!(svg.contains(">R &amp; D</text>"), "{svg}");
        assert!(
            svg.contains(r##"width="85.0" height="15.0" fill="#b4472e""##),
            "{svg}"
        );
    }

    #[test]
    fn what_takes_ten_times_as_long_stands_a_decade_higher() {
        let mut report = Report::default();
        let line = Line::new("a list")
            .with("p50 of 100, µs", Rounds::once(100.0))
            .with("p50 of 10⁶, µs", Rounds::once(1_000.0));
        report.add(GROWTH, line);
        let svg = svg(&report);
        assert!(svg.contains(">of 10⁶</text>"), "{svg}");
        assert!(
            svg.contains(r#"x1="90.0" y1="298.0" x2="430.0" y2="106.0""#),
            "{svg}"
        );
    }
}
