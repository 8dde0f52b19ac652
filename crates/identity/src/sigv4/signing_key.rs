//! The key that signs for one secret, day, region and service, and the signature it makes.
//!
//! The one invariant: a [`SigningKey`] holds no secret access key, only what was derived from one, and signs for one
//! scope. It is kept as HMAC's inner and outer state, so that signing costs no setting up.
//!
//! Source: "Create a signed AWS API request", IAM User Guide, steps 3 and 4.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::credential::Credential;
use super::hex::hex;
use super::request_date::RequestDate;
use super::{ALGORITHM, SecretKey, TERMINATOR};

/// A signing key, ready to sign.
#[derive(Clone)]
pub(super) struct SigningKey(Hmac<Sha256>);

impl SigningKey {
    /// Derives the key of `secret` for the scope of `credential`: four HMACs.
    pub(super) fn derive(secret: &SecretKey, credential: &Credential<'_>) -> Self {
        let secret = secret.expose().as_bytes();
        let mut initial = Vec::with_capacity(4 + secret.len());
        initial.extend(b"AWS4");
        initial.extend(secret);
        let day = keyed(&initial).over(credential.day());
        let region = keyed(&day).over(credential.region());
        let service = keyed(&region).over(credential.service());
        keyed(&keyed(&service).over(TERMINATOR))
    }

    /// The signature of a canonical request that was signed at `date` for `scope`.
    pub(super) fn sign(&self, date: &RequestDate, scope: &str, canonical: &[u8]) -> [u8; 32] {
        let digest = hex(&Sha256::digest(canonical).into());
        let mut mac = self.0.clone();
        for line in [ALGORITHM, date.text(), scope] {
            mac.update(line.as_bytes());
            mac.update(b"\n");
        }
        mac.update(&digest);
        mac.finalize().into_bytes().into()
    }

    fn over(self, text: &str) -> [u8; 32] {
        self.0.chain_update(text).finalize().into_bytes().into()
    }
}

fn keyed(key: &[u8]) -> SigningKey {
    SigningKey(Hmac::new_from_slice(key).expect("HMAC takes keys of any length"))
}
