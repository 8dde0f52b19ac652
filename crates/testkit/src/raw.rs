//! Requests made by hand: what no SDK would send.
//!
//! Invariant: the bytes go out as they are given; only a signature is added, where one is asked for. The answer's head
//! is checked like every other, so that no malformed request is answered with a failure of the server, and its body
//! wherever the request names an operation of a contract. Deliberately absent: the XML of Query.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};

use crate::{
    Actor,
    contract::{check_answer, check_head, contract, contract_of_target},
    translation::to_json,
    transport::{exchange, sign},
};

/// A request in the making: `POST /`, no headers and no body to begin with.
#[derive(Clone, Debug)]
pub struct Raw {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
    signer: Option<(Actor, String)>,
    signed_ago: jiff::SignedDuration,
    changed: Option<Bytes>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Raw {
    /// A request with `method` for `path`, which may have a query.
    pub fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            signer: None,
            signed_ago: jiff::SignedDuration::ZERO,
            changed: None,
        }
    }

    /// A call of a Service Catalog operation in AWS JSON 1.1, with any bytes as its body.
    pub fn json(operation: &str, body: impl Into<Bytes>) -> Self {
        Self::new(Method::POST, "/")
            .header("content-type", "application/x-amz-json-1.1")
            .header(
                "x-amz-target",
                &format!("AWS242ServiceCatalogService.{operation}"),
            )
            .body(body)
    }

    /// A call of a Service Catalog operation in Smithy RPC v2 CBOR, with any bytes as its body.
    pub fn cbor(operation: &str, body: impl Into<Bytes>) -> Self {
        Self::new(
            Method::POST,
            &format!("/service/AWS242ServiceCatalogService/operation/{operation}"),
        )
        .header("content-type", "application/cbor")
        .header("smithy-protocol", "rpc-v2-cbor")
        .body(body)
    }

    /// With another header; one of the same name is replaced.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("headers of stories can be sent");
        self.headers.insert(HeaderName::from_static(name), value);
        self
    }

    /// With this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Signed by `actor` for Service Catalog.
    #[must_use]
    pub fn signed_by(self, actor: &Actor) -> Self {
        self.signed_for("servicecatalog", actor)
    }

    /// Signed by `actor` for the service of this signing name.
    #[must_use]
    pub fn signed_for(mut self, service: &str, actor: &Actor) -> Self {
        self.signer = Some((actor.clone(), service.to_owned()));
        self
    }

    /// Signed so long ago; in the future if that is negative.
    #[must_use]
    pub fn signed_ago(mut self, ago: jiff::SignedDuration) -> Self {
        self.signed_ago = ago;
        self
    }

    /// With another body than the one that was signed.
    #[must_use]
    pub fn changed_on_its_way(mut self, body: impl Into<Bytes>) -> Self {
        self.changed = Some(body.into());
        self
    }

    pub(crate) async fn send(self, address: std::net::SocketAddr) -> Answer {
        let uri: Uri = format!("http://{address}{}", self.path)
            .parse()
            .expect("paths of stories can be sent");
        let mut headers = self.headers;
        headers.insert(
            header::HOST,
            HeaderValue::from_str(&address.to_string()).expect("an address is text"),
        );
        if let Some((actor, service)) = &self.signer {
            assert_eq!(self.method, Method::POST, "stories sign POST alone");
            let transport = actor.transport();
            let now = transport.clock.timestamp() - self.signed_ago;
            sign(
                &transport.credentials,
                &transport.region,
                service,
                now,
                (&uri, &mut headers, &self.body),
            );
        }
        let called = called(&uri, &headers);
        let mut request = Request::new(self.changed.unwrap_or(self.body));
        *request.method_mut() = self.method;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        let answer = exchange(request)
            .await
            .expect("whatever is sent, there is an answer");
        let mut violations = check_head(answer.status(), answer.headers());
        if let Some((service, operation)) = called {
            violations.extend(check_body(service, &operation, &answer));
        }
        assert_eq!(violations, [""; 0], "{:?}", answer.body());
        let (head, body) = answer.into_parts();
        Answer {
            status: head.status,
            headers: head.headers,
            body,
        }
    }
}

impl Answer {
    /// The error's code, whichever protocol it is told in; empty if there is none.
    pub fn code(&self) -> String {
        if let Ok(json) = serde_json::from_slice::<serde_json::Value>(&self.body) {
            return last_part(json["__type"].as_str().unwrap_or_default());
        }
        if let Ok(ciborium::Value::Map(entries)) = ciborium::from_reader(&self.body[..]) {
            let kind = entries.iter().find(|(name, _)| name.as_text() == Some("__type"));
            return last_part(kind.and_then(|(_, it)| it.as_text()).unwrap_or_default());
        }
        let xml = String::from_utf8_lossy(&self.body);
        let code = xml
            .split_once("<Code>")
            .and_then(|(_, rest)| rest.split_once("</Code>"));
        code.map_or_else(String::new, |(code, _)| code.to_owned())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// The signing name of the service and the operation that a request names, if the service has a contract.
fn called(uri: &Uri, headers: &HeaderMap) -> Option<(&'static str, String)> {
    let (prefix, operation) = match uri.path().strip_prefix("/service/") {
        Some(path) => path.split_once("/operation/")?,
        None => headers.get("x-amz-target")?.to_str().ok()?.rsplit_once('.')?,
    };
    Some((contract_of_target(prefix)?.signing_name(), operation.to_owned()))
}

/// What is wrong with the body of `answer`, in whichever protocol it says it is.
fn check_body(service: &str, operation: &str, answer: &Response<Bytes>) -> Vec<String> {
    let body = match answer
        .headers()
        .get(header::CONTENT_TYPE)
        .map(HeaderValue::as_bytes)
    {
        Some(b"application/x-amz-json-1.1") => serde_json::from_slice(answer.body())
            .map_err(|error| format!("{operation}: the answer is no JSON: {error}")),
        Some(b"application/cbor") => read_cbor(service, operation, answer),
        other => Err(format!(
            "{operation}: the answer is of another content type: {other:?}"
        )),
    };
    match body {
        Ok(body) => check_answer(service, operation, answer.status(), &body),
        Err(violation) => vec![violation],
    }
}

fn read_cbor(service: &str, operation: &str, answer: &Response<Bytes>) -> Result<serde_json::Value, String> {
    let contract = contract(service).expect("only services with a contract are checked");
    let output = contract
        .operation(operation)
        .and_then(|it| it.output())
        .filter(|_| answer.status().is_success());
    let cbor = ciborium::from_reader(&answer.body()[..])
        .map_err(|error| format!("{operation}: the answer is no CBOR: {error}"))?;
    to_json(contract, output, &cbor, operation)
}

fn last_part(kind: &str) -> String {
    kind.rsplit('#').next().unwrap_or(kind).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called_by(request: &Raw) -> Option<(&'static str, String)> {
        called(&request.path.parse().unwrap(), &request.headers)
    }

    fn answered(content_type: &str, body: &'static [u8]) -> Vec<String> {
        let answer = Response::builder().header(header::CONTENT_TYPE, content_type);
        let answer = answer.body(Bytes::from_static(body)).unwrap();
        check_body("servicecatalog", "ListPortfolios", &answer)
    }

    #[test]
    fn the_operation_is_known_from_the_target_and_from_the_path() {
        let list = Some(("servicecatalog", "ListPortfolios".to_owned()));
        assert_eq!(called_by(&Raw::json("ListPortfolios", "{}")), list);
        assert_eq!(called_by(&Raw::cbor("ListPortfolios", "{}")), list);
        let elsewhere = Raw::json("ListPortfolios", "{}").header("x-amz-target", "Tagging.ListPortfolios");
        assert_eq!(called_by(&elsewhere), None);
    }

    #[test]
    fn a_body_that_violates_the_contract_is_found_in_either_protocol() {
        let json = "application/x-amz-json-1.1";
        assert_eq!(answered(json, b"{\"PortfolioDetails\":[]}"), [""; 0]);
        assert_eq!(
            answered("application/cbor", b"\xa1\x70PortfolioDetails\x80"),
            [""; 0]
        );
        for body in [&b"{"[..], b"{}", b"{\"PortfolioDetails\":[],\"Colour\":1}"] {
            assert_eq!(answered(json, body).len(), 1, "{body:?}");
        }
        for body in [&b"\xa1"[..], b"\xa0", b"\xa1\x70PortfolioDetails\x01"] {
            assert_eq!(answered("application/cbor", body).len(), 1, "{body:?}");
        }
        assert_eq!(answered("text/plain", b"{\"PortfolioDetails\":[]}").len(), 1);
    }
}
