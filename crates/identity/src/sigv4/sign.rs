//! The way back: signing a request in the header form.
//!
//! The one invariant: it writes the same canonical request that verification reads, from the same code.
//!
//! Deliberately absent: the presigned form, which only clients make.

use http::header::{self, InvalidHeaderValue};
use http::{HeaderMap, HeaderValue, Method, Uri};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::canonical::Request;
use super::credential::Credential;
use super::hex::hex;
use super::request_date::RequestDate;
use super::signing_key::SigningKey;
use super::{ALGORITHM, Refusal, SecretKey, TERMINATOR, X_AMZ_DATE, X_AMZ_SECURITY_TOKEN};

/// Headers that are never signed, because something on the way may change them.
///
/// Source: what the AWS SDKs have in common.
const UNSIGNED: [&str; 4] = [
    "authorization",
    "transfer-encoding",
    "user-agent",
    "x-amzn-trace-id",
];

/// Someone who signs requests to one service in one region.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// The access key's id.
    pub access_key_id: &'a str,
    /// The access key's secret.
    pub secret: &'a SecretKey,
    /// The session token of temporary credentials.
    pub session_token: Option<&'a str>,
    /// The region in the credential scope, for example `eu-central-1`.
    pub region: &'a str,
    /// The signing name of the service, for example `servicecatalog`.
    pub service: &'a str,
}

/// Why a request could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum CannotSign {
    /// Neither a `host` header nor an authority in the URI.
    #[error("the request names no host")]
    NoHost,
    /// The key id, region or service are not fit for a credential.
    #[error("the credential scope is not valid")]
    Scope(#[source] Refusal),
    /// The session token or the key id cannot be sent in a header.
    #[error("the credentials cannot be sent in a header")]
    Header(#[from] InvalidHeaderValue),
}

impl Signer<'_> {
    /// Signs a request with this `body`, as of `now`: sets `x-amz-date`, `x-amz-security-token` and `authorization`.
    ///
    /// Every header that is already there is signed too, but for those that proxies change.
    pub fn sign(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &mut HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), CannotSign> {
        let date = RequestDate::of(now);
        let id = self.access_key_id;
        let scope = format!(
            "{id}/{}/{}/{}/{TERMINATOR}",
            date.day(),
            self.region,
            self.service
        );
        let credential = Credential::parse(scope.into(), &date).map_err(CannotSign::Scope)?;

        headers.insert(&X_AMZ_DATE, HeaderValue::from_str(date.text())?);
        if let Some(token) = self.session_token {
            let mut token = HeaderValue::from_str(token)?;
            token.set_sensitive(true);
            headers.insert(&X_AMZ_SECURITY_TOKEN, token);
        }

        let signed_headers = signed_headers(headers);
        let request = Request { method, uri, headers };
        let body_sha256 = hex(&Sha256::digest(body).into());
        let canonical = request
            .canonical(&signed_headers, &body_sha256)
            .ok_or(CannotSign::NoHost)?;
        let key = SigningKey::derive(self.secret, &credential);
        let signature = hex(&key.sign(&date, credential.scope(), &canonical));

        let mut authorization = HeaderValue::from_str(&format!(
            "{ALGORITHM} Credential={}, SignedHeaders={signed_headers}, Signature={}",
            credential.text(),
            signature.escape_ascii()
        ))?;
        authorization.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, authorization);
        Ok(())
    }
}

fn signed_headers(headers: &HeaderMap) -> String {
    let mut names: Vec<&str> = headers.keys().map(|name| name.as_str()).collect();
    names.retain(|name| *name != "host" && !UNSIGNED.contains(name));
    names.push("host");
    names.sort_unstable();
    names.join(";")
}
