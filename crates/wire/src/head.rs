//! Reading a request's head: the headers and the path that say which protocol it speaks.
//!
//! Invariant: a header that decides anything counts only when it stands there once, so that a signature, a policy and
//! an operation cannot see different requests. Deliberately absent: what follows from what is read here.

use http::{HeaderMap, HeaderName, Uri, header::CONTENT_TYPE};

use crate::WireError;

pub(crate) const AMZ_TARGET: HeaderName = HeaderName::from_static("x-amz-target");
/// An older spelling that RPC v2 forbids as well.
pub(crate) const AMZN_TARGET: HeaderName = HeaderName::from_static("x-amzn-target");
pub(crate) const SMITHY_PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");
/// The one value of [`SMITHY_PROTOCOL`] that is served.
pub(crate) const RPC_V2_CBOR: &str = "rpc-v2-cbor";

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The value of a header that may stand there once.
pub(crate) fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, WireError> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else {
        return Ok(None);
    };
    match (first.to_str(), values.next()) {
        (Ok(text), None) => Ok(Some(text)),
        (Ok(_), Some(_)) => Err(WireError::malformed_request(format!(
            "The header {name} stands there more than once."
        ))),
        (Err(_), _) => Err(WireError::malformed_request(format!(
            "The header {name} is not ASCII text."
        ))),
    }
}

/// Whether the body is said to be `wanted`, whatever parameters follow.
pub(crate) fn has_content_type(headers: &HeaderMap, wanted: &str) -> bool {
    let Ok(Some(value)) = single(headers, &CONTENT_TYPE) else {
        return false;
    };
    let essence = value.split_once(';').map_or(value, |(essence, _)| essence);
    essence.trim().eq_ignore_ascii_case(wanted)
}

/// The service and the operation that an RPC v2 path names.
///
/// Source: Smithy RPC v2 CBOR: only the last four segments route.
pub(crate) fn rpc_path(uri: &Uri) -> Option<(&str, &str)> {
    let mut segments = uri.path().rsplit('/');
    let operation = segments.next()?;
    let marked = segments.next()? == "operation";
    let service = segments.next()?;
    let named = !operation.is_empty() && !service.is_empty();
    (segments.next()? == "service" && marked && named).then_some((service, operation))
}
