//! The one error that leaves an operation.

use std::{error::Error, fmt, sync::Arc};

/// Why a request was not carried out, in the words of the service model.
///
/// The message is for the caller. A cause is for our log: it never reaches the wire.
#[derive(Clone, Debug)]
pub struct Fault {
    code: &'static str,
    reason: Option<&'static str>,
    message: String,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        impl Fault {$(
            $(#[$doc])*
            pub fn $name(message: impl Into<String>) -> Self {
                Self::new($code, message)
            }
        )*}
    };
}

faults! {
    /// The caller may not do this.
    access_denied = "AccessDeniedException";
    /// Values that contradict each other or make no sense together.
    invalid_parameters = "InvalidParametersException";
    /// The thing is in a state in which this cannot be done.
    invalid_state = "InvalidStateException";
    /// A quota would be exceeded.
    limit_exceeded = "LimitExceededException";
    /// The thing cannot be had in this way at all.
    operation_not_supported = "OperationNotSupportedException";
    /// The thing is still used.
    resource_in_use = "ResourceInUseException";
    /// There is no such thing, or none that the caller may know of.
    resource_not_found = "ResourceNotFoundException";
    /// A value violates the contract.
    validation = "ValidationException";
    /// The body cannot be read.
    serialization = "SerializationException";
    /// The caller's credentials are good for nothing any more.
    unrecognized_client = "UnrecognizedClientException";
    /// Too much at once; the same request may succeed later.
    throttling = "ThrottlingException";
    /// The store cannot be reached; the same request may succeed later.
    service_unavailable = "ServiceUnavailable";
    /// A mistake of ours.
    internal_failure = "InternalFailure";
    /// An operation that is not built.
    not_implemented = "NotImplemented";
}

impl Fault {
    /// The error shape `code` of the service's model.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            reason: None,
            message: message.into(),
            cause: None,
        }
    }

    /// The same with a `Reason`, as some errors of Organizations have.
    #[must_use]
    pub fn because(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }

    /// The same with a cause for the log.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Error + Send + Sync + 'static) -> Self {
        self.cause = Some(Arc::new(cause));
        self
    }

    /// The shape's name.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The value of the `Reason` member, if any.
    pub fn reason(&self) -> Option<&'static str> {
        self.reason
    }

    /// The sentence for the caller.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|it| it as &(dyn Error + 'static))
    }
}

/// What `error` and its causes say, in one line.
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
