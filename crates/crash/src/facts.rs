//! The model: what can be read of a worker's things, as plain facts, and what a write changes about them.
//!
//! A fact is a path and a text, such as `portfolio/w01-0-…/tag/team` and `data`. Invariant: this module knows nothing of
//! the server; what a write does to the facts stands with the write, in the words of the documentation. A fact whose
//! path begins with [`HIDDEN`] cannot be read and follows one that can.

use std::collections::BTreeMap;

use serde_json::Value;

/// What is known, or was read.
pub(crate) type Facts = BTreeMap<String, String>;

/// The text of a fact that is there, but whose text the server chose and nobody read yet.
pub(crate) const UNKNOWN: &str = "?";

/// What the paths of facts begin with that no read shows.
pub(crate) const HIDDEN: char = '~';

/// What an acknowledged write does to a fact.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// It is there, with this text.
    Put(String, String),
    /// It is there, with the text at this pointer of the answer.
    Learn(String, &'static str),
    /// It is there if the answer came: its path ends with the text at this pointer of the answer.
    Follow {
        path: &'static str,
        pointer: &'static str,
        text: String,
    },
    /// It is gone, with all that is below it.
    Drop(String),
}

/// A fact that a write puts.
pub(crate) fn put(path: impl Into<String>, text: impl Into<String>) -> Change {
    Change::Put(path.into(), text.into())
}

/// A fact that a write removes.
pub(crate) fn gone(path: impl Into<String>) -> Change {
    Change::Drop(path.into())
}

/// `facts` after `changes`, as `answer` told them; without one, as far as they are known.
pub(crate) fn after(facts: &Facts, changes: &[Change], answer: Option<&Value>) -> Facts {
    let told = |pointer: &str| answer?.pointer(pointer)?.as_str();
    let mut facts = facts.clone();
    for change in changes {
        match change {
            Change::Put(path, text) => {
                facts.insert(path.clone(), text.clone());
            }
            Change::Learn(path, pointer) => {
                facts.insert(path.clone(), told(pointer).unwrap_or(UNKNOWN).to_owned());
            }
            Change::Follow { path, pointer, text } => {
                if let Some(id) = told(pointer) {
                    facts.insert(format!("{path}/{id}"), text.clone());
                }
            }
            Change::Drop(path) => {
                let below = format!("{path}/");
                facts.retain(|it, _| it != path && !it.starts_with(&below));
            }
        }
    }
    facts
}

/// What is directly below `path`: names and texts.
pub(crate) fn below<'a>(facts: &'a Facts, path: &str) -> Vec<(&'a str, &'a str)> {
    let start = format!("{path}/");
    let inside = facts
        .range(start.clone()..)
        .take_while(|(it, _)| it.starts_with(&start));
    let named = inside.map(|(it, text)| (&it[start.len()..], text.as_str()));
    named.filter(|(name, _)| !name.contains('/')).collect()
}

/// The text of the fact at `path`.
pub(crate) fn text<'a>(facts: &'a Facts, path: &str) -> Option<&'a str> {
    facts.get(path).map(String::as_str)
}

/// In what `found` differs from what was `expected`, a line each.
pub(crate) fn differences(expected: &Facts, found: &Facts) -> Vec<String> {
    let readable = |it: &&String| !it.starts_with(HIDDEN);
    let mut lines = Vec::new();
    for path in expected.keys().filter(readable) {
        let wanted = &expected[path];
        match found.get(path) {
            Some(text) if text == wanted || wanted == UNKNOWN => {}
            Some(text) => lines.push(format!("{path}: expected {wanted}, found {text}")),
            None => lines.push(format!("{path}: expected {wanted}, found nothing")),
        }
    }
    let more = found.iter().filter(|(path, _)| !expected.contains_key(*path));
    lines.extend(more.map(|(path, text)| format!("{path}: expected nothing, found {text}")));
    lines
}

/// What was `found`, and of what was `expected` all that no read shows.
pub(crate) fn with_hidden(mut found: Facts, expected: &Facts) -> Facts {
    let hidden = expected.iter().filter(|(path, _)| path.starts_with(HIDDEN));
    found.extend(hidden.map(|(path, text)| (path.clone(), text.clone())));
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts(pairs: &[(&str, &str)]) -> Facts {
        let owned = pairs
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        owned.collect()
    }

    #[test]
    fn a_write_puts_learns_and_drops() {
        let before = facts(&[("p/a", "1"), ("p/a/tag", "x"), ("p/ab", "2")]);
        let changes = [gone("p/a"), Change::Learn("p/c".to_owned(), "/Id"), put("q", "3")];
        let told = after(&before, &changes, Some(&json!({"Id": "7"})));
        assert_eq!(told, facts(&[("p/ab", "2"), ("p/c", "7"), ("q", "3")]));
        assert_eq!(after(&before, &changes, None)["p/c"], UNKNOWN);
    }

    #[test]
    fn what_is_below_a_path_is_named_without_it() {
        let all = facts(&[("p/a", "1"), ("p/a/tag", "x"), ("p/b", "2"), ("q/c", "3")]);
        assert_eq!(below(&all, "p"), [("a", "1"), ("b", "2")]);
    }

    #[test]
    fn differences_pass_over_what_is_hidden_or_unknown() {
        let expected = facts(&[("a", "1"), ("b", UNKNOWN), ("c", "3"), ("~d", "4")]);
        let found = facts(&[("a", "2"), ("b", "x"), ("e", "5")]);
        assert_eq!(
            differences(&expected, &found),
            [
                "a: expected 1, found 2",
                "c: expected 3, found nothing",
                "e: expected nothing, found 5"
            ]
        );
        assert_eq!(with_hidden(found, &expected)["~d"], "4");
    }
}
