//! Requests as tests hold them, how they are made at random, and a server that knows one access key.

use chandlery_identity::{Claim, Refusal, SecretKey, Signer, SigningKeys};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

pub(crate) const ID: &str = "AKIDEXAMPLE";
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub(crate) const REGION: &str = "us-east-1";
pub(crate) const SERVICE: &str = "service";
pub(crate) const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// The moment at which the published vectors were signed.
pub(crate) fn now() -> Timestamp {
    "2015-08-30T12:36:00Z".parse().unwrap()
}

#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// A ListPortfolios call, not yet signed.
    pub(crate) fn plain() -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(
            "host",
            HeaderValue::from_static("servicecatalog.us-east-1.amazonaws.com"),
        );
        headers.insert(
            "content-type",
            HeaderValue::from_static("application/x-amz-json-1.1"),
        );
        headers.insert(
            "x-amz-target",
            HeaderValue::from_static("AWS242ServiceCatalogService.ListPortfolios"),
        );
        Self {
            method: Method::POST,
            uri: Uri::from_static("/"),
            headers,
            body: b"{\"PageSize\":20}".to_vec(),
        }
    }

    /// The same, signed by the key that the server knows.
    pub(crate) fn signed() -> Self {
        let mut request = Self::plain();
        request.sign(None);
        request
    }

    pub(crate) fn sign(&mut self, session_token: Option<&str>) {
        let signer = Signer {
            access_key_id: ID,
            secret: &SecretKey::new(SECRET),
            session_token,
            region: REGION,
            service: SERVICE,
        };
        signer
            .sign(&self.method, &self.uri, &mut self.headers, &self.body, now())
            .unwrap();
    }

    pub(crate) fn claim(&self) -> Result<Claim<'_>, Refusal> {
        Claim::of(&self.method, &self.uri, &self.headers)
    }

    /// What a server says that knows [`ID`] only.
    pub(crate) fn verify(&self) -> Result<(), Refusal> {
        self.verify_at(now())
    }

    pub(crate) fn verify_at(&self, now: Timestamp) -> Result<(), Refusal> {
        let claim = self.claim()?;
        let secret = SecretKey::new(SECRET);
        let known = (claim.access_key_id() == ID).then_some(&secret);
        claim.verify(known, &SigningKeys::default(), &self.body, now, SKEW)
    }

    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.headers.insert(name, HeaderValue::from_str(value).unwrap());
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub(crate) fn set_query(&mut self, query: &str) {
        self.uri = format!("{}?{query}", self.uri.path()).parse().unwrap();
    }
}

/// `text` with everything but unreserved characters escaped.
pub(crate) fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// Requests that are not signed yet, with a path of `segment`s and names of query parameters like `name`.
pub(crate) fn requests(segment: &'static str, name: &'static str) -> impl Strategy<Value = Request> {
    let method = prop::sample::select(vec![Method::GET, Method::POST, Method::PUT, Method::DELETE]);
    let path = prop::collection::vec(segment, 0..4);
    let query = prop::collection::vec((name, "\\PC{0,12}"), 0..4);
    let headers = prop::collection::btree_map(
        "x-[a-z]{1,8}",
        prop::collection::vec("[!-~][ -~]{0,16}", 1..3),
        0..4,
    );
    let body = prop::collection::vec(any::<u8>(), 0..200);
    (method, path, query, headers, body).prop_map(|(method, path, query, headers, body)| {
        let pairs: Vec<String> = query
            .iter()
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        let mut uri = format!("/{}", path.join("/"));
        if !pairs.is_empty() {
            uri = format!("{uri}?{}", pairs.join("&"));
        }
        let mut map = HeaderMap::from_iter([(
            http::header::HOST,
            HeaderValue::from_static("example.amazonaws.com"),
        )]);
        for (name, values) in &headers {
            for value in values {
                map.append(
                    HeaderName::try_from(name).unwrap(),
                    HeaderValue::from_str(value.trim()).unwrap(),
                );
            }
        }
        Request {
            method,
            uri: uri.parse().unwrap(),
            headers: map,
            body,
        }
    })
}

/// Session tokens, and none.
pub(crate) fn tokens() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[A-Za-z0-9+/=]{20,200}")
}
