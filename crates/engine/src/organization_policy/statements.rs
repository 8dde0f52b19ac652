//! Documents made of statements, in IAM's language, as far as their form goes.

use serde_json::{Map, Value};

/// The statements of a document; `None` if it is no document of statements.
pub(super) fn of(content: &str) -> Option<Vec<Map<String, Value>>> {
    let Ok(Value::Object(mut document)) = serde_json::from_str(content) else {
        return None;
    };
    if !has_only(&document, &["Version", "Id", "Statement"]) {
        return None;
    }
    // Source: Organizations, "SCP syntax": this version. Ours: a document without one means the same.
    if document.get("Version").is_some_and(|it| it != "2012-10-17") {
        return None;
    }
    let statements = match document.remove("Statement")? {
        Value::Array(statements) => statements,
        one => vec![one],
    };
    if statements.is_empty() {
        return None;
    }
    statements.into_iter().map(object).collect()
}

fn object(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

/// Whether `object` has no members but these.
pub(super) fn has_only(object: &Map<String, Value>, names: &[&str]) -> bool {
    object.keys().all(|it| names.contains(&it.as_str()))
}

/// Whether the effect of `statement` is one of these.
pub(super) fn has_effect(statement: &Map<String, Value>, effects: &[&str]) -> bool {
    let effect = statement.get("Effect").and_then(Value::as_str);
    effect.is_some_and(|it| effects.contains(&it))
}

/// Whether the conditions of `statement`, if any, are operators with keys, and its `Sid` is text.
pub(super) fn has_conditions(statement: &Map<String, Value>) -> bool {
    let conditions = statement.get("Condition").is_none_or(|it| {
        it.as_object()
            .is_some_and(|operators| operators.values().all(Value::is_object))
    });
    conditions && statement.get("Sid").is_none_or(Value::is_string)
}

/// One text or a list of at least one; `None` if `value` is neither.
pub(super) fn texts(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(text) => Some(vec![text]),
        Value::Array(values) if !values.is_empty() => values.iter().map(Value::as_str).collect(),
        _ => None,
    }
}
