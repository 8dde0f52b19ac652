//! Whether a document can be the resource policy of an organization.
//!
//! Deliberately absent: what it allows. It is kept and shown; no member acts by it yet.

use domain::Fault;
use serde_json::{Map, Value};

use super::statements::{self, has_only, texts};

#[cfg(test)]
mod tests;

/// What changes an organization and can be delegated. Source: Organizations, "Supported actions" of delegated
/// administrators. Every operation that reads can be too.
const WRITES: &[&str] = &[
    "attachpolicy",
    "createpolicy",
    "deletepolicy",
    "detachpolicy",
    "disablepolicytype",
    "enablepolicytype",
    "tagresource",
    "untagresource",
    "updatepolicy",
];

/// Checks that `content` lets accounts do what can be delegated.
///
/// # Errors
///
/// `InvalidInputException`, with the contract's reason.
pub(crate) fn check_resource_policy(content: &str) -> Result<(), Fault> {
    let statements = statements::of(content).ok_or_else(no_policy)?;
    for statement in &statements {
        let is_well_formed = has_only(
            statement,
            &["Sid", "Effect", "Principal", "Action", "Resource", "Condition"],
        ) && statements::has_effect(statement, &["Allow", "Deny"])
            && statement.get("Resource").and_then(texts).is_some()
            && statements::has_conditions(statement);
        if !is_well_formed {
            return Err(no_policy());
        }
        if !names_accounts(statement) {
            return Err(invalid(
                "The resource policy names a principal that is not an account, a user or a role.",
                "INVALID_PRINCIPAL",
            ));
        }
        let actions = statement.get("Action").and_then(texts).ok_or_else(no_policy)?;
        if !actions.into_iter().all(can_be_delegated) {
            return Err(invalid(
                "The resource policy names an action that cannot be delegated.",
                "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY",
            ));
        }
    }
    Ok(())
}

fn names_accounts(statement: &Map<String, Value>) -> bool {
    let Some(Value::Object(principals)) = statement.get("Principal") else {
        return false;
    };
    has_only(principals, &["AWS"])
        && principals
            .get("AWS")
            .and_then(texts)
            .is_some_and(|it| it.into_iter().all(is_account))
}

/// An account id, or an ARN of IAM.
fn is_account(text: &str) -> bool {
    let is_id = |it: &str| it.len() == 12 && it.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    is_id(text) || matches!(parts[..], ["arn", _, "iam", "", account, _] if is_id(account))
}

fn can_be_delegated(action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    action
        .strip_prefix("organizations:")
        .is_some_and(|it| it.starts_with("describe") || it.starts_with("list") || WRITES.contains(&it))
}

fn no_policy() -> Fault {
    invalid(
        "The resource policy is not a valid JSON policy document.",
        "INVALID_RESOURCE_POLICY_JSON",
    )
}

fn invalid(message: &str, reason: &'static str) -> Fault {
    Fault::new("InvalidInputException", message).because(reason)
}
