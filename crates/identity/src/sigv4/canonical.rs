//! The canonical request: the one text that both sides of a signature agree on.
//!
//! The one invariant: it depends on nothing but the method, the path, the query and the headers that are named as
//! signed. Everything is written into one buffer.
//!
//! Deliberately absent: S3's rule (a path as it was sent, encoded once).
//!
//! Source: "Create a signed AWS API request", IAM User Guide, step 1.

use http::{HeaderMap, Method, Uri};

use super::percent::{decoded, push_encoded};

/// The parts of a request that its signature covers, but for the body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'a> {
    pub(super) method: &'a Method,
    pub(super) uri: &'a Uri,
    pub(super) headers: &'a HeaderMap,
}

impl<'a> Request<'a> {
    /// The canonical request with `signed_headers` (`host;x-amz-date`) and the body's hash in hexadecimal.
    ///
    /// `None` if one of the headers that are named as signed is not there: such a request has lost something on its
    /// way.
    pub(super) fn canonical(&self, signed_headers: &str, body_sha256: &[u8; 64]) -> Option<Vec<u8>> {
        // Real requests need 300 to 900 bytes, session tokens another 500.
        let mut out = Vec::with_capacity(1024);
        out.extend(self.method.as_str().as_bytes());
        out.push(b'\n');
        push_path(&mut out, self.uri.path());
        out.push(b'\n');
        push_query(&mut out, self.uri.query().unwrap_or_default());
        out.push(b'\n');
        for name in signed_headers.split(';') {
            out.extend(name.as_bytes());
            out.push(b':');
            self.push_values(&mut out, name)?;
            out.push(b'\n');
        }
        out.push(b'\n');
        out.extend(signed_headers.as_bytes());
        out.push(b'\n');
        out.extend(body_sha256);
        Some(out)
    }

    fn push_values(&self, out: &mut Vec<u8>, name: &str) -> Option<()> {
        let mut values = self.headers.get_all(name).iter();
        match values.next() {
            Some(value) => push_trimmed(out, value.as_bytes()),
            None if name == "host" => out.extend(self.authority()?.as_bytes()),
            None => return None,
        }
        for value in values {
            out.push(b',');
            push_trimmed(out, value.as_bytes());
        }
        Some(())
    }

    /// The host of a request that has no `host` header, as HTTP/2 sends it.
    fn authority(&self) -> Option<&'a str> {
        let authority = self.uri.authority()?.as_str();
        // Clients leave the scheme's own port out of `host`, and so out of what they sign.
        let without_port = match self.uri.scheme_str() {
            Some("https") => authority.strip_suffix(":443"),
            Some("http") => authority.strip_suffix(":80"),
            _ => None,
        };
        Some(without_port.unwrap_or(authority))
    }
}

/// Appends a header's value without the spaces around it, and with one space where several follow each other.
///
/// Observed: AWS's own signer trims spaces only; tabs stay.
fn push_trimmed(out: &mut Vec<u8>, value: &[u8]) {
    let is_trimmed = value.first() != Some(&b' ') && value.last() != Some(&b' ');
    if is_trimmed && !value.windows(2).any(|pair| pair == b"  ") {
        out.extend(value);
        return;
    }
    let mut words = value.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    out.extend(words.next().unwrap_or_default());
    for word in words {
        out.push(b' ');
        out.extend(word);
    }
}

/// Appends a path without dot segments and empty segments, encoded once more than it was sent.
fn push_path(out: &mut Vec<u8>, path: &str) {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            name => segments.push(name),
        }
    }
    for segment in &segments {
        out.push(b'/');
        for byte in segment.bytes() {
            push_encoded(out, byte);
        }
    }
    // RFC 3986, 5.2.4: what ends in a slash or in a dot segment still names a folder.
    let is_folder = matches!(path.rsplit('/').next(), Some("" | "." | ".."));
    if segments.is_empty() || is_folder {
        out.push(b'/');
    }
}

/// Appends a query string, sorted by encoded name and then by encoded value, without the signature itself.
fn push_query(out: &mut Vec<u8>, query: &str) {
    if query.is_empty() {
        return;
    }
    let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = encoded_again(name);
        if name != b"X-Amz-Signature" {
            pairs.push((name, encoded_again(value)));
        }
    }
    pairs.sort_unstable();
    for (at, (name, value)) in pairs.iter().enumerate() {
        if at > 0 {
            out.push(b'&');
        }
        out.extend(name);
        out.push(b'=');
        out.extend(value);
    }
}

/// A name or value of a query string in the one encoding that counts.
fn encoded_again(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in decoded(text) {
        push_encoded(&mut out, byte);
    }
    out
}

#[cfg(test)]
mod tests;
