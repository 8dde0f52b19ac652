//! What a run found: sections of lines of figures, each with the aim it is measured against.
//!
//! Invariant: section, line and column name a figure for good, because the next run finds this one's by them. The first
//! figure of a line is the one that is compared and whose spread is shown. Deliberately absent: prose about the figures,
//! which people write below the tables, and which is kept.

mod files;
mod markdown;
mod plot;
mod text;

use serde::{Deserialize, Serialize};

pub(crate) use files::write;

use crate::rounds::Rounds;

/// Everything that one run found.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Report {
    /// What it was measured on, in words.
    machine: String,
    /// How, in words.
    method: String,
    sections: Vec<Section>,
}

/// Figures of one kind.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Section {
    title: String,
    note: String,
    lines: Vec<Line>,
}

/// What is known of one thing.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    name: String,
    figures: Vec<Figure>,
}

/// A number.
#[derive(Debug, Serialize, Deserialize)]
struct Figure {
    /// What it is, with its unit.
    column: String,
    #[serde(flatten)]
    rounds: Rounds,
    #[serde(skip_serializing_if = "Option::is_none")]
    aim: Option<Aim>,
}

/// What a number should be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Aim {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

impl Aim {
    /// How far `value` goes towards it: 1 and more is there.
    fn reached_by(self, value: f64) -> f64 {
        match self {
            Self::AtLeast(aim) => value / aim,
            Self::AtMost(aim) => aim / value,
        }
    }
}

impl Report {
    /// An empty one.
    pub(crate) fn new(machine: String, method: String) -> Self {
        Self {
            machine,
            method,
            sections: Vec::new(),
        }
    }

    /// Adds `line` to the section `title`, and prints it.
    pub(crate) fn add(&mut self, (title, note): (&str, &str), line: Line) {
        let found = self.sections.iter().position(|it| it.title == title);
        let at = found.unwrap_or_else(|| {
            println!("\n{title}");
            self.sections.push(Section {
                title: title.to_owned(),
                note: note.to_owned(),
                lines: Vec::new(),
            });
            self.sections.len() - 1
        });
        println!("  {}", text::line(&line));
        self.sections[at].lines.push(line);
    }

    /// The figure of that name, if there is one.
    fn find(&self, section: &str, line: &str, column: &str) -> Option<&Figure> {
        let section = self.sections.iter().find(|it| it.title == section)?;
        let line = section.lines.iter().find(|it| it.name == line)?;
        line.figures.iter().find(|it| it.column == column)
    }
}

impl Line {
    /// A line without figures.
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            figures: Vec::new(),
        }
    }

    /// With a figure.
    #[must_use]
    pub(crate) fn with(mut self, column: &str, rounds: Rounds) -> Self {
        self.figures.push(Figure {
            column: column.to_owned(),
            rounds,
            aim: None,
        });
        self
    }

    /// With an aim for the figure that came last.
    #[must_use]
    pub(crate) fn aiming(mut self, aim: Option<Aim>) -> Self {
        if let Some(last) = self.figures.last_mut() {
            last.aim = aim;
        }
        self
    }
}
