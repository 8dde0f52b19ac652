//! What the settings at and above an account come to.
//!
//! Source: Organizations, "Inheritance operators" and "Inheritance examples". From the root down, each level changes what
//! the levels above left, with the operators they allow. Of several policies at one level, the first attached decides
//! what a setting is assigned; what they append and remove adds up; the operators they allow below are intersected.
//!
//! Ours, where the pages are silent: allowing operators for a part of the document allows them for all that is in it; a
//! value without an operator is assigned; a list from which everything was removed is gone.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{
    document::{ALL, ALLOWED_BELOW, APPEND, ASSIGN, REMOVE},
    statements::texts,
};

#[cfg(test)]
mod tests;

/// The settings that come of `levels`, which lead from the root to the account; each has the documents of the policies
/// attached there, in the order in which they were attached.
pub(crate) fn effective_document(levels: &[Vec<Value>]) -> Value {
    let mut settings = Setting::default();
    for level in levels {
        let documents: Vec<&Value> = level.iter().collect();
        settings.apply(&documents, Operators::EVERY);
    }
    settings.into_value().unwrap_or_else(|| Value::Object(Map::new()))
}

/// A part of the document, with what the levels so far made of it.
#[derive(Default)]
struct Setting {
    value: Option<Value>,
    parts: BTreeMap<String, Setting>,
    /// What the levels so far allow those below.
    allowed: Operators,
}

impl Setting {
    /// Applies what the policies of one level say about this part. `allowed_around` is what the levels above allow for
    /// the parts that this one is in.
    fn apply(&mut self, said: &[&Value], allowed_around: Operators) {
        let allowed = self.allowed.and(allowed_around);
        self.set(said, allowed);
        let objects = said.iter().filter_map(|it| it.as_object());
        let names: BTreeSet<&String> = objects
            .flat_map(Map::keys)
            .filter(|it| !it.starts_with("@@"))
            .collect();
        for name in names {
            let of_part: Vec<&Value> = said.iter().filter_map(|it| it.get(name)).collect();
            self.parts
                .entry(name.clone())
                .or_default()
                .apply(&of_part, allowed);
        }
        // What is allowed below counts from the next level on.
        for listed in said.iter().filter_map(|it| it.get(ALLOWED_BELOW)) {
            self.allowed = self.allowed.and(Operators::named(listed));
        }
    }

    fn set(&mut self, said: &[&Value], allowed: Operators) {
        let assigned = said.iter().find_map(|it| match it {
            Value::Object(operators) => operators.get(ASSIGN),
            plain => Some(plain),
        });
        if let Some(assigned) = assigned.filter(|_| allowed.assign) {
            self.value = Some(assigned.clone());
        }
        for (operator, is_allowed) in [(APPEND, allowed.append), (REMOVE, allowed.remove)] {
            let listed = said.iter().filter_map(|it| it.get(operator)?.as_array());
            for value in listed.flatten().filter(|_| is_allowed) {
                if operator == APPEND {
                    self.append(value);
                } else {
                    self.remove(value);
                }
            }
        }
    }

    /// Source: these operators are for lists only.
    fn append(&mut self, value: &Value) {
        if let Value::Array(values) = self.value.get_or_insert_with(|| Value::Array(Vec::new()))
            && !values.contains(value)
        {
            values.push(value.clone());
        }
    }

    fn remove(&mut self, value: &Value) {
        if let Some(Value::Array(values)) = &mut self.value {
            values.retain(|it| it != value);
            if values.is_empty() {
                self.value = None;
            }
        }
    }

    fn into_value(self) -> Option<Value> {
        if self.value.is_some() {
            return self.value;
        }
        let parts = self.parts.into_iter();
        let parts: Map<String, Value> = parts
            .filter_map(|(name, part)| Some((name, part.into_value()?)))
            .collect();
        (!parts.is_empty()).then_some(Value::Object(parts))
    }
}

/// Operators that set a value.
#[derive(Clone, Copy)]
struct Operators {
    assign: bool,
    append: bool,
    remove: bool,
}

/// Source: "by default, all operators are allowed".
impl Default for Operators {
    fn default() -> Self {
        Self::EVERY
    }
}

impl Operators {
    const EVERY: Self = Self {
        assign: true,
        append: true,
        remove: true,
    };

    fn named(names: &Value) -> Self {
        let names = texts(names).unwrap_or_default();
        let has = |name| names.contains(&ALL) || names.contains(&name);
        Self {
            assign: has(ASSIGN),
            append: has(APPEND),
            remove: has(REMOVE),
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            assign: self.assign && other.assign,
            append: self.append && other.append,
            remove: self.remove && other.remove,
        }
    }
}
