//! The proof: whether a claim was made by someone who holds the secret, about this very request, now.
//!
//! The one invariant: what happens after the time was checked does not depend on whether the key is known. An unknown
//! key is verified against a secret that nobody has, and every wrong signature costs one derivation, also when the
//! right key was in the cache.
//!
//! Deliberately absent: a memory of requests. The same signed request is served again while it is current, as on AWS.

use std::hint::black_box;
use std::sync::LazyLock;

use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::claim::only;
use super::hex::hex;
use super::request_date::{written, written_duration};
use super::signing_key::SigningKey;
use super::{Claim, Refusal, SecretKey, SigningKeys, X_AMZ_CONTENT_SHA256};

/// What an unknown key is verified against. Its text is no secret: [`Claim::verify`] never says yes to it.
static NOBODY: LazyLock<SecretKey> =
    LazyLock::new(|| SecretKey::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));

impl Claim<'_> {
    /// Verifies the claim for a request with this `body`, received at `now`.
    ///
    /// `secret` is what the access key id was found to have, `None` if there is no such key. `skew` is how far the
    /// client's clock may be off; AWS's own services allow five minutes. The session token is not looked at here.
    pub fn verify(
        &self,
        secret: Option<&SecretKey>,
        keys: &SigningKeys,
        body: &[u8],
        now: Timestamp,
        skew: SignedDuration,
    ) -> Result<(), Refusal> {
        self.check_time(now, skew)?;
        let body_sha256 = hex(&Sha256::digest(body).into());
        check_payload_header(self.request.headers, &body_sha256)?;
        let canonical = self
            .request
            .canonical(&self.signed_headers, &body_sha256)
            .ok_or(Refusal::SignatureDoesNotMatch)?;
        if self.is_signed_by(secret, keys, &canonical) {
            Ok(())
        } else {
            Err(Refusal::SignatureDoesNotMatch)
        }
    }

    /// Source: AWS's messages. The header form is current for `skew` around its date, the presigned form from `skew`
    /// before its date to its expiry.
    fn check_time(&self, now: Timestamp, skew: SignedDuration) -> Result<(), Refusal> {
        let signed = self.date.at();
        let age = now.duration_since(signed);
        if age < -skew {
            return Err(Refusal::SignatureNotYetCurrent(format!(
                "Signature not yet current: {} is still later than {} ({} + {}.)",
                self.date.text(),
                written(now.saturating_add(skew).unwrap_or(now)),
                written(now),
                written_duration(skew),
            )));
        }
        match self.expires_after {
            Some(expiry) if age > expiry => Err(Refusal::RequestExpired),
            None if age > skew => Err(Refusal::SignatureExpired(format!(
                "Signature expired: {} is now earlier than {} ({} - {}.)",
                self.date.text(),
                written(now.saturating_sub(skew).unwrap_or(now)),
                written(now),
                written_duration(skew),
            ))),
            _ => Ok(()),
        }
    }

    fn is_signed_by(&self, secret: Option<&SecretKey>, keys: &SigningKeys, canonical: &[u8]) -> bool {
        let is_known = secret.is_some();
        let secret = secret.unwrap_or(&NOBODY);
        let found = keys.find(&self.credential, secret);
        let was_found = found.is_some();
        let key = found.unwrap_or_else(|| SigningKey::derive(secret, &self.credential));
        let signature = key.sign(&self.date, self.credential.scope(), canonical);
        let is_signed = is_known & bool::from(signature.ct_eq(&self.signature));
        match (is_signed, was_found) {
            (true, false) => keys.put(&self.credential, secret, key),
            // The derivation that the cache has saved: without it, a quick refusal would say that the key is in use.
            (false, true) => drop(black_box(SigningKey::derive(secret, &self.credential))),
            _ => {}
        }
        is_signed
    }
}

/// Source: only S3 takes `UNSIGNED-PAYLOAD` and `STREAMING-…`; to others the header, if any, is the body's hash.
fn check_payload_header(headers: &HeaderMap, body_sha256: &[u8; 64]) -> Result<(), Refusal> {
    match only(headers, &X_AMZ_CONTENT_SHA256)? {
        Some(claimed) if claimed.as_bytes() != body_sha256 => Err(Refusal::SignatureDoesNotMatch),
        _ => Ok(()),
    }
}
