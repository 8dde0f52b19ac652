//! From a [`Fault`] to what the wire writes: the status, and the code in the words of the protocol.

use domain::Fault;
use identity::Refusal;
use shapes::{ErrorAnswer, ServiceDescription};
use wire::ErrorStyle;

/// Whether `style` is one of Query's, which names common errors without `Exception`.
fn is_query(style: ErrorStyle) -> bool {
    matches!(style, ErrorStyle::Query | ErrorStyle::Ec2)
}

/// The answer to a request that failed with `fault`. `service` is `None` where none was found.
pub(crate) fn of_fault<'a>(
    fault: &'a Fault,
    style: ErrorStyle,
    service: Option<&ServiceDescription>,
) -> ErrorAnswer<'a> {
    let modelled = service.and_then(|it| it.error(fault.code())).map(|it| it.status);
    let (code, status) = match modelled {
        Some(status) => (fault.code(), status),
        None if is_query(style) => common_in_query(fault.code()),
        None => (fault.code(), common_status(fault.code())),
    };
    ErrorAnswer {
        code,
        message: fault.message(),
        reason: fault.reason(),
        status,
    }
}

/// The answer to a request whose signature was refused, with `message` being the refusal's.
pub(crate) fn of_refusal<'a>(refusal: &Refusal, message: &'a str, style: ErrorStyle) -> ErrorAnswer<'a> {
    let (code, status) = if is_query(style) {
        (refusal.query_code(), refusal.query_status())
    } else {
        (refusal.code(), refusal.status())
    };
    ErrorAnswer {
        code,
        message,
        reason: None,
        status: status.as_u16(),
    }
}

/// Source: Common Errors of the JSON services. Observed: AccessDeniedException arrives with 400.
fn common_status(code: &str) -> u16 {
    match code {
        "InternalFailure" => 500,
        "NotImplemented" => 501,
        "ServiceUnavailable" => 503,
        "RequestEntityTooLargeException" => 413,
        "RequestTimeoutException" => 408,
        _ => 400,
    }
}

/// Source: Common Errors of the Query services.
fn common_in_query(code: &'static str) -> (&'static str, u16) {
    match code {
        "AccessDeniedException" => ("AccessDenied", 403),
        "ValidationException" => ("ValidationError", 400),
        "SerializationException" => ("MalformedInput", 400),
        "ThrottlingException" => ("Throttling", 400),
        "RequestEntityTooLargeException" => ("RequestEntityTooLarge", 413),
        "UnrecognizedClientException" => ("InvalidClientTokenId", 403),
        other => (other, common_status(other)),
    }
}
