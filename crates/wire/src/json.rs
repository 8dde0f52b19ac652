//! AWS JSON 1.1: `POST /`, the operation in `X-Amz-Target`, a JSON object as body.
//!
//! Source: the Smithy specification of `aws.protocols#awsJson1_1`. Invariant: what [`decode()`] accepts is an object in
//! which no key stands twice. Deliberately absent: AWS JSON 1.0, which no service of ours speaks.

mod decode;

use http::{HeaderMap, Method, Uri};
use serde::Serialize;

use crate::{
    EncodeError, Protocol, Route, WireError, head,
    routing::{Scope, find_operation},
};

pub use decode::decode;

pub(crate) const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// Writes a shape as JSON. Timestamps are epoch seconds, bytes base64.
///
/// # Errors
///
/// If `shape` has a map whose keys are not text, or fails by itself.
pub fn encode<T: Serialize + ?Sized>(shape: &T) -> Result<Vec<u8>, EncodeError> {
    serde_json::to_vec(shape).map_err(|error| EncodeError(error.to_string()))
}

/// Which operation is asked for.
///
/// Observed: AWS says `UnknownOperationException` of anything it cannot route, another content type included. Ours:
/// the message says why.
pub(crate) fn route(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    scope: Scope,
) -> Result<Route, WireError> {
    let target = head::single(headers, &head::AMZ_TARGET)?.unwrap_or_default();
    if method != Method::POST || uri.path() != "/" {
        return Err(WireError::unknown_operation(
            "A request with X-Amz-Target must be POST /.",
        ));
    }
    if !head::has_content_type(headers, CONTENT_TYPE) {
        return Err(WireError::unknown_operation(format!(
            "A request with X-Amz-Target must have the content type {CONTENT_TYPE}."
        )));
    }
    let unknown = || WireError::unknown_operation(format!("Unknown operation: {target}"));
    let (prefix, name) = target.rsplit_once('.').ok_or_else(unknown)?;
    let service = scope
        .find(|it| it.target_prefix == Some(prefix))
        .ok_or_else(unknown)?;
    let operation = find_operation(service, name)?.ok_or_else(unknown)?;
    Ok(Route {
        protocol: Protocol::Json,
        service,
        operation,
    })
}
