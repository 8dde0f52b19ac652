//! Smithy RPC v2 CBOR: `POST …/service/<service>/operation/<operation>`, a CBOR map as body.
//!
//! Source: the Smithy specification of `smithy.protocols#rpcv2Cbor`. Invariant: what [`decode()`] accepts is a map in
//! which no key stands twice, and it never makes room for more than has arrived. Deliberately absent: event streams.
//!
//! Heads of items are read and written with `ciborium-ll`. The serde front of ciborium copies every text and writes
//! half floats, which the specification advises against; the one of minicbor refuses `undefined`.

mod decode;
mod encode;

use http::{HeaderMap, Method, Uri};
use shapes::{Service, ServiceDescription};

use crate::{
    Call, Protocol, Route, WireError, head,
    routing::{Scope, find_operation},
};

pub use decode::decode;
pub use encode::encode;

pub(crate) const CONTENT_TYPE: &str = "application/cbor";

/// A request whose body has not been read.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) route: Route,
    /// Whether its content type says CBOR, which a request without a body need not.
    says_cbor: bool,
}

/// Which operation is asked for.
pub(crate) fn route(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    scope: Scope,
) -> Result<Request, WireError> {
    if head::single(headers, &head::SMITHY_PROTOCOL)? != Some(head::RPC_V2_CBOR) {
        return Err(WireError::malformed_request(format!(
            "A request for an RPC v2 path must have the header smithy-protocol: {}.",
            head::RPC_V2_CBOR
        )));
    }
    // Source: "Server-side implementations MUST reject such requests for security reasons."
    if headers.contains_key(head::AMZ_TARGET) || headers.contains_key(head::AMZN_TARGET) {
        return Err(WireError::malformed_request(
            "A request with the header smithy-protocol must not have X-Amz-Target.",
        ));
    }
    let unknown = || WireError::unknown_operation(format!("Unknown operation: {method} {}", uri.path()));
    let (service, operation) = head::rpc_path(uri)
        .filter(|_| method == Method::POST)
        .ok_or_else(unknown)?;
    let service = scope
        .find(|it| speaks_cbor(it) && is_named(it, service))
        .ok_or_else(unknown)?;
    let operation = find_operation(service, operation)?.ok_or_else(unknown)?;
    Ok(Request {
        route: Route {
            protocol: Protocol::Cbor,
            service,
            operation,
        },
        says_cbor: head::has_content_type(headers, CONTENT_TYPE),
    })
}

/// Source: the protocol lists of the contracts. Organizations is JSON only, STS and IAM are Query only.
fn speaks_cbor(service: &ServiceDescription) -> bool {
    service.service == Service::ServiceCatalog
}

/// Source: a service should accept its absolute shape id with a dot for the `#`.
fn is_named(service: &ServiceDescription, segment: &str) -> bool {
    let Some(name) = service.target_prefix else {
        return false;
    };
    let relative = segment
        .strip_prefix(service.shape_namespace)
        .and_then(|rest| rest.strip_prefix('.'));
    relative.unwrap_or(segment) == name
}

impl Request {
    pub(crate) fn call<'a>(&self, body: &'a [u8]) -> Result<Call<'a>, WireError> {
        if !body.is_empty() && !self.says_cbor {
            return Err(WireError::malformed_request(format!(
                "A body must have the content type {CONTENT_TYPE}."
            )));
        }
        Ok(Call {
            route: self.route,
            input: decode(body).map_err(WireError::serialization)?,
        })
    }
}
