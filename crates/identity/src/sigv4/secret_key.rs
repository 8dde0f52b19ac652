//! The secret half of an access key.
//!
//! The one invariant: it never prints itself. Deliberately absent: `PartialEq` (secrets are compared through what
//! they sign) and `Display`.

use std::fmt;

/// A secret access key, as its owner holds it.
#[derive(Clone)]
pub struct SecretKey(Box<str>);

impl SecretKey {
    /// Wraps the secret's text, for example `wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY`.
    pub fn new(secret: impl Into<Box<str>>) -> Self {
        Self(secret.into())
    }

    /// The secret's text: for the store that keeps it and for the file that hands it to its owner.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
