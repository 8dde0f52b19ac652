//! What goes wrong between bytes and shapes.
//!
//! Invariant: every [`WireError`] is the caller's to read and carries a code of AWS's own. Deliberately absent: the
//! bytes of an error's answer, which [`crate::ErrorEnvelope`] writes.

use std::fmt;

use shapes::ErrorAnswer;

/// A body that is not what its format says it is. Holds what is wrong, for the caller to read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub(crate) String);

impl Malformed {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// Why a value could not be written, which the generated types never cause: a format lacks what was asked of it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EncodeError(pub(crate) String);

impl serde::ser::Error for EncodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Why a request never became a [`crate::Call`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct WireError {
    /// One of AWS's common codes, or `NotImplemented`.
    pub code: &'static str,
    /// For the caller to read.
    pub message: String,
    /// The HTTP status.
    pub status: u16,
}

impl WireError {
    fn new(code: &'static str, status: u16, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            status,
        }
    }

    /// The error as an answer.
    pub fn answer(&self) -> ErrorAnswer<'_> {
        ErrorAnswer {
            code: self.code,
            message: &self.message,
            reason: None,
            status: self.status,
        }
    }

    /// Source: AWS Common Errors, `UnknownOperationException`, 404.
    pub(crate) fn unknown_operation(message: impl Into<String>) -> Self {
        Self::new("UnknownOperationException", 404, message)
    }

    /// Source: AWS Common Errors, `InvalidAction`, 400: what services with the Query protocol say instead.
    pub(crate) fn invalid_action(message: impl Into<String>) -> Self {
        Self::new("InvalidAction", 400, message)
    }

    /// Source: AWS Common Errors, `MissingAction`, 400.
    pub(crate) fn missing_action() -> Self {
        Self::new("MissingAction", 400, "The request names no Action.")
    }

    /// Source: AWS Common Errors, `MalformedHttpRequestException`, 400: "problems with the request at the HTTP level".
    pub(crate) fn malformed_request(message: impl Into<String>) -> Self {
        Self::new("MalformedHttpRequestException", 400, message)
    }

    /// What JSON and CBOR services say of a body they cannot read.
    pub(crate) fn serialization(malformed: Malformed) -> Self {
        Self::new("SerializationException", 400, malformed.0)
    }

    /// Observed: CloudWatch, SQS and ELB say this of a Query body they cannot read.
    pub(crate) fn malformed_input(malformed: Malformed) -> Self {
        Self::new("MalformedInput", 400, malformed.0)
    }

    /// Ours: what AWS has and Chandlery has not. 501, so that no SDK takes it for the caller's mistake or tries again.
    pub(crate) fn not_implemented(message: impl Into<String>) -> Self {
        Self::new("NotImplemented", 501, message)
    }
}
