//! Numbers and lines as people read them.

use super::{Aim, Figure, Line};

/// A line as it is printed while the run goes on.
pub(super) fn line(line: &Line) -> String {
    let figures: Vec<String> = line.figures.iter().map(figure).collect();
    format!("{:<56} {}", line.name, figures.join(", "))
}

fn figure(figure: &Figure) -> String {
    let aim = match figure.aim {
        Some(aim) => format!(" (aim {})", self::aim(aim)),
        None => String::new(),
    };
    format!("{}{aim}", value(figure))
}

/// A figure with its column's words, such as `0.62 of hello` and `p99 9 ms`.
pub(super) fn value(figure: &Figure) -> String {
    let median = number(figure.rounds.median);
    match figure.column.split_once(", ") {
        Some((what, unit)) => format!("{what} {median} {unit}"),
        None => format!("{median} {}", figure.column).trim().to_owned(),
    }
}

/// An aim, such as `≥ 0.6`.
pub(super) fn aim(aim: Aim) -> String {
    match aim {
        Aim::AtLeast(value) => format!("≥ {}", number(value)),
        Aim::AtMost(value) => format!("≤ {}", number(value)),
    }
}

/// `value` in three digits, more only before the point, with commas between thousands.
pub(super) fn number(value: f64) -> String {
    let decimals = match value.abs() {
        it if it >= 100.0 => 0,
        it if it >= 10.0 => 1,
        it if it >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, format!(".{fraction}")),
        None => (text, String::new()),
    };
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) && digit.is_ascii_digit() {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_read_with_its_unit() {
        let figure = |column: &str| Figure {
            column: column.to_owned(),
            rounds: crate::rounds::Rounds::once(9.0),
            aim: None,
        };
        let read = ["of hello", "p99, ms", ""].map(|it| value(&figure(it)));
        assert_eq!(read, ["9 of hello", "p99 9 ms", "9"]);
    }

    #[test]
    fn a_number_has_three_digits_that_say_something() {
        let numbers = [41_234.56, 999.9, 24.05, 1.234, 0.6, 0.0614, 1_000_000.0];
        let written = numbers.map(number);
        assert_eq!(
            written,
            ["41,235", "1,000", "24.1", "1.23", "0.6", "0.061", "1,000,000"]
        );
    }
}
