//! What a request is before and after its body is read.
//!
//! Invariant: an [`Envelope`] is made from the head alone, so that a request that goes nowhere is answered without
//! reading its body. Deliberately absent: the order in which a signature and a body are checked, which is the
//! engine's.

use http::{HeaderMap, Method, Uri};
use shapes::{ServiceDescription, Value};

use crate::{ErrorEnvelope, ErrorStyle, Protocol, Route, WireError, cbor, head, json, query, routing::Scope};

/// A request whose protocol is known and, but for Query, its operation.
#[derive(Clone, Debug)]
pub struct Envelope(Addressed);

#[derive(Clone, Debug)]
enum Addressed {
    Json(Route),
    Cbor(cbor::Request),
    Query(query::Request),
}

/// An operation asked for, and its input before anything is known about its shape.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// What is asked for, and how to answer.
    pub route: Route,
    /// A [`Value::Map`].
    pub input: Value<'a>,
}

impl Envelope {
    /// Reads a request's head. `signing_name` is the service in the scope of its signature, if it has one.
    ///
    /// # Errors
    ///
    /// With a code of AWS's when the request goes nowhere: [`ErrorEnvelope::guess`] finds the words to answer in.
    pub fn of(
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        signing_name: Option<&str>,
        services: &'static [&'static ServiceDescription],
    ) -> Result<Self, WireError> {
        let scope = Scope::of(signing_name, services)?;
        let addressed = if headers.contains_key(head::SMITHY_PROTOCOL) {
            Addressed::Cbor(cbor::route(method, uri, headers, scope)?)
        } else if headers.contains_key(head::AMZ_TARGET) {
            Addressed::Json(json::route(method, uri, headers, scope)?)
        } else if head::rpc_path(uri).is_some() {
            Addressed::Cbor(cbor::route(method, uri, headers, scope)?)
        } else {
            Addressed::Query(query::route(method, uri, headers, scope)?)
        };
        Ok(Self(addressed))
    }

    /// How the request is written, and its answer.
    pub fn protocol(&self) -> Protocol {
        match self.0 {
            Addressed::Json(_) => Protocol::Json,
            Addressed::Cbor(_) => Protocol::Cbor,
            Addressed::Query(_) => Protocol::Query,
        }
    }

    /// The service asked for; `None` for an unsigned Query request, which names none before its body is read.
    pub fn service(&self) -> Option<&'static ServiceDescription> {
        match &self.0 {
            Addressed::Json(route) => Some(route.service),
            Addressed::Cbor(request) => Some(request.route.service),
            Addressed::Query(request) => request.service(),
        }
    }

    /// How to answer an error before there is a [`Call`].
    pub fn error_envelope(&self) -> ErrorEnvelope {
        ErrorEnvelope::new(ErrorStyle::from(self.protocol()), self.service())
    }

    /// Reads the body.
    ///
    /// # Errors
    ///
    /// `SerializationException`, or `MalformedInput` for Query, if it is not what it says it is; for Query also what
    /// [`Envelope::of`] answers.
    pub fn call<'a>(&'a self, body: &'a [u8]) -> Result<Call<'a>, WireError> {
        match &self.0 {
            Addressed::Json(route) => Ok(Call {
                route: *route,
                input: json::decode(body).map_err(WireError::serialization)?,
            }),
            Addressed::Cbor(request) => request.call(body),
            Addressed::Query(request) => request.call(body),
        }
    }
}
