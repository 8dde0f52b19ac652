//! From an error to bytes that the client's SDK can read, also when the request never became an [`crate::Envelope`].
//!
//! Invariant: every request has an error envelope, whatever its head says. Deliberately absent: which errors there
//! are.

use http::{HeaderMap, HeaderName, HeaderValue, Response, Uri, header::CONTENT_TYPE};
use serde::Serialize;
use shapes::{ErrorAnswer, ErrorDescription, ServiceDescription};

use crate::{Protocol, answer::respond, cbor, head, json, routing::find_service, xml};

/// Source: AWS JSON and REST JSON; Go and Java read it before the body.
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// Services that answer as S3 does. Source: their signing names.
const S3_SIGNING_NAMES: [&str; 4] = ["s3", "s3express", "s3-object-lambda", "s3-outposts"];

/// The ways AWS's services write an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorStyle {
    /// `{"__type": …, "message": …}` as `application/x-amz-json-1.1`.
    Json,
    /// The same as a CBOR map.
    Cbor,
    /// `<ErrorResponse>`.
    Query,
    /// `<Response><Errors>`, EC2's own.
    Ec2,
    /// `<Error>`, S3's own.
    S3,
    /// `{"message": …}` with the code in `x-amzn-ErrorType`.
    RestJson,
}

impl From<Protocol> for ErrorStyle {
    fn from(protocol: Protocol) -> Self {
        match protocol {
            Protocol::Json => Self::Json,
            Protocol::Cbor => Self::Cbor,
            Protocol::Query => Self::Query,
        }
    }
}

impl ErrorStyle {
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Json => json::CONTENT_TYPE,
            Self::Cbor => cbor::CONTENT_TYPE,
            Self::Query | Self::Ec2 => "text/xml",
            Self::S3 => "application/xml",
            Self::RestJson => "application/json",
        }
    }
}

/// How to answer an error to one request.
#[derive(Clone, Copy, Debug)]
pub struct ErrorEnvelope {
    style: ErrorStyle,
    service: Option<&'static ServiceDescription>,
}

/// The body of an error in JSON and CBOR.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "__type")]
    kind: &'a str,
    #[serde(rename = "Message", skip_serializing_if = "Option::is_none")]
    modelled_message: Option<&'a str>,
    #[serde(rename = "message", skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(rename = "Reason", skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl ErrorEnvelope {
    pub(crate) fn new(style: ErrorStyle, service: Option<&'static ServiceDescription>) -> Self {
        Self { style, service }
    }

    /// The envelope that the client most likely understands, from the head alone.
    pub fn guess(
        uri: &Uri,
        headers: &HeaderMap,
        signing_name: Option<&str>,
        services: &'static [&'static ServiceDescription],
    ) -> Self {
        let service = signing_name.and_then(|it| find_service(it, services));
        Self::new(guess_style(uri, headers, signing_name, service), service)
    }

    /// How the error is written.
    pub fn style(&self) -> ErrorStyle {
        self.style
    }

    /// The answer for `error`.
    ///
    /// # Panics
    ///
    /// Never: texts can be written in every style.
    pub fn answer(&self, error: &ErrorAnswer<'_>, request_id: &str) -> Response<Vec<u8>> {
        let modelled = self.service.and_then(|it| it.error(error.code));
        let body = match self.style {
            ErrorStyle::Json | ErrorStyle::RestJson => json_body(error, modelled),
            ErrorStyle::Cbor => self.cbor_body(error, modelled),
            ErrorStyle::Query => self.query_body(error, modelled, request_id),
            ErrorStyle::Ec2 => xml::encode_ec2_error(error, request_id),
            ErrorStyle::S3 => xml::encode_s3_error(error, request_id),
        };
        let mut response = respond(error.status, self.style, request_id, body);
        // Source: Smithy RPC v2 CBOR forbids the header.
        if matches!(self.style, ErrorStyle::Json | ErrorStyle::RestJson)
            && let Ok(code) = HeaderValue::from_str(error.code)
        {
            response.headers_mut().insert(ERROR_TYPE, code);
        }
        response
    }

    /// Source: Smithy RPC v2 CBOR: `__type` is the absolute shape id. Ours: codes that the service does not model have
    /// no shape and stand alone; clients look behind the `#` only if there is one.
    fn cbor_body(&self, error: &ErrorAnswer<'_>, modelled: Option<&ErrorDescription>) -> Vec<u8> {
        let absolute = match (self.service, modelled) {
            (Some(service), Some(_)) => format!("{}#{}", service.shape_namespace, error.code),
            _ => error.code.to_owned(),
        };
        // The contract says `Message`; the protocol says every error has `message`; clients read either.
        cbor::encode(&Body {
            kind: &absolute,
            modelled_message: Some(error.message),
            message: Some(error.message),
            reason: error.reason,
        })
        .expect("texts can be written as CBOR")
    }

    fn query_body(
        &self,
        error: &ErrorAnswer<'_>,
        modelled: Option<&ErrorDescription>,
        request_id: &str,
    ) -> Vec<u8> {
        let namespace = self.service.and_then(|it| it.xml_namespace);
        let error = ErrorAnswer {
            code: modelled.map_or(error.code, |it| it.code),
            ..error.clone()
        };
        xml::encode_query_error(namespace, &error, request_id)
    }
}

fn json_body(error: &ErrorAnswer<'_>, modelled: Option<&ErrorDescription>) -> Vec<u8> {
    // Observed: modelled errors say `Message`, AWS's common errors say `message`.
    let (modelled_message, message) = match modelled {
        Some(_) => (Some(error.message), None),
        None => (None, Some(error.message)),
    };
    json::encode(&Body {
        kind: error.code,
        modelled_message,
        message,
        reason: error.reason,
    })
    .expect("texts can be written as JSON")
}

fn guess_style(
    uri: &Uri,
    headers: &HeaderMap,
    signing_name: Option<&str>,
    service: Option<&'static ServiceDescription>,
) -> ErrorStyle {
    if is_cbor(uri, headers) {
        return ErrorStyle::Cbor;
    }
    if headers.contains_key(head::AMZ_TARGET) {
        return ErrorStyle::Json;
    }
    match (service, signing_name) {
        (Some(service), _) if service.target_prefix.is_some() => ErrorStyle::Json,
        (Some(_), _) => ErrorStyle::Query,
        (None, Some("ec2")) => ErrorStyle::Ec2,
        (None, Some(name)) if S3_SIGNING_NAMES.contains(&name) => ErrorStyle::S3,
        _ if head::has_content_type(headers, head::FORM) || names_an_action(uri) => ErrorStyle::Query,
        _ if head::has_content_type(headers, json::CONTENT_TYPE) => ErrorStyle::Json,
        _ => ErrorStyle::RestJson,
    }
}

fn is_cbor(uri: &Uri, headers: &HeaderMap) -> bool {
    match headers.get(head::SMITHY_PROTOCOL) {
        Some(protocol) => protocol == head::RPC_V2_CBOR,
        None => {
            head::rpc_path(uri).is_some()
                && headers
                    .get(CONTENT_TYPE)
                    .is_none_or(|_| head::has_content_type(headers, cbor::CONTENT_TYPE))
        }
    }
}

fn names_an_action(uri: &Uri) -> bool {
    let mut pairs = uri.query().unwrap_or_default().split('&');
    pairs.any(|pair| pair.starts_with("Action="))
}
