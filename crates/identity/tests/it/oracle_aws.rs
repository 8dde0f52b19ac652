//! Against AWS's own signer: what it signs is believed, what was changed on its way is not, and what we sign is the
//! same to the last byte.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4;
use http::{HeaderName, HeaderValue, Method, Uri};
use proptest::prelude::*;

use crate::request::{ID, REGION, Request, SECRET, SERVICE, escaped, now, requests, tokens};

const SEGMENT: &str = "[a-zA-Z0-9_~@:+!*'()%,;=-]{1,8}";
const NAME: &str = "[a-zA-Z0-9 /-]{1,6}";

/// Signs `request` as the AWS SDK does.
fn sign_like_aws(request: &mut Request, token: Option<&str>, location: SignatureLocation) {
    let credentials = Credentials::builder()
        .access_key_id(ID)
        .secret_access_key(SECRET)
        .provider_name("test");
    let identity = match token {
        Some(token) => credentials.session_token(token).build().into(),
        None => credentials.build().into(),
    };
    let mut settings = SigningSettings::default();
    settings.signature_location = location;
    if location == SignatureLocation::QueryParams {
        settings.expires_in = Some(Duration::from_mins(15));
    }
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(REGION)
        .name(SERVICE)
        .time(SystemTime::from(now()))
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let uri = request.uri.to_string();
    let headers: Vec<(&str, &str)> = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    let body = SignableBody::Bytes(&request.body);
    let signable =
        SignableRequest::new(request.method.as_str(), uri.as_str(), headers.into_iter(), body).unwrap();
    let (headers, query) = sign(signable, &params).unwrap().into_parts().0.into_parts();
    for header in headers {
        request
            .headers
            .insert(header.name(), HeaderValue::from_str(header.value()).unwrap());
    }
    let mut uri = uri;
    for (name, value) in query {
        let mark = if uri.contains('?') { '&' } else { '?' };
        uri = format!("{uri}{mark}{name}={}", escaped(&value));
    }
    request.uri = uri.parse().unwrap();
}

/// Whether two URIs differ in nothing but what signatures do not see: the case of a query's escapes, and an empty path
/// for `/`.
fn is_same(one: &Uri, other: &Uri) -> bool {
    fn with_upper_escapes(query: &str) -> String {
        let mut bytes = query.as_bytes().to_vec();
        for at in 0..bytes.len() {
            if bytes[at] == b'%' {
                let end = bytes.len().min(at + 3);
                bytes[at..end].make_ascii_uppercase();
            }
        }
        String::from_utf8(bytes).unwrap()
    }
    let query = |uri: &Uri| uri.query().map(with_upper_escapes);
    let path = |uri: &Uri| {
        if uri.path().is_empty() {
            "/".to_owned()
        } else {
            uri.path().to_owned()
        }
    };
    path(one) == path(other) && query(one) == query(other)
}

/// `text` with one bit of it changed.
fn flipped(text: &[u8], at: prop::sample::Index, bit: u8) -> Vec<u8> {
    let mut bytes = text.to_vec();
    if !bytes.is_empty() {
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
    }
    bytes
}

/// `request` with one bit changed in the part that `part` chooses; `None` if that leaves no HTTP request, or the same.
fn changed(
    request: &Request,
    part: prop::sample::Index,
    at: prop::sample::Index,
    bit: u8,
) -> Option<Request> {
    let mut changed = request.clone();
    match part.index(4 + request.headers.len()) {
        0 => {
            changed.method =
                Method::from_bytes(&flipped(request.method.as_str().as_bytes(), at, bit)).ok()?;
        }
        1 | 2 => {
            changed.uri = Uri::try_from(flipped(request.uri.to_string().as_bytes(), at, bit)).ok()?;
            if is_same(&changed.uri, &request.uri) {
                return None;
            }
        }
        3 => {
            changed.body = flipped(&request.body, at, bit);
            if changed.body.is_empty() {
                return None;
            }
        }
        header => {
            let (name, _) = request.headers.iter().nth(header - 4).unwrap();
            let mut values: Vec<_> = request.headers.get_all(name).iter().cloned().collect();
            let value = HeaderValue::from_bytes(&flipped(values[0].as_bytes(), at, bit)).ok()?;
            let name: HeaderName = name.clone();
            values[0] = value;
            changed.headers.remove(&name);
            for value in values {
                changed.headers.append(&name, value);
            }
        }
    }
    Some(changed)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_aws_signs_in_a_header_is_verified(mut request in requests(SEGMENT, NAME), token in tokens()) {
        sign_like_aws(&mut request, token.as_deref(), SignatureLocation::Headers);
        prop_assert_eq!(request.verify(), Ok(()));
        let claim = request.claim().unwrap();
        prop_assert_eq!(claim.session_token(), token.as_deref());
    }

    #[test]
    fn what_aws_presigns_is_verified(mut request in requests(SEGMENT, NAME), token in tokens()) {
        sign_like_aws(&mut request, token.as_deref(), SignatureLocation::QueryParams);
        prop_assert_eq!(request.verify(), Ok(()));
        let claim = request.claim().unwrap();
        prop_assert_eq!(claim.session_token(), token.as_deref());
    }

    #[test]
    fn what_we_sign_is_what_aws_signs(request in requests(SEGMENT, NAME), token in tokens()) {
        let (mut ours, mut theirs) = (request.clone(), request);
        ours.sign(token.as_deref());
        sign_like_aws(&mut theirs, token.as_deref(), SignatureLocation::Headers);
        prop_assert_eq!(ours.headers, theirs.headers);
    }

    #[test]
    fn one_changed_bit_is_refused(
        mut request in requests("[a-zA-Z0-9_~-]{1,8}", NAME),
        token in tokens(),
        in_header in any::<bool>(),
        part in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let location = if in_header { SignatureLocation::Headers } else { SignatureLocation::QueryParams };
        sign_like_aws(&mut request, token.as_deref(), location);
        if let Some(changed) = changed(&request, part, at, bit) {
            prop_assert!(changed.verify().is_err(), "{changed:?}");
        }
    }
}
