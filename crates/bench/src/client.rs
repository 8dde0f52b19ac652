//! A client that prepares what is measured: AWS JSON, signed.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use identity::{SecretKey, Signer};
use serde_json::Value;

/// A client of one server, with a key or without.
#[derive(Clone)]
pub(crate) struct Client {
    http: Http<HttpConnector, Full<Bytes>>,
    endpoint: String,
    key: Option<(String, SecretKey)>,
}

/// A signed request, ready to be sent any number of times within the server's clock skew.
pub(crate) struct Signed {
    /// What stands in its head, `host` apart.
    pub(crate) headers: HeaderMap,
    /// Its body.
    pub(crate) body: String,
}

impl Client {
    /// A client of the server at `endpoint`, without a key.
    pub(crate) fn new(endpoint: &str) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self {
            http: Http::builder(TokioExecutor::new()).build(connector),
            endpoint: endpoint.to_owned(),
            key: None,
        }
    }

    /// This client, with the first key of a credentials file.
    pub(crate) fn signed_in(self, credentials: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(credentials)
            .with_context(|| format!("no keys in {}", credentials.display()))?;
        let setting = |name: &str| {
            text.lines()
                .filter_map(|line| line.split_once('='))
                .find(|(key, _)| key.trim() == name)
                .map(|(_, value)| value.trim().to_owned())
                .with_context(|| format!("no {name} in {}", credentials.display()))
        };
        let key = (
            setting("aws_access_key_id")?,
            SecretKey::new(setting("aws_secret_access_key")?),
        );
        Ok(Self {
            key: Some(key),
            ..self
        })
    }

    /// Waits for the answer of the server's health check.
    pub(crate) async fn ready(&self) -> Result<()> {
        let answer = self
            .http
            .get(self.uri("/health/ready")?)
            .await
            .context("the server does not answer")?;
        ensure!(answer.status().is_success(), "the server is not ready");
        Ok(())
    }

    /// Calls an operation of Service Catalog.
    pub(crate) async fn call(&self, operation: &str, input: &Value) -> Result<Value> {
        let signed = self.signed(operation, input)?;
        let mut request = http::Request::new(Full::from(signed.body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri("/")?;
        *request.headers_mut() = signed.headers;
        let (head, body) = self.http.request(request).await?.into_parts();
        let bytes = body.collect().await?.to_bytes();
        ensure!(
            head.status.is_success(),
            "{operation}: {}: {}",
            head.status,
            String::from_utf8_lossy(&bytes)
        );
        Ok(serde_json::from_slice(&bytes)?)
    }

    /// A request for an operation of Service Catalog, signed now.
    pub(crate) fn signed(&self, operation: &str, input: &Value) -> Result<Signed> {
        let (access_key_id, secret) = self.key.as_ref().context("the client has no key")?;
        let signer = Signer {
            access_key_id,
            secret,
            session_token: None,
            region: "us-east-1",
            service: "servicecatalog",
        };
        let mut headers = HeaderMap::new();
        headers.insert(
            "content-type",
            HeaderValue::from_static("application/x-amz-json-1.1"),
        );
        let target = format!("AWS242ServiceCatalogService.{operation}");
        headers.insert("x-amz-target", target.parse()?);
        let body = input.to_string();
        let now = jiff::Timestamp::now();
        signer.sign(&Method::POST, &self.uri("/")?, &mut headers, body.as_bytes(), now)?;
        Ok(Signed { headers, body })
    }

    fn uri(&self, path: &str) -> Result<Uri> {
        Ok(format!("{}{path}", self.endpoint).parse()?)
    }
}
