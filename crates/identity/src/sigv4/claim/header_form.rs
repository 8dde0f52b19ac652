//! The header form: `Authorization: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
//!
//! The one invariant: every part is given exactly once. No message quotes a signature or an unknown scheme's secret.

use http::{HeaderMap, header};

use super::super::request_date::RequestDate;
use super::super::{ALGORITHM, Refusal, X_AMZ_DATE, X_AMZ_SECURITY_TOKEN};
use super::{Parts, only};

/// Reads the parts from a request that has an `Authorization` header.
pub(super) fn read(headers: &HeaderMap) -> Result<Parts<'_>, Refusal> {
    let authorization = only(headers, &header::AUTHORIZATION)?
        .unwrap_or_default()
        .trim_ascii();
    let mut parameters = Parameters::default();
    for parameter in after_algorithm(authorization)?.split(',') {
        parameters.take(parameter.trim_ascii())?;
    }
    // Source: AWS takes `x-amz-date` before `date`, which is then in the basic form too.
    let date = match only(headers, &X_AMZ_DATE)? {
        Some(date) => Some(date),
        None => only(headers, &header::DATE)?,
    };
    let (Some(credential), Some(signature), Some(signed_headers), Some(date)) = (
        parameters.credential,
        parameters.signature,
        parameters.signed_headers,
        date,
    ) else {
        return Err(parameters.missing(date));
    };
    Ok(Parts {
        credential: credential.into(),
        signed_headers: signed_headers.into(),
        signature: signature.into(),
        date: RequestDate::parse(date.trim_ascii())?,
        expires_after: None,
        session_token: only(headers, &X_AMZ_SECURITY_TOKEN)?.map(Into::into),
    })
}

fn after_algorithm(authorization: &str) -> Result<&str, Refusal> {
    let (scheme, rest) = authorization.split_once(' ').unwrap_or((authorization, ""));
    if scheme == ALGORITHM {
        return Ok(rest);
    }
    // Source: AWS's message. A word alone may be somebody's token: that is not repeated.
    let scheme = if rest.is_empty() { "" } else { scheme };
    Err(Refusal::IncompleteSignature(format!(
        "Unsupported AWS 'algorithm': '{scheme}'."
    )))
}

#[derive(Default)]
struct Parameters<'a> {
    credential: Option<&'a str>,
    signature: Option<&'a str>,
    signed_headers: Option<&'a str>,
}

impl<'a> Parameters<'a> {
    fn take(&mut self, parameter: &'a str) -> Result<(), Refusal> {
        if parameter.is_empty() {
            return Ok(());
        }
        let Some((name, value)) = parameter.split_once('=') else {
            // Source: AWS's message, which goes on to quote the whole header. Ours: it does not, for it may be logged.
            return Err(Refusal::IncompleteSignature(
                "Not a valid key=value pair (missing equal-sign) in Authorization header.".to_owned(),
            ));
        };
        let place = match name {
            "Credential" => &mut self.credential,
            "Signature" => &mut self.signature,
            "SignedHeaders" => &mut self.signed_headers,
            _ => return Ok(()),
        };
        if place.replace(value).is_some() {
            // Ours: AWS takes the last of several.
            return Err(Refusal::IncompleteSignature(format!(
                "Authorization header has more than one '{name}' parameter."
            )));
        }
        Ok(())
    }

    /// Source: AWS lists all that is missing, in this order.
    fn missing(&self, date: Option<&str>) -> Refusal {
        let mut message = Vec::new();
        for (name, value) in [
            ("Credential", self.credential),
            ("Signature", self.signature),
            ("SignedHeaders", self.signed_headers),
        ] {
            if value.is_none() {
                message.push(format!("Authorization header requires '{name}' parameter."));
            }
        }
        if date.is_none() {
            message.push(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
                    .to_owned(),
            );
        }
        message.push(format!("Authorization={ALGORITHM}"));
        Refusal::IncompleteSignature(message.join(" "))
    }
}
