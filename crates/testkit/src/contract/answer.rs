//! Whether an answer keeps the contract: its head, its output, or the error it reports.
//!
//! Invariant: an error that the operation does not declare is one that AWS documents for every operation, and never a
//! failure of the server. Deliberately absent: messages, which stories compare where clients do.

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::{Contract, contract};

/// The errors of every operation.
///
/// Source: Common Errors of the API references. Ours: `NotImplemented`.
const COMMON_ERRORS: [&str; 17] = [
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MalformedHttpRequestException",
    "MalformedQueryString",
    "MissingAuthenticationTokenException",
    "NotImplemented",
    "RequestEntityTooLargeException",
    "RequestExpired",
    "RequestTimeoutException",
    "SerializationException",
    "ThrottlingException",
    "UnknownOperationException",
    "UnrecognizedClientException",
    "UnsupportedMediaTypeException",
    "ValidationException",
];

/// What is wrong with an answer's head, whichever protocol it is in.
pub(crate) fn check_head(status: StatusCode, headers: &HeaderMap) -> Vec<String> {
    let mut found = Vec::new();
    if headers.get("x-amzn-requestid").is_none_or(|it| it.is_empty()) {
        found.push("the header x-amzn-RequestId is missing".to_owned());
    }
    if status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED {
        found.push(format!("the server failed with {status}"));
    }
    found
}

/// What is wrong with the answer `body` of `operation`, of the service that is signed for as `service`.
///
/// An operation that the contract does not have can only be refused.
pub(crate) fn check_answer(service: &str, operation: &str, status: StatusCode, body: &Value) -> Vec<String> {
    let Some(contract) = contract(service) else {
        return Vec::new();
    };
    if status.is_success() {
        return match contract.operation(operation) {
            None => vec![format!("{operation} is not in the contract and was answered")],
            Some(described) => match described.output() {
                Some(output) => contract.violations(output, body, operation),
                None if body.as_object().is_none_or(|it| !it.is_empty()) => {
                    vec![format!("{operation} has no output")]
                }
                None => Vec::new(),
            },
        };
    }
    check_error(contract, operation, status, body)
}

fn check_error(contract: &Contract, operation: &str, status: StatusCode, body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let Some(kind) = body.get("__type").and_then(Value::as_str) else {
        return vec![format!("{operation}: an error without __type: {body}")];
    };
    let code = kind.rsplit('#').next().unwrap_or(kind);
    let declared = contract
        .operation(operation)
        .is_some_and(|it| it.errors.iter().any(|it| it.shape == code));
    if !declared && !COMMON_ERRORS.contains(&code) {
        found.push(format!("{operation} does not declare {code}: {body}"));
    }
    let message = body
        .get("message")
        .or_else(|| body.get("Message"))
        .and_then(Value::as_str);
    if message.is_none_or(str::is_empty) {
        found.push(format!("{operation}: {code} has no message"));
    }
    if (code == "NotImplemented") != (status == StatusCode::NOT_IMPLEMENTED) {
        found.push(format!("{operation}: {code} came with {status}"));
    }
    found
}
