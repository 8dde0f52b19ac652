//! AWS Signature Version 4, both ways.
//!
//! A request is verified in two steps, because the secret has to be looked up in between:
//!
//! ```text
//! Claim::of(method, uri, headers)      what the request says: key id, region, service, date, signature
//!        │  look the key id up: Some(secret) or None
//! claim.verify(secret, keys, body, …)  canonical request → SHA-256 → HMAC → constant-time comparison
//! ```
//!
//! The one invariant: a refusal that depends on the secret is [`Refusal::SignatureDoesNotMatch`] and nothing else,
//! after the same work, whether the key id is unknown, the secret is wrong or the request was changed on its way.
//!
//! Files, in the order in which a request meets them: `claim` (with its two forms), `credential`, `request_date`,
//! `canonical` (with `percent`), `signing_key`, `signing_keys`, `verify`; `sign` is the way back.
//!
//! Source: "Create a signed AWS API request", IAM User Guide. Why this is our own code: `docs/adr/0002`.

mod canonical;
mod claim;
mod credential;
mod hex;
mod percent;
mod refusal;
mod request_date;
mod secret_key;
mod sign;
mod signing_key;
mod signing_keys;
mod verify;

use http::HeaderName;

pub use claim::Claim;
pub use refusal::Refusal;
pub use secret_key::SecretKey;
pub use sign::{CannotSign, Signer};
pub use signing_keys::SigningKeys;

/// The only algorithm: the `Authorization` scheme, and the first line of what is signed.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The last part of every credential scope.
const TERMINATOR: &str = "aws4_request";

// Statics, not texts: looking a header up by a name that is already parsed costs a third.
static X_AMZ_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
static X_AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");
static X_AMZ_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");
static X_AMZ_TARGET: HeaderName = HeaderName::from_static("x-amz-target");
