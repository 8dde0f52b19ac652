//! The credential of a claim: `AKIDEXAMPLE/20150830/us-east-1/servicecatalog/aws4_request`.
//!
//! The one invariant: all five parts are there and fit to be used as names: the key id is visible ASCII, region and
//! service are lower-case words, the day is the request's own.

use std::borrow::Cow;
use std::ops::Range;

use super::request_date::RequestDate;
use super::{Refusal, TERMINATOR};

/// A checked credential: who signed, and for which day, region and service.
#[derive(Clone, Debug)]
pub(super) struct Credential<'a> {
    text: Cow<'a, str>,
    slashes: [usize; 4],
}

impl<'a> Credential<'a> {
    /// Reads `text`, the credential of a request that was signed on `date`.
    pub(super) fn parse(text: Cow<'a, str>, date: &RequestDate) -> Result<Self, Refusal> {
        let mut slashes = [0; 4];
        let mut found = 0;
        for (at, byte) in text.bytes().enumerate() {
            if byte == b'/' {
                if let Some(slash) = slashes.get_mut(found) {
                    *slash = at;
                }
                found += 1;
            }
        }
        if found != slashes.len() {
            // Source: AWS's message.
            return Err(Refusal::IncompleteSignature(format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, \
                 got '{text}'"
            )));
        }
        let credential = Self { text, slashes };
        credential.check_key_id()?;
        credential.check_scope(date)?;
        Ok(credential)
    }

    fn check_key_id(&self) -> Result<(), Refusal> {
        let id = self.access_key_id();
        // Source: IAM's `accessKeyIdType` allows 128 characters. Ours: no less than one, as tests use short ones.
        if (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(());
        }
        Err(Refusal::IncompleteSignature(
            "Credential must start with an access key ID.".to_owned(),
        ))
    }

    /// Source: AWS answers with all that is wrong with a scope, in this order.
    fn check_scope(&self, date: &RequestDate) -> Result<(), Refusal> {
        let mut wrong = Vec::new();
        if !is_word(self.region()) {
            wrong.push(format!(
                "Credential should be scoped to a valid region, not '{}'.",
                self.region()
            ));
        }
        if !is_word(self.service()) {
            wrong.push(format!(
                "Credential should be scoped to correct service, not '{}'.",
                self.service()
            ));
        }
        if self.terminator() != TERMINATOR {
            wrong.push(format!(
                "Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{}'.",
                self.terminator()
            ));
        }
        if self.day() != date.day() {
            wrong.push(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != \
                 '{}', from '{}'.",
                self.day(),
                date.day(),
                date.text()
            ));
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(Refusal::InvalidScope(wrong.join(" ")))
        }
    }

    /// All of it.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Everything after the key id: `20150830/us-east-1/servicecatalog/aws4_request`.
    pub(super) fn scope(&self) -> &str {
        &self.text[self.slashes[0] + 1..]
    }

    pub(super) fn access_key_id(&self) -> &str {
        &self.text[..self.slashes[0]]
    }

    pub(super) fn day(&self) -> &str {
        &self.text[self.between(0)]
    }

    pub(super) fn region(&self) -> &str {
        &self.text[self.between(1)]
    }

    pub(super) fn service(&self) -> &str {
        &self.text[self.between(2)]
    }

    fn terminator(&self) -> &str {
        &self.text[self.slashes[3] + 1..]
    }

    fn between(&self, slash: usize) -> Range<usize> {
        self.slashes[slash] + 1..self.slashes[slash + 1]
    }
}

/// Ours: all regions and signing names of AWS are such words, and both end up in ARNs and in answers.
fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Credential<'_>, Refusal> {
        Credential::parse(text.into(), &RequestDate::parse("20150830T123600Z").unwrap())
    }

    #[test]
    fn a_credential_has_five_parts() {
        let credential = parse("AKID/20150830/us-east-1/sts/aws4_request").unwrap();
        assert_eq!(credential.access_key_id(), "AKID");
        assert_eq!(credential.day(), "20150830");
        assert_eq!(credential.region(), "us-east-1");
        assert_eq!(credential.service(), "sts");
        assert_eq!(credential.scope(), "20150830/us-east-1/sts/aws4_request");
        for text in [
            "",
            "AKID",
            "AKID/20150830/us-east-1/sts",
            "AKID/20150830/us-east-1/sts/aws4_request/",
        ] {
            assert_eq!(
                parse(text).unwrap_err().code(),
                "IncompleteSignatureException",
                "{text}"
            );
        }
    }

    #[test]
    fn everything_wrong_with_a_scope_is_said_at_once() {
        let refusal = parse("AKID/20150829/US East/sts/aws5_request").unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "Credential should be scoped to a valid region, not 'US East'. Credential should be scoped with a valid \
             terminator: 'aws4_request', not 'aws5_request'. Date in Credential scope does not match YYYYMMDD from \
             ISO-8601 version of date from HTTP: '20150829' != '20150830', from '20150830T123600Z'."
        );
        assert_eq!(refusal.code(), "InvalidSignatureException");
    }

    #[test]
    fn a_key_id_is_visible_text() {
        for id in ["", "A KID", "AK\nID", "ключ"] {
            let text = format!("{id}/20150830/us-east-1/sts/aws4_request");
            assert_eq!(
                parse(&text).unwrap_err().code(),
                "IncompleteSignatureException",
                "{id}"
            );
        }
    }
}
