//! What a request says about its sender, before anybody believes it.
//!
//! The one invariant: a [`Claim`] is complete and consistent (one form of authentication, every part once and in its
//! form, every header that matters signed), but it is not proven. Only [`Claim::verify`] does that.
//!
//! Deliberately absent: the clock and the secret. `header_form` and `presigned` read the two forms.

mod header_form;
mod presigned;

use std::borrow::Cow;
use std::fmt;

use http::{HeaderMap, HeaderName, Method, Uri, header};
use jiff::SignedDuration;

use super::canonical::Request;
use super::credential::Credential;
use super::hex::unhex;
use super::percent::check_escapes;
use super::request_date::RequestDate;
use super::{Refusal, X_AMZ_DATE, X_AMZ_SECURITY_TOKEN, X_AMZ_TARGET};

/// A request's statement of who sent it, read but not yet verified.
#[derive(Clone)]
pub struct Claim<'a> {
    pub(super) request: Request<'a>,
    pub(super) credential: Credential<'a>,
    pub(super) signed_headers: Cow<'a, str>,
    pub(super) signature: [u8; 32],
    pub(super) date: RequestDate,
    /// How long a presigned request may be used; `None` for the header form.
    pub(super) expires_after: Option<SignedDuration>,
    session_token: Option<Cow<'a, str>>,
}

/// The parts of a claim as one of the two forms spells them.
struct Parts<'a> {
    credential: Cow<'a, str>,
    signed_headers: Cow<'a, str>,
    signature: Cow<'a, str>,
    date: RequestDate,
    expires_after: Option<SignedDuration>,
    session_token: Option<Cow<'a, str>>,
}

impl<'a> Claim<'a> {
    /// Reads the claim of a request, from its `Authorization` header or from a presigned query string.
    ///
    /// Fails with AWS's error for a request with no claim, with two, or with one that is not whole.
    pub fn of(method: &'a Method, uri: &'a Uri, headers: &'a HeaderMap) -> Result<Self, Refusal> {
        let query = uri.query().unwrap_or_default();
        check_escapes(query)?;
        let parts = match (
            headers.contains_key(header::AUTHORIZATION),
            presigned::is_presigned(query),
        ) {
            (true, false) => header_form::read(headers)?,
            (false, true) => presigned::read(query)?,
            (false, false) => return Err(Refusal::MissingAuthenticationToken),
            // Observed: AWS gives no other reason for a request with both.
            (true, true) => return Err(Refusal::SignatureDoesNotMatch),
        };
        check_signed_headers(&parts.signed_headers, headers)?;
        Ok(Self {
            request: Request { method, uri, headers },
            credential: Credential::parse(parts.credential, &parts.date)?,
            signed_headers: parts.signed_headers,
            // To AWS a signature is a text that is or is not the right one, so a malformed one is a wrong one.
            signature: unhex(parts.signature.as_bytes()).ok_or(Refusal::SignatureDoesNotMatch)?,
            date: parts.date,
            expires_after: parts.expires_after,
            session_token: parts.session_token,
        })
    }

    /// The access key id to look up.
    pub fn access_key_id(&self) -> &str {
        self.credential.access_key_id()
    }

    /// The region of the credential scope, for example `eu-central-1`.
    pub fn region(&self) -> &str {
        self.credential.region()
    }

    /// The signing name of the service in the credential scope, for example `servicecatalog`.
    pub fn service(&self) -> &str {
        self.credential.service()
    }

    /// The session token that came with the request: temporary credentials have one, others must not be given one.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }
}

impl fmt::Debug for Claim<'_> {
    /// Who and for what; never the signature or the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("credential", &self.credential.text())
            .finish_non_exhaustive()
    }
}

/// Checks that the list of signed headers is in its form and names every header that must be signed.
///
/// Source: the IAM User Guide asks for `host` and every `x-amz-*` header that is there. Ours: only those that
/// Chandlery reads; others may be added by a proxy and change nothing.
fn check_signed_headers(signed: &str, headers: &HeaderMap) -> Result<(), Refusal> {
    let mut host = false;
    let mut date = !headers.contains_key(&X_AMZ_DATE);
    let mut token = !headers.contains_key(&X_AMZ_SECURITY_TOKEN);
    let mut target = !headers.contains_key(&X_AMZ_TARGET);
    let mut last = "";
    for name in signed.split(';') {
        // Ours: the form is the canonical request's own; AWS recalculates and finds a signature that does not match.
        if name <= last
            || name
                .bytes()
                .any(|byte| !byte.is_ascii_graphic() || byte.is_ascii_uppercase())
        {
            return Err(Refusal::IncompleteSignature(
                "SignedHeaders must be lower-case header names, sorted, each once, with semicolons between them."
                    .to_owned(),
            ));
        }
        match name {
            "host" => host = true,
            "x-amz-date" => date = true,
            "x-amz-security-token" => token = true,
            "x-amz-target" => target = true,
            _ => {}
        }
        last = name;
    }
    // Source: AWS's message names the header as it is written in HTTP.
    for (is_signed, name) in [
        (host, "'Host' or ':authority'"),
        (date, "'X-Amz-Date'"),
        (token, "'X-Amz-Security-Token'"),
        (target, "'X-Amz-Target'"),
    ] {
        if !is_signed {
            return Err(Refusal::HeaderNotSigned(name));
        }
    }
    Ok(())
}

/// The text of a header that may be given once.
///
/// Ours: AWS takes the first of several; two answers to one question are refused here.
pub(super) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if let (Ok(text), None) = (value.to_str(), values.next()) {
        return Ok(Some(text));
    }
    Err(Refusal::IncompleteSignature(format!(
        "Header '{name}' must be given once, in visible ASCII characters."
    )))
}
