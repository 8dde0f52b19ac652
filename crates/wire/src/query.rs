//! AWS Query: a form whose `Action` and `Version` name the operation, answered with XML.
//!
//! Source: the Smithy specification of `aws.protocols#awsQuery`. Invariant: a parameter counts once, wherever it
//! stands. Deliberately absent: EC2's dialect, flattened lists and other names for `member` and `entry`, which neither
//! STS nor IAM has.

mod decode;

use http::{HeaderMap, Method, Uri};
use shapes::ServiceDescription;

use crate::{
    Call, Malformed, Protocol, Route, WireError, head,
    routing::{Scope, find_operation},
};

pub use decode::{Form, decode};

/// A request whose body has not been read.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    scope: Scope,
    /// The parameters in the path of a GET or of a presigned request.
    path_query: String,
    /// Whether its content type says that the body is a form, which a request without a body need not.
    says_form: bool,
}

/// Whether the request can be one of the Query protocol; what it asks for stands in the body.
pub(crate) fn route(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    scope: Scope,
) -> Result<Request, WireError> {
    if scope.find(speaks_query).is_none() {
        return Err(WireError::unknown_operation(
            "The request names no operation: it has no X-Amz-Target.",
        ));
    }
    if uri.path() != "/" || !(method == Method::POST || method == Method::GET) {
        return Err(WireError::invalid_action(
            "A request of the Query protocol must be POST / or GET /.",
        ));
    }
    Ok(Request {
        scope,
        path_query: uri.query().unwrap_or_default().to_owned(),
        says_form: head::has_content_type(headers, head::FORM),
    })
}

fn speaks_query(service: &ServiceDescription) -> bool {
    service.target_prefix.is_none()
}

impl Request {
    /// The service asked for, where the signature says it.
    pub(crate) fn service(&self) -> Option<&'static ServiceDescription> {
        match self.scope {
            Scope::Signed(service) => Some(service),
            Scope::Unsigned(_) => None,
        }
    }

    pub(crate) fn call<'a>(&'a self, body: &'a [u8]) -> Result<Call<'a>, WireError> {
        if !body.is_empty() && !self.says_form {
            return Err(WireError::malformed_input(Malformed::new(format!(
                "A body must have the content type {}.",
                head::FORM
            ))));
        }
        let form =
            decode::decode_parts([self.path_query.as_bytes(), body]).map_err(WireError::malformed_input)?;
        Ok(Call {
            route: self.find(&form)?,
            input: form.input,
        })
    }

    fn find(&self, form: &Form<'_>) -> Result<Route, WireError> {
        let action = form.action.as_deref().ok_or_else(WireError::missing_action)?;
        // Observed: what STS calls the version of a request that names none.
        let version = form.version.as_deref().unwrap_or("NO_VERSION_SPECIFIED");
        let unknown =
            || WireError::invalid_action(format!("Could not find operation {action} for version {version}"));
        let service = self
            .scope
            .find(|it| speaks_query(it) && it.api_version == version)
            .ok_or_else(unknown)?;
        let operation = find_operation(service, action)?.ok_or_else(unknown)?;
        Ok(Route {
            protocol: Protocol::Query,
            service,
            operation,
        })
    }
}
