//! The client: one server, connections that are kept, a signature on each request.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use identity::{SecretKey, Signer};
use serde_json::Value;

use crate::{Error, Keys, Service};

/// A client of one server in one region. Cheap to clone; clones share connections.
#[derive(Clone, Debug)]
pub struct Client {
    http: Http<HttpConnector, Full<Bytes>>,
    endpoint: String,
    region: String,
}

/// A signed request, ready to be sent any number of times within the server's clock skew.
#[derive(Clone, Debug)]
pub struct Signed {
    /// What stands in its head, `host` apart.
    pub headers: HeaderMap,
    /// Its body.
    pub body: String,
}

impl Client {
    /// A client of the server at `endpoint`, such as `http://127.0.0.1:8242`.
    pub fn new(endpoint: &str, region: &str) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self {
            http: Http::builder(TokioExecutor::new()).build(connector),
            endpoint: endpoint.to_owned(),
            region: region.to_owned(),
        }
    }

    /// Asks for the server's health: succeeds when it is ready.
    pub async fn ready(&self) -> Result<(), Error> {
        self.get("/health/ready").await.map(drop)
    }

    /// What stands at `path` for everybody, such as `/metrics`.
    pub async fn get(&self, path: &str) -> Result<String, Error> {
        let answer = self.http.get(self.uri(path)?).await;
        let (head, body) = answer.map_err(Error::no_answer)?.into_parts();
        let body = body.collect().await.map_err(Error::no_answer)?.to_bytes();
        let text = String::from_utf8_lossy(&body).into_owned();
        if head.status.is_success() {
            Ok(text)
        } else {
            Err(Error::refused(head.status.as_u16(), &text))
        }
    }

    /// Calls `operation` and returns what it answered.
    pub async fn call(
        &self,
        keys: &Keys,
        service: Service,
        operation: &str,
        input: &Value,
    ) -> Result<Value, Error> {
        let text = self.send(self.signed(keys, service, operation, input)?).await?;
        if text.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&text).map_err(|_| Error::Unreadable(text))
    }

    /// A request for `operation`, signed now.
    pub fn signed(
        &self,
        keys: &Keys,
        service: Service,
        operation: &str,
        input: &Value,
    ) -> Result<Signed, Error> {
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-amz-json-1.1"),
        );
        let target = format!("{}.{operation}", service.target());
        headers.insert("x-amz-target", target.parse().map_err(Error::unsendable)?);
        self.sign(keys, service.signing_name(), headers, input.to_string())
    }

    /// Takes the role that Organizations gives the management account in `account`.
    pub async fn assume_role(&self, keys: &Keys, account: &str) -> Result<Keys, Error> {
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        let body = format!(
            "Action=AssumeRole&Version=2011-06-15&RoleSessionName=chandlery\
             &RoleArn=arn%3Aaws%3Aiam%3A%3A{account}%3Arole%2FOrganizationAccountAccessRole"
        );
        let xml = self.send(self.sign(keys, "sts", headers, body)?).await?;
        let part = |tag: &str| {
            let found = element(&xml, tag).map(str::to_owned);
            found.ok_or_else(|| Error::Unreadable(xml.clone()))
        };
        Ok(Keys {
            access_key_id: part("AccessKeyId")?,
            secret: SecretKey::new(part("SecretAccessKey")?),
            session_token: Some(part("SessionToken")?),
        })
    }

    fn sign(
        &self,
        keys: &Keys,
        signing_name: &str,
        mut headers: HeaderMap,
        body: String,
    ) -> Result<Signed, Error> {
        let signer = Signer {
            access_key_id: &keys.access_key_id,
            secret: &keys.secret,
            session_token: keys.session_token.as_deref(),
            region: &self.region,
            service: signing_name,
        };
        let (uri, now) = (self.uri("/")?, jiff::Timestamp::now());
        signer
            .sign(&Method::POST, &uri, &mut headers, body.as_bytes(), now)
            .map_err(Error::unsendable)?;
        Ok(Signed { headers, body })
    }

    async fn send(&self, signed: Signed) -> Result<String, Error> {
        let mut request = http::Request::new(Full::from(signed.body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri("/")?;
        *request.headers_mut() = signed.headers;
        let answer = self.http.request(request).await;
        let (head, body) = answer.map_err(Error::no_answer)?.into_parts();
        let bytes = body.collect().await.map_err(Error::no_answer)?.to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if head.status == StatusCode::OK {
            Ok(text)
        } else {
            Err(Error::refused(head.status.as_u16(), &text))
        }
    }

    fn uri(&self, path: &str) -> Result<Uri, Error> {
        let uri = format!("{}{path}", self.endpoint);
        uri.parse().map_err(Error::unsendable)
    }
}

/// The text of the first element `tag`. Keys and tokens have no character that XML escapes.
fn element<'a>(xml: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{tag}>"))?;
    rest.split_once(&format!("</{tag}>")).map(|(text, _)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_found_by_its_whole_name() {
        let xml = "<KeyIds>no</KeyIds><KeyId>yes</KeyId>";
        assert_eq!(element(xml, "KeyId"), Some("yes"));
        assert_eq!(element(xml, "Key"), None);
    }
}
