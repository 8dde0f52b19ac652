//! From an operation's output to the bytes of its answer.
//!
//! Invariant: every answer carries its request id and says what its body is. Deliberately absent: errors, which have
//! an envelope of their own.

use http::{
    HeaderValue, Response, StatusCode,
    header::{CONTENT_TYPE, HeaderName},
};
use serde::Serialize;
use shapes::{OperationDescription, ServiceDescription};

use crate::{ErrorEnvelope, ErrorStyle, cbor, head, json, xml};

/// Source: every AWS SDK reads it, and prints it with an error.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// How a request and its answer are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// AWS JSON 1.1.
    Json,
    /// Smithy RPC v2 CBOR.
    Cbor,
    /// AWS Query: a form in, XML out.
    Query,
}

/// Which operation is asked for, and in which protocol.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// How the request is written, and its answer.
    pub protocol: Protocol,
    /// The service asked for.
    pub service: &'static ServiceDescription,
    /// The operation asked for.
    pub operation: &'static OperationDescription,
}

impl Route {
    /// The answer to a request that succeeded. An absent member must be skipped by `output`'s own serialization, as
    /// the generated types do.
    ///
    /// # Panics
    ///
    /// If `output` cannot be written, which no type of the contract and no decoded [`shapes::Value`] can cause.
    pub fn answer<T: Serialize + ?Sized>(&self, output: &T, request_id: &str) -> Response<Vec<u8>> {
        let body = match self.protocol {
            Protocol::Json => json::encode(output),
            Protocol::Cbor => cbor::encode(output),
            Protocol::Query => xml::encode_answer(self.service, self.operation, output, request_id),
        }
        .expect("the contract's types hold only what every format can write");
        respond(200, ErrorStyle::from(self.protocol), request_id, body)
    }

    /// How to answer an error of the operation.
    pub fn error_envelope(&self) -> ErrorEnvelope {
        ErrorEnvelope::new(ErrorStyle::from(self.protocol), Some(self.service))
    }
}

/// An answer with the headers that every answer of `style` carries.
pub(crate) fn respond(status: u16, style: ErrorStyle, request_id: &str, body: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(style.content_type()));
    if let Ok(request_id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, request_id);
    }
    if style == ErrorStyle::Cbor {
        // Source: Smithy RPC v2 CBOR: a client ignores the body of an answer without it.
        headers.insert(head::SMITHY_PROTOCOL, HeaderValue::from_static(head::RPC_V2_CBOR));
    }
    response
}
