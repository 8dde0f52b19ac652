//! The constraints of the contract, with AWS's own phrases for breaking them.

use std::sync::OnceLock;

use regex::Regex;

use super::{
    Enumeration,
    findings::{Breach, Findings},
};

/// What a text must satisfy.
#[derive(Debug)]
pub struct Text {
    /// The fewest characters allowed.
    pub chars_min: Option<u32>,
    /// The most characters allowed.
    pub chars_max: Option<u32>,
    /// What the whole text must match.
    pub pattern: Option<Pattern>,
}

/// The size of a list or a map.
#[derive(Debug)]
pub struct Size {
    /// The fewest entries allowed.
    pub min: Option<u32>,
    /// The most entries allowed.
    pub max: Option<u32>,
}

/// The range of a whole number.
#[derive(Debug)]
pub struct Range {
    /// The smallest number allowed.
    pub min: Option<i32>,
    /// The largest number allowed.
    pub max: Option<i32>,
}

/// A regular expression of the contract, compiled when it is first needed.
#[derive(Debug)]
pub struct Pattern {
    written: &'static str,
    translated: &'static str,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// `written` is the model's Java expression, `translated` the same for the `regex` crate, matching whole values.
    pub const fn new(written: &'static str, translated: &'static str) -> Self {
        Self {
            written,
            translated,
            compiled: OnceLock::new(),
        }
    }

    /// Whether the whole of `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        self.compiled
            .get_or_init(|| {
                Regex::new(self.translated).expect("a test compiles every pattern of the contract")
            })
            .is_match(text)
    }
}

fn length_at_least(min: u32) -> String {
    format!("Member must have length greater than or equal to {min}")
}

fn length_at_most(max: u32) -> String {
    format!("Member must have length less than or equal to {max}")
}

impl Text {
    /// No constraint at all.
    pub const ANY: Text = Text {
        chars_min: None,
        chars_max: None,
        pattern: None,
    };

    /// Every constraint that `text` breaks, with its phrase.
    pub(super) fn broken_by(&self, text: &str) -> Vec<(Breach, String)> {
        let mut broken = Vec::new();
        if self.chars_min.is_some() || self.chars_max.is_some() {
            let chars = text.chars().count();
            if let Some(min) = self.chars_min.filter(|it| chars < *it as usize) {
                broken.push((Breach::TooShort, length_at_least(min)));
            }
            if let Some(max) = self.chars_max.filter(|it| chars > *it as usize) {
                broken.push((Breach::TooLong, length_at_most(max)));
            }
        }
        if let Some(pattern) = &self.pattern
            && !pattern.matches(text)
        {
            broken.push((Breach::Pattern, pattern.phrase()));
        }
        broken
    }

    /// The phrases for every constraint there is.
    pub(super) fn phrases(&self) -> Vec<String> {
        let lengths = [
            self.chars_max.map(length_at_most),
            self.chars_min.map(length_at_least),
        ];
        lengths
            .into_iter()
            .flatten()
            .chain(self.pattern.as_ref().map(Pattern::phrase))
            .collect()
    }
}

impl Pattern {
    fn phrase(&self) -> String {
        format!("Member must satisfy regular expression pattern: {}", self.written)
    }
}

impl Size {
    /// No constraint at all.
    pub const ANY: Size = Size { min: None, max: None };

    /// `kept` if `size` is allowed, else reports it.
    pub(super) fn check<T>(&self, size: usize, shown: &str, findings: &mut Findings, kept: T) -> Option<T> {
        if let Some(min) = self.min.filter(|it| size < *it as usize) {
            findings.violation(Some(shown), Breach::TooShort, &length_at_least(min));
            return None;
        }
        if let Some(max) = self.max.filter(|it| size > *it as usize) {
            findings.violation(Some(shown), Breach::TooLong, &length_at_most(max));
            return None;
        }
        Some(kept)
    }
}

impl Range {
    /// No constraint at all.
    pub const ANY: Range = Range { min: None, max: None };

    pub(super) fn broken_by(&self, number: i32) -> Option<(Breach, String)> {
        if let Some(min) = self.min.filter(|it| number < *it) {
            let phrase = format!("Member must have value greater than or equal to {min}");
            return Some((Breach::TooSmall, phrase));
        }
        let max = self.max.filter(|it| number > *it)?;
        let phrase = format!("Member must have value less than or equal to {max}");
        Some((Breach::TooLarge, phrase))
    }
}

/// The phrase for a name that is not one of `E`'s.
pub(super) fn enumeration<E: Enumeration>() -> String {
    let names: Vec<_> = E::ALL.iter().map(|it| it.name()).collect();
    format!("Member must satisfy enum value set: [{}]", names.join(", "))
}
