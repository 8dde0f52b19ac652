//! Why a request is not believed, in AWS's words.
//!
//! The one invariant: no variant says whether an access key exists. A key that nobody has and a secret that is wrong
//! are the same [`Refusal::SignatureDoesNotMatch`].
//!
//! Deliberately absent: bytes. How a refusal is written belongs to each protocol; here are its code and its status.

use http::StatusCode;

/// A request that was not believed. Displays as the message for the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither an `Authorization` header nor a presigned query string.
    #[error("Request is missing Authentication Token")]
    MissingAuthenticationToken,

    /// The signature's parts are missing, malformed or contradict each other. Holds the message.
    #[error("{0}")]
    IncompleteSignature(String),

    /// A presigned query string that cannot be decoded. Holds the message.
    #[error("{0}")]
    MalformedQueryString(String),

    /// The credential scope names another day than the request, or no region or service. Holds the message.
    #[error("{0}")]
    InvalidScope(String),

    /// A header that has to be signed is not. Holds its name.
    #[error("{0} must be a 'SignedHeader' in the AWS Authorization.")]
    HeaderNotSigned(&'static str),

    /// The request was signed too long ago. Holds the message, with the three dates.
    #[error("{0}")]
    SignatureExpired(String),

    /// The request was signed in the future. Holds the message, with the three dates.
    #[error("{0}")]
    SignatureNotYetCurrent(String),

    /// A presigned request came after its `X-Amz-Expires`.
    #[error("Request has expired")]
    RequestExpired,

    /// The signature is wrong: another secret, a changed request, or a key that nobody has.
    ///
    /// Ours: AWS says `UnrecognizedClientException` / `InvalidClientTokenId` for a key that nobody has, and so tells
    /// a stranger which keys exist.
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
         Key and signing method. Consult the service documentation for details."
    )]
    SignatureDoesNotMatch,

    /// The session token is absent where the key needs one, or is not this key's. Found by whoever holds sessions.
    #[error("The security token included in the request is invalid.")]
    InvalidSessionToken,

    /// The session is over. Found by whoever holds sessions, after the signature was verified.
    #[error("The security token included in the request is expired")]
    ExpiredSessionToken,
}

impl Refusal {
    /// The error code that JSON and CBOR services answer with.
    ///
    /// Source: "Common errors" of the API references; the names with `Exception` are what those services send.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            Self::IncompleteSignature(_) => "IncompleteSignatureException",
            Self::MalformedQueryString(_) => "MalformedQueryString",
            Self::InvalidScope(_)
            | Self::HeaderNotSigned(_)
            | Self::SignatureExpired(_)
            | Self::SignatureNotYetCurrent(_)
            | Self::SignatureDoesNotMatch => "InvalidSignatureException",
            Self::RequestExpired => "RequestExpired",
            Self::InvalidSessionToken => "UnrecognizedClientException",
            Self::ExpiredSessionToken => "ExpiredTokenException",
        }
    }

    /// The error code that Query services (STS, IAM) answer with.
    pub fn query_code(&self) -> &'static str {
        match self {
            Self::MissingAuthenticationToken => "MissingAuthenticationToken",
            Self::IncompleteSignature(_) => "IncompleteSignature",
            Self::MalformedQueryString(_) => "MalformedQueryString",
            Self::InvalidScope(_)
            | Self::HeaderNotSigned(_)
            | Self::SignatureExpired(_)
            | Self::SignatureNotYetCurrent(_)
            | Self::SignatureDoesNotMatch => "SignatureDoesNotMatch",
            Self::RequestExpired => "RequestExpired",
            Self::InvalidSessionToken => "InvalidClientTokenId",
            Self::ExpiredSessionToken => "ExpiredToken",
        }
    }

    /// The HTTP status that JSON and CBOR services answer with: always 400.
    ///
    /// Observed: services of this family (Organizations, DynamoDB, Cloud9) answer 400 to every signature they do not
    /// believe; Service Catalog's own `AccessDeniedException` is a 400 too.
    pub fn status(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }

    /// The HTTP status that Query services answer with.
    ///
    /// Source: "Common errors" of the IAM, STS and RDS API references.
    pub fn query_status(&self) -> StatusCode {
        match self {
            Self::IncompleteSignature(_) | Self::RequestExpired => StatusCode::BAD_REQUEST,
            Self::MalformedQueryString(_) => StatusCode::NOT_FOUND,
            _ => StatusCode::FORBIDDEN,
        }
    }
}
