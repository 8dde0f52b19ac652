//! The HTTP client below the SDK: sends, checks every answer against the contract, and speaks CBOR where the run asks.
//!
//! Invariant: an answer that violates the contract never reaches a test; the test fails with what and where. The SDK
//! for Rust speaks JSON alone, so with `PROTOCOL=cbor` each request to Service Catalog is written anew, signed anew, and
//! its answer turned back. Deliberately absent: retries and connections that are kept, so that a test sees each answer.

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, Uri, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use identity::{SecretKey, Signer};

use crate::{
    TestClock,
    contract::{check_answer, check_head, contract},
    environment::Protocol,
    translation::{to_cbor, to_json},
    xml,
};

/// What signs a request.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    pub(crate) access_key_id: String,
    pub(crate) secret: SecretKey,
    pub(crate) session_token: Option<String>,
}

/// The answers that violated the contract, for whoever closes the scene.
pub(crate) type Violations = Arc<Mutex<Vec<String>>>;

/// The way of one actor to one service.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    /// The signing name of the service.
    pub(crate) service: &'static str,
    pub(crate) region: String,
    pub(crate) credentials: Credentials,
    pub(crate) clock: TestClock,
    pub(crate) protocol: Protocol,
    pub(crate) violations: Violations,
}

impl HttpClient for Transport {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Transport {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let transport = self.clone();
        HttpConnectorFuture::new(async move {
            let request = request
                .try_into_http1x()
                .map_err(|it| ConnectorError::user(it.into()))?;
            let request =
                request.map(|body| Bytes::copy_from_slice(body.bytes().expect("inputs are in memory")));
            let answer = transport
                .carry(request)
                .await
                .map_err(|it| ConnectorError::io(it.into()))?;
            HttpResponse::try_from(answer.map(SdkBody::from))
                .map_err(|it| ConnectorError::other(it.into(), None))
        })
    }
}

impl Transport {
    /// The way to another service.
    pub(crate) fn of_service(&self, service: &'static str) -> Self {
        Self {
            service,
            ..self.clone()
        }
    }

    /// Sends `request` and checks its answer.
    pub(crate) async fn carry(
        &self,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, hyper_util::client::legacy::Error> {
        let operation = operation_of(&request);
        let speaks_cbor = self.protocol == Protocol::Cbor && self.service == "servicecatalog";
        let request = if speaks_cbor {
            self.in_cbor(&operation, request)
        } else {
            request
        };
        let answer = exchange(request).await?;
        let mut violations = check_head(answer.status(), answer.headers());
        let answer = if speaks_cbor {
            from_cbor(&operation, answer, &mut violations)
        } else {
            answer
        };
        let speaks_json = contract(self.service).is_some_and(|it| it.target_prefix().is_some());
        if speaks_json {
            if answer
                .headers()
                .get(header::CONTENT_TYPE)
                .is_none_or(|it| it != "application/x-amz-json-1.1")
            {
                violations.push(format!("{operation}: the answer is of another content type"));
            }
            match serde_json::from_slice(answer.body()) {
                Ok(body) => violations.extend(check_answer(self.service, &operation, answer.status(), &body)),
                Err(error) => violations.push(format!("{operation}: the answer is no JSON: {error}")),
            }
        } else {
            violations.extend(self.check_query(&operation, &answer));
        }
        self.report(&violations);
        Ok(answer)
    }

    /// What is wrong with an answer of Query, which STS speaks.
    fn check_query(&self, operation: &str, answer: &Response<Bytes>) -> Vec<String> {
        let Some(contract) = contract(self.service) else {
            return Vec::new();
        };
        let body = String::from_utf8_lossy(answer.body());
        if !answer.status().is_success() {
            return xml::check_error(operation, &body);
        }
        match xml::read_output(contract, operation, &body) {
            Ok(output) => check_answer(self.service, operation, answer.status(), &output),
            Err(violation) => vec![violation],
        }
    }

    /// Fails the test if there is something to report.
    fn report(&self, violations: &[String]) {
        if violations.is_empty() {
            return;
        }
        self.violations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(violations);
        panic!("an answer violates the contract:\n{}", violations.join("\n"));
    }

    /// The same request in Smithy RPC v2 CBOR.
    fn in_cbor(&self, operation: &str, request: Request<Bytes>) -> Request<Bytes> {
        let (head, body) = request.into_parts();
        let contract = contract(self.service).expect("only services with a contract are translated");
        let prefix = contract.target_prefix().expect("Service Catalog has targets");
        let input = contract.operation(operation).and_then(|it| it.input());
        let json = serde_json::from_slice(&body).expect("the SDK writes JSON");
        let mut cbor = Vec::new();
        ciborium::into_writer(&to_cbor(contract, input, &json), &mut cbor).expect("a Vec takes every byte");
        let authority = head.uri.authority().expect("the SDK names the endpoint");
        let uri = format!("http://{authority}/service/{prefix}/operation/{operation}");
        let uri: Uri = uri
            .parse()
            .expect("names of operations stand in URLs as they are");
        let mut headers = HeaderMap::new();
        headers.insert("smithy-protocol", HeaderValue::from_static("rpc-v2-cbor"));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/cbor"));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/cbor"));
        sign(
            &self.credentials,
            &self.region,
            self.service,
            self.clock.timestamp(),
            (&uri, &mut headers, &cbor),
        );
        let mut request = Request::post(uri)
            .body(Bytes::from(cbor))
            .expect("the parts are valid");
        *request.headers_mut() = headers;
        request
    }
}

/// Signs a POST of `body` to `uri`.
pub(crate) fn sign(
    credentials: &Credentials,
    region: &str,
    service: &str,
    now: jiff::Timestamp,
    (uri, headers, body): (&Uri, &mut HeaderMap, &[u8]),
) {
    let signer = Signer {
        access_key_id: &credentials.access_key_id,
        secret: &credentials.secret,
        session_token: credentials.session_token.as_deref(),
        region,
        service,
    };
    signer
        .sign(&Method::POST, uri, headers, body, now)
        .expect("credentials of actors can be signed with");
}

/// Sends `request` over a connection of its own.
pub(crate) async fn exchange(
    request: Request<Bytes>,
) -> Result<Response<Bytes>, hyper_util::client::legacy::Error> {
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(0)
        .build_http();
    let (head, body) = client.request(request.map(Full::new)).await?.into_parts();
    let body = body
        .collect()
        .await
        .expect("the server sends its answers whole")
        .to_bytes();
    Ok(Response::from_parts(head, body))
}

/// The operation that a request of the SDK asks for.
fn operation_of(request: &Request<Bytes>) -> String {
    let target = request
        .headers()
        .get("x-amz-target")
        .and_then(|it| it.to_str().ok());
    let name = target.and_then(|it| it.rsplit('.').next()).or_else(|| {
        let form = std::str::from_utf8(request.body()).ok()?;
        form.split('&').find_map(|it| it.strip_prefix("Action="))
    });
    name.unwrap_or_default().to_owned()
}

/// The same answer in AWS JSON 1.1.
fn from_cbor(operation: &str, answer: Response<Bytes>, violations: &mut Vec<String>) -> Response<Bytes> {
    let (mut head, body) = answer.into_parts();
    if head
        .headers
        .get("smithy-protocol")
        .is_none_or(|it| it != "rpc-v2-cbor")
    {
        violations.push(format!(
            "{operation}: the answer does not say smithy-protocol: rpc-v2-cbor"
        ));
    }
    if head
        .headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|it| it != "application/cbor")
    {
        violations.push(format!("{operation}: the answer is not application/cbor"));
    }
    let contract = contract("servicecatalog").expect("it is pinned");
    let output = contract
        .operation(operation)
        .and_then(|it| it.output())
        .filter(|_| head.status.is_success());
    let json = ciborium::from_reader(&body[..])
        .map_err(|it| format!("{operation}: the answer is no CBOR: {it}"))
        .and_then(|cbor| to_json(contract, output, &cbor, operation));
    let json = json.unwrap_or_else(|violation| {
        violations.push(violation);
        serde_json::json!({})
    });
    head.headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-amz-json-1.1"),
    );
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, Bytes::from(json.to_string()))
}
