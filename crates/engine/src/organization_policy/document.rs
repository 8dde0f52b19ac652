//! Whether a document is one of its type.
//!
//! Ours: statements are checked by their elements, settings by their operators. AWS also checks the names of services,
//! actions, settings and values, which it adds to all the time; a document with a misspelt one is accepted here.

use domain::{Fault, PolicyType};
use serde_json::{Map, Value};

use super::statements::{self, has_only, texts};

#[cfg(test)]
mod tests;

/// The operators that set a value, and the one that says which of them policies further down may use.
pub(super) const ASSIGN: &str = "@@assign";
pub(super) const APPEND: &str = "@@append";
pub(super) const REMOVE: &str = "@@remove";
pub(super) const ALLOWED_BELOW: &str = "@@operators_allowed_for_child_policies";
/// Instead of names of operators: every one, and not any.
pub(super) const ALL: &str = "@@all";
pub(super) const NONE: &str = "@@none";

/// Checks that `content` is a document for a policy of `policy_type`.
///
/// # Errors
///
/// `ConstraintViolationException` if it is too long, `MalformedPolicyDocumentException` if it is something else.
pub(crate) fn check_document(policy_type: PolicyType, content: &str) -> Result<(), Fault> {
    if content.chars().count() > policy_type.document_chars_max() {
        // Observed: the message of AWS.
        return Err(Fault::new(
            "ConstraintViolationException",
            "You have exceeded the maximum policy size.",
        )
        .because("POLICY_CONTENT_LIMIT_EXCEEDED"));
    }
    let is_well_formed = match policy_type {
        PolicyType::ServiceControl => {
            statements::of(content).is_some_and(|it| it.iter().all(is_service_control))
        }
        PolicyType::ResourceControl => {
            statements::of(content).is_some_and(|it| it.iter().all(is_resource_control))
        }
        _ => matches!(serde_json::from_str(content), Ok(Value::Object(settings)) if are_settings(&settings)),
    };
    if is_well_formed {
        return Ok(());
    }
    // Source: Organizations model, the error's description.
    Err(Fault::new(
        "MalformedPolicyDocumentException",
        "The provided policy document doesn't meet the requirements of the specified policy type.",
    ))
}

/// Source: Organizations, "SCP syntax": the whole language of IAM but for principals.
fn is_service_control(statement: &Map<String, Value>) -> bool {
    has_only(
        statement,
        &[
            "Sid",
            "Effect",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Condition",
        ],
    ) && statements::has_effect(statement, &["Allow", "Deny"])
        && has_one_of(statement, "Action", "NotAction")
        && has_one_of(statement, "Resource", "NotResource")
        && statements::has_conditions(statement)
}

/// Source: Organizations, "RCP syntax": everybody is denied something.
fn is_resource_control(statement: &Map<String, Value>) -> bool {
    has_only(
        statement,
        &[
            "Sid",
            "Effect",
            "Principal",
            "Action",
            "Resource",
            "NotResource",
            "Condition",
        ],
    ) && statements::has_effect(statement, &["Deny"])
        && statement.get("Principal").and_then(Value::as_str) == Some("*")
        && statement.get("Action").and_then(texts).is_some()
        && has_one_of(statement, "Resource", "NotResource")
        && statements::has_conditions(statement)
}

/// Whether a statement has exactly one of two elements, with something in it.
fn has_one_of(statement: &Map<String, Value>, one: &str, other: &str) -> bool {
    match (statement.get(one), statement.get(other)) {
        (Some(value), None) | (None, Some(value)) => texts(value).is_some(),
        _ => false,
    }
}

/// Source: Organizations, "Inheritance operators".
fn are_settings(settings: &Map<String, Value>) -> bool {
    settings.iter().all(|(name, value)| match name.as_str() {
        ASSIGN => !value.is_object(),
        APPEND | REMOVE => value.is_array(),
        ALLOWED_BELOW => texts(value).is_some_and(|it| it.into_iter().all(is_operator)),
        name if name.starts_with("@@") => false,
        _ => value.as_object().is_none_or(are_settings),
    })
}

fn is_operator(name: &str) -> bool {
    matches!(name, ASSIGN | APPEND | REMOVE | ALL | NONE)
}
