//! From a decoded [`Value`] to an input structure, checking every constraint of the contract on the way.
//!
//! One pass finds everything: a value of the wrong type ends the reading (`SerializationException`), violations of
//! constraints are collected, so that the caller learns of all of them in one `ValidationException`. A structure is
//! built only when nothing was found; the generated code cannot make one otherwise.
//!
//! Observed: member paths start in lower case and are dotted, the pattern is printed as in the model, and patterns are
//! matched against the whole value.

mod constraint;
mod findings;

use std::collections::BTreeMap;

pub use constraint::{Pattern, Range, Size, Text};
pub use findings::{Breach, Rejection};

use findings::{Findings, Segment};

use crate::{Timestamp, Value};

/// A structure of the contract that a request can carry.
pub trait Structure: Sized {
    /// Reads the members, reporting what is wrong; `None` if anything was.
    fn read(members: &mut Members<'_, '_>) -> Option<Self>;
}

/// A set of named values of the contract.
pub trait Enumeration: Copy + 'static {
    /// Every value, in the contract's order.
    const ALL: &'static [Self];

    /// The name on the wire.
    fn name(self) -> &'static str;

    /// The value called `name`, exactly as written.
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.name() == name)
    }
}

/// Reads the input of an operation.
///
/// # Errors
///
/// [`Rejection::Malformed`] if a value has the wrong type, [`Rejection::Invalid`] if a constraint is violated.
pub fn read_input<I: Structure>(value: &Value<'_>) -> Result<I, Rejection> {
    let mut findings = Findings::default();
    let input = Node {
        value,
        findings: &mut findings,
    }
    .structure();
    findings.into_result()?;
    Ok(input.expect("a reader that returns nothing reports what it found"))
}

/// A value on its way to becoming a member, an item or a map's entry.
pub struct Node<'n, 'v> {
    value: &'n Value<'v>,
    findings: &'n mut Findings,
}

/// The members of a structure that is being read.
pub struct Members<'n, 'v> {
    entries: &'n [(std::borrow::Cow<'v, str>, Value<'v>)],
    findings: &'n mut Findings,
}

impl<'n, 'v> Members<'n, 'v> {
    fn find(&self, name: &str) -> Option<&'n Value<'v>> {
        let entries = self.entries;
        let (_, value) = entries.iter().find(|(key, _)| key == name)?;
        (*value != Value::Null).then_some(value)
    }

    /// Reads a member that may be absent. The outer `None` means that something is wrong with it.
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Node<'_, 'v>) -> Option<T>,
    ) -> Option<Option<T>> {
        let Some(value) = self.find(name) else {
            return Some(None);
        };
        self.findings.path.push(Segment::Member(name));
        let member = read(Node {
            value,
            findings: self.findings,
        });
        self.findings.path.pop();
        member.map(Some)
    }

    /// Reads a member that must be there.
    pub fn required<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Node<'_, 'v>) -> Option<T>,
    ) -> Option<T> {
        if self.find(name).is_none() {
            self.findings.path.push(Segment::Member(name));
            self.findings
                .violation(None, Breach::Missing, "Member must not be null");
            self.findings.path.pop();
            return None;
        }
        self.optional(name, read).flatten()
    }

    /// Reads a truth value that is false when absent.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.optional(name, |it| it.boolean())
            .map(Option::unwrap_or_default)
    }
}

impl<'v> Node<'_, 'v> {
    fn wrong_type<T>(self, wanted: &str) -> Option<T> {
        let message = match self.value {
            Value::List(_) => "Start of list found where not expected".to_owned(),
            Value::Map(_) => "Start of structure or map found where not expected".to_owned(),
            other => format!("{} can not be converted to {wanted}", token(other)),
        };
        self.findings.wrong_type(message);
        None
    }

    /// A nested structure.
    pub fn structure<T: Structure>(self) -> Option<T> {
        match self.value {
            Value::Map(entries) => T::read(&mut Members {
                entries,
                findings: self.findings,
            }),
            // Query has no way to write a structure without members.
            Value::Untyped(text) if text.is_empty() => T::read(&mut Members {
                entries: &[],
                findings: self.findings,
            }),
            _ => self.wrong_type("a structure"),
        }
    }

    /// Ours: text with the character NUL is no text. Not every store can keep it.
    fn raw_text(&self) -> Option<&str> {
        match self.value {
            Value::Text(text) | Value::Untyped(text) => Some(&**text).filter(|it| !it.contains('\0')),
            _ => None,
        }
    }

    /// Text under a constraint.
    pub fn text(self, constraint: &'static Text) -> Option<String> {
        let Some(text) = self.raw_text() else {
            return self.wrong_type("a String");
        };
        let text = text.to_owned();
        let broken = constraint.broken_by(&text);
        if broken.is_empty() {
            return Some(text);
        }
        for (breach, phrase) in broken {
            self.findings.violation(Some(&text), breach, &phrase);
        }
        None
    }

    /// One of a set of names.
    pub fn choice<E: Enumeration>(self) -> Option<E> {
        let Some(text) = self.raw_text() else {
            return self.wrong_type("a String");
        };
        let found = E::from_name(text);
        if found.is_none() {
            let text = text.to_owned();
            self.findings
                .violation(Some(&text), Breach::Enumeration, &constraint::enumeration::<E>());
        }
        found
    }

    /// A truth value.
    pub fn boolean(self) -> Option<bool> {
        match self.value {
            Value::Boolean(it) => Some(*it),
            Value::Untyped(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::Untyped(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => self.wrong_type("a Boolean"),
        }
    }

    /// A whole number of 32 bits in a range.
    pub fn integer(self, range: &'static Range) -> Option<i32> {
        let number = match self.value {
            Value::Integer(it) => i32::try_from(*it).ok(),
            Value::Untyped(text) => text.parse().ok(),
            _ => None,
        };
        let Some(number) = number else {
            return self.wrong_type("an Integer");
        };
        let Some((breach, phrase)) = range.broken_by(number) else {
            return Some(number);
        };
        self.findings
            .violation(Some(&number.to_string()), breach, &phrase);
        None
    }

    /// A point in time: epoch seconds, or a date where the protocol writes dates.
    pub fn timestamp(self) -> Option<Timestamp> {
        let time = match self.value {
            Value::Timestamp(it) => Some(*it),
            #[expect(
                clippy::cast_precision_loss,
                reason = "whole seconds of any year worth naming are exact"
            )]
            Value::Integer(seconds) => Timestamp::from_seconds(*seconds as f64),
            Value::Float(seconds) => Timestamp::from_seconds(*seconds),
            Value::Untyped(text) => text
                .parse::<jiff::Timestamp>()
                .ok()
                .map(|it| Timestamp::from_microseconds(it.as_microsecond())),
            _ => None,
        };
        time.or_else(|| self.wrong_type("a Timestamp"))
    }

    /// A list of structures, lists or maps. A null item has the wrong type.
    pub fn list<T>(
        self,
        size: &'static Size,
        mut read: impl FnMut(Node<'_, 'v>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(items) = items(self.value) else {
            return self.wrong_list();
        };
        let mut all = Some(Vec::with_capacity(items.len()));
        for (at, value) in items.iter().enumerate() {
            self.findings.path.push(Segment::Item(at + 1));
            let item = read(Node {
                value,
                findings: self.findings,
            });
            self.findings.path.pop();
            match (&mut all, item) {
                (Some(list), Some(item)) => list.push(item),
                _ => all = None,
            }
        }
        let fits = size.check(items.len(), &rendered(self.value), self.findings, ());
        all.filter(|_| fits.is_some())
    }

    /// A list of texts under one constraint.
    pub fn texts(self, size: &'static Size, constraint: &'static Text) -> Option<Vec<String>> {
        self.scalars(
            size,
            |text| Some(text.to_owned()).filter(|it| constraint.broken_by(it).is_empty()),
            Breach::Pattern,
            || constraint.phrases(),
        )
    }

    /// A list of names out of one set.
    pub fn choices<E: Enumeration>(self, size: &'static Size) -> Option<Vec<E>> {
        let phrases = || vec![constraint::enumeration::<E>()];
        self.scalars(size, E::from_name, Breach::Enumeration, phrases)
    }

    /// Observed: a scalar in a list is reported at the list, with the constraints of its items in brackets.
    fn scalars<T>(
        self,
        size: &'static Size,
        accept: impl Fn(&str) -> Option<T>,
        breach: Breach,
        phrases: impl Fn() -> Vec<String>,
    ) -> Option<Vec<T>> {
        let Some(items) = items(self.value) else {
            return self.wrong_list();
        };
        let mut all = Vec::with_capacity(items.len());
        let mut broken = false;
        for value in items {
            let item = Node {
                value,
                findings: self.findings,
            };
            let Some(text) = item.raw_text() else {
                return item.wrong_type("a String");
            };
            match accept(text) {
                Some(item) => all.push(item),
                None => broken = true,
            }
        }
        let shown = rendered(self.value);
        if broken {
            let phrase = format!("Member must satisfy constraint: [{}]", phrases().join(", "));
            self.findings.violation(Some(&shown), breach, &phrase);
        }
        let all = size.check(items.len(), &shown, self.findings, all);
        all.filter(|_| !broken)
    }

    fn wrong_list<T>(self) -> Option<T> {
        self.findings.wrong_type("Expected list or null".to_owned());
        None
    }

    /// A map from text to something else.
    pub fn map<T>(
        self,
        key: &'static Text,
        size: &'static Size,
        read: impl FnMut(Node<'_, 'v>) -> Option<T>,
    ) -> Option<BTreeMap<String, T>> {
        let accept = |name: &str| {
            let broken = key.broken_by(name);
            if broken.is_empty() {
                Ok(name.to_owned())
            } else {
                Err(broken)
            }
        };
        self.entries(size, accept, read)
    }

    /// A map from the names of one set to something else.
    pub fn choice_map<E: Enumeration + Ord, T>(
        self,
        size: &'static Size,
        read: impl FnMut(Node<'_, 'v>) -> Option<T>,
    ) -> Option<BTreeMap<E, T>> {
        let broken = || vec![(Breach::Enumeration, constraint::enumeration::<E>())];
        let accept = |name: &str| E::from_name(name).ok_or_else(broken);
        self.entries(size, accept, read)
    }

    fn entries<K: Ord, T>(
        self,
        size: &'static Size,
        accept: impl Fn(&str) -> Result<K, Vec<(Breach, String)>>,
        mut read: impl FnMut(Node<'_, 'v>) -> Option<T>,
    ) -> Option<BTreeMap<K, T>> {
        let entries = match self.value {
            Value::Map(entries) => entries.as_slice(),
            // Query writes an empty map as an empty parameter.
            Value::Untyped(text) if text.is_empty() => &[],
            _ => return self.wrong_type("a map"),
        };
        let mut all = Some(BTreeMap::new());
        for (name, value) in entries {
            self.findings.path.push(Segment::Key(name.to_string()));
            let key = accept(name).map_err(|broken| {
                let breach = broken.first().map_or(Breach::Pattern, |it| it.0);
                let phrases: Vec<String> = broken.into_iter().map(|it| it.1).collect();
                let phrase = format!("Map keys must satisfy constraint: [{}]", phrases.join(", "));
                self.findings.violation(Some(name), breach, &phrase);
            });
            let item = read(Node {
                value,
                findings: self.findings,
            });
            self.findings.path.pop();
            match (&mut all, key, item) {
                (Some(map), Ok(key), Some(item)) => {
                    map.insert(key, item);
                }
                _ => all = None,
            }
        }
        let fits = size.check(entries.len(), &rendered(self.value), self.findings, ());
        all.filter(|_| fits.is_some())
    }
}

fn items<'n, 'v>(value: &'n Value<'v>) -> Option<&'n [Value<'v>]> {
    match value {
        Value::List(items) => Some(items),
        // Query writes an empty list as an empty parameter.
        Value::Untyped(text) if text.is_empty() => Some(&[]),
        _ => None,
    }
}

/// What AWS's parser calls a scalar.
fn token(value: &Value<'_>) -> &'static str {
    match value {
        Value::Boolean(true) => "TRUE_VALUE",
        Value::Boolean(false) => "FALSE_VALUE",
        Value::Integer(_) => "NUMBER_VALUE",
        Value::Float(_) => "DECIMAL_VALUE",
        Value::Timestamp(_) => "TIMESTAMP_VALUE",
        Value::Bytes(_) => "BYTES_VALUE",
        _ => "STRING_VALUE",
    }
}

/// A value as it stands in a violation's message.
fn rendered(value: &Value<'_>) -> String {
    match value {
        Value::List(items) => {
            format!("[{}]", items.iter().map(rendered).collect::<Vec<_>>().join(", "))
        }
        Value::Map(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|(key, value)| format!("{key}={}", rendered(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Text(text) | Value::Untyped(text) => text.to_string(),
        Value::Boolean(it) => it.to_string(),
        Value::Integer(it) => it.to_string(),
        Value::Float(it) => it.to_string(),
        Value::Timestamp(it) => it.milliseconds().to_string(),
        Value::Null | Value::Bytes(_) => value.kind().to_owned(),
    }
}

#[cfg(test)]
mod tests;
