//! The presigned form: the same parts as parameters of the query string.
//!
//! The one invariant: every `X-Amz-…` parameter that is read was given exactly once, and all but the signature itself
//! are signed, the session token too: AWS lets some services add it afterwards, none of which Chandlery has.

use std::borrow::Cow;

use jiff::SignedDuration;

use super::super::percent::decoded;
use super::super::request_date::RequestDate;
use super::super::{ALGORITHM, Refusal};
use super::Parts;

/// A week. Source: "Create a signed AWS API request": `X-Amz-Expires` goes from 1 to 604800.
const EXPIRES_SECONDS_MAX: i64 = 604_800;

/// Whether `query` says that it carries a signature.
pub(super) fn is_presigned(query: &str) -> bool {
    !query.is_empty()
        && parameters(query).any(|(name, _)| name == "X-Amz-Algorithm" || name == "X-Amz-Signature")
}

/// Reads the parts from a query string for which [`is_presigned`] holds.
pub(super) fn read(query: &str) -> Result<Parts<'_>, Refusal> {
    if find(query, "X-Amz-Algorithm")?.as_deref() != Some(ALGORITHM) {
        // Observed: to AWS such a request is not signed at all.
        return Err(Refusal::MissingAuthenticationToken);
    }
    let credential = find(query, "X-Amz-Credential")?;
    let signature = find(query, "X-Amz-Signature")?;
    let signed_headers = find(query, "X-Amz-SignedHeaders")?;
    let date = find(query, "X-Amz-Date")?;
    let expires = find(query, "X-Amz-Expires")?;
    let (Some(credential), Some(signature), Some(signed_headers), Some(date), Some(expires)) =
        (&credential, &signature, &signed_headers, &date, &expires)
    else {
        return Err(missing([
            ("X-Amz-Credential", &credential),
            ("X-Amz-Signature", &signature),
            ("X-Amz-SignedHeaders", &signed_headers),
            ("X-Amz-Date", &date),
            ("X-Amz-Expires", &expires),
        ]));
    };
    Ok(Parts {
        credential: credential.clone(),
        signed_headers: signed_headers.clone(),
        signature: signature.clone(),
        date: RequestDate::parse(date)?,
        expires_after: Some(expiry(expires)?),
        session_token: find(query, "X-Amz-Security-Token")?,
    })
}

fn expiry(text: &str) -> Result<SignedDuration, Refusal> {
    let seconds = if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    };
    match seconds {
        Some(seconds) if (1..=EXPIRES_SECONDS_MAX).contains(&seconds) => {
            Ok(SignedDuration::from_secs(seconds))
        }
        _ => Err(Refusal::IncompleteSignature(format!(
            "X-Amz-Expires must be a number of seconds from 1 to {EXPIRES_SECONDS_MAX}."
        ))),
    }
}

/// Source: AWS lists all that is missing, in this order.
fn missing(parameters: [(&str, &Option<Cow<'_, str>>); 5]) -> Refusal {
    let mut message = Vec::new();
    for (name, value) in parameters {
        if value.is_none() {
            message.push(format!("AWS query-string parameters must include '{name}'."));
        }
    }
    message.push("Re-examine the query-string parameters.".to_owned());
    Refusal::IncompleteSignature(message.join(" "))
}

/// The value of a parameter that may be given once.
fn find<'a>(query: &'a str, wanted: &str) -> Result<Option<Cow<'a, str>>, Refusal> {
    let mut values = parameters(query)
        .filter(|(name, _)| name == wanted)
        .map(|(_, value)| value);
    let value = values.next();
    if values.next().is_some() {
        return Err(Refusal::IncompleteSignature(format!(
            "AWS query-string parameters must include '{wanted}' only once."
        )));
    }
    Ok(value)
}

fn parameters(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    query.split('&').map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (text(name), text(value))
    })
}

/// What `encoded` stands for. Bytes that are not UTF-8 become U+FFFD, which no part of a claim may contain.
fn text(encoded: &str) -> Cow<'_, str> {
    if !encoded.contains(['%', '+']) {
        return Cow::Borrowed(encoded);
    }
    let bytes: Vec<u8> = decoded(encoded).collect();
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}
