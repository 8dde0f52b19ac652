//! Whether a value has the form its shape says.
//!
//! Invariant: a violation names the place, as a path from the top of the answer. Deliberately absent: patterns and
//! lengths, which AWS itself does not keep in what it answers.

use serde_json::Value;

use super::{Contract, Reference, Shape};

impl Contract {
    /// What in `value` is not as the shape `reference` says; `path` is where `value` stands.
    pub(crate) fn violations(&self, reference: &Reference, value: &Value, path: &str) -> Vec<String> {
        let shape = self.shape(reference);
        let kind = shape.kind.as_str();
        match (kind, value) {
            ("structure", Value::Object(members)) => self.of_structure(shape, members, path),
            ("list", Value::Array(items)) => {
                let member = shape.member.as_ref().expect("a list has a member");
                let numbered = items.iter().enumerate();
                numbered
                    .flat_map(|(index, item)| self.violations(member, item, &format!("{path}[{index}]")))
                    .collect()
            }
            ("map", Value::Object(entries)) => self.of_map(shape, entries, path),
            ("string", Value::String(text)) => of_text(shape, text, path),
            ("boolean", Value::Bool(_)) | ("timestamp" | "float" | "double", Value::Number(_)) => Vec::new(),
            ("integer" | "long", Value::Number(number)) if number.is_i64() => Vec::new(),
            _ => vec![format!("{path} is not a {kind}: {value}")],
        }
    }

    fn of_structure(
        &self,
        shape: &Shape,
        members: &serde_json::Map<String, Value>,
        path: &str,
    ) -> Vec<String> {
        let mut found = Vec::new();
        for (name, value) in members {
            let place = format!("{path}.{name}");
            match shape.members.get(name) {
                None => found.push(format!("{place} is not in the contract")),
                Some(reference) => found.extend(self.violations(reference, value, &place)),
            }
        }
        for (name, reference) in &shape.members {
            let is_list = self.shape(reference).kind == "list";
            let is_due = shape.required.contains(name) || (is_list && self.always_has_lists());
            if is_due && !members.contains_key(name) {
                found.push(format!("{path}.{name} is missing"));
            }
        }
        found
    }

    fn of_map(&self, shape: &Shape, entries: &serde_json::Map<String, Value>, path: &str) -> Vec<String> {
        let (Some(key), Some(value)) = (&shape.key, &shape.value) else {
            unreachable!("a map has a key and a value")
        };
        let mut found = Vec::new();
        for (name, entry) in entries {
            let place = format!("{path}[{name:?}]");
            found.extend(of_text(self.shape(key), name, &place));
            found.extend(self.violations(value, entry, &place));
        }
        found
    }
}

fn of_text(shape: &Shape, text: &str, path: &str) -> Vec<String> {
    if shape.choices.is_empty() || shape.choices.iter().any(|it| it == text) {
        return Vec::new();
    }
    vec![format!(
        "{path} is {text:?}, which is none of {:?}",
        shape.choices
    )]
}
