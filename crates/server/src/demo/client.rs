//! A small client of the services: AWS JSON for two of them, Query for STS, every request signed.
//!
//! Invariant: it knows no more of the server than its endpoint. Whatever is not the expected answer is an
//! [`Unexpected`] that says who asked for what. Deliberately absent: retries; on a server of its own, nothing is in the
//! way.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use identity::{SecretKey, Signer};
use serde_json::Value;

use crate::REGION;

/// An answer that the demo did not expect.
#[derive(Debug, thiserror::Error)]
#[error("{who} asked for {operation}: expected {expected}, got {found}")]
pub struct Unexpected {
    who: String,
    operation: String,
    expected: String,
    found: String,
}

impl Unexpected {
    /// The whole took longer than `limit`.
    pub(super) fn late(limit: Duration) -> Self {
        Self {
            who: "The demo".to_owned(),
            operation: "its whole story".to_owned(),
            expected: format!("the end within {limit:?}"),
            found: "none".to_owned(),
        }
    }
}

/// Somebody with a key.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    /// What the story calls them.
    pub(super) name: String,
    access_key_id: String,
    secret: SecretKey,
    session_token: Option<String>,
}

impl Actor {
    /// The one whose key is `profile` of a credentials file.
    pub(super) fn of_profile(name: &str, credentials: &Path, profile: &str) -> Result<Self, Unexpected> {
        let text = std::fs::read_to_string(credentials).unwrap_or_default();
        let key = |key: &str| setting(&text, profile, key);
        let (Some(id), Some(secret)) = (key("aws_access_key_id"), key("aws_secret_access_key")) else {
            return Err(Unexpected {
                who: name.to_owned(),
                operation: format!("the key in {}", credentials.display()),
                expected: format!("a profile [{profile}]"),
                found: "none".to_owned(),
            });
        };
        Ok(Self {
            name: name.to_owned(),
            access_key_id: id.to_owned(),
            secret: SecretKey::new(secret),
            session_token: None,
        })
    }
}

/// The value of `key` in the section `profile`.
fn setting<'a>(text: &'a str, profile: &str, key: &str) -> Option<&'a str> {
    let header = format!("[{profile}]");
    let section = text.lines().skip_while(|line| line.trim() != header).skip(1);
    let pairs = section
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='));
    pairs
        .map(|(name, value)| (name.trim(), value.trim()))
        .find(|(name, _)| *name == key)
        .map(|(_, value)| value)
}

/// A service that speaks AWS JSON 1.1.
#[derive(Clone, Copy, Debug)]
pub(super) enum Service {
    Organizations,
    ServiceCatalog,
}

impl Service {
    fn target_and_signing_name(self) -> (&'static str, &'static str) {
        match self {
            Self::Organizations => ("AWSOrganizationsV20161128", "organizations"),
            Self::ServiceCatalog => ("AWS242ServiceCatalogService", "servicecatalog"),
        }
    }
}

/// A client of one server.
pub(super) struct Client {
    http: Http<HttpConnector, Full<Bytes>>,
    uri: Uri,
}

impl Client {
    /// A client of the server at `endpoint`, such as `http://127.0.0.1:8242`.
    pub(super) fn new(endpoint: &str) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let uri = format!("{endpoint}/")
            .parse()
            .expect("a server's endpoint is a URL");
        Self {
            http: Http::builder(TokioExecutor::new()).build(connector),
            uri,
        }
    }

    /// Calls `operation` and expects it to succeed.
    pub(super) async fn call(
        &self,
        actor: &Actor,
        service: Service,
        operation: &str,
        input: Value,
    ) -> Result<Answer, Unexpected> {
        let (target, signing_name) = service.target_and_signing_name();
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-amz-json-1.1"),
        );
        let target = format!("{target}.{operation}");
        headers.insert(
            "x-amz-target",
            target.parse().expect("the names of operations are plain words"),
        );
        let text = self
            .post(actor, signing_name, operation, headers, input.to_string())
            .await?;
        let answer = Answer {
            who: actor.name.clone(),
            operation: operation.to_owned(),
            value: Value::Null,
        };
        match serde_json::from_str(&text) {
            Ok(value) => Ok(Answer { value, ..answer }),
            Err(_) => Err(answer.unexpected("JSON", &text)),
        }
    }

    /// Takes the role that Organizations gives the management account in `account`.
    pub(super) async fn assume_role(
        &self,
        actor: &Actor,
        name: &str,
        account: &str,
    ) -> Result<Actor, Unexpected> {
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        let body = format!(
            "Action=AssumeRole&Version=2011-06-15&RoleSessionName=demo\
             &RoleArn=arn%3Aaws%3Aiam%3A%3A{account}%3Arole%2FOrganizationAccountAccessRole"
        );
        let xml = self.post(actor, "sts", "AssumeRole", headers, body).await?;
        let part = |tag: &str| {
            let found = element(&xml, tag).map(str::to_owned);
            found.ok_or_else(|| Unexpected {
                who: actor.name.clone(),
                operation: "AssumeRole".to_owned(),
                expected: format!("<{tag}>"),
                found: xml.clone(),
            })
        };
        Ok(Actor {
            name: name.to_owned(),
            access_key_id: part("AccessKeyId")?,
            secret: SecretKey::new(part("SecretAccessKey")?),
            session_token: Some(part("SessionToken")?),
        })
    }

    async fn post(
        &self,
        actor: &Actor,
        signing_name: &str,
        operation: &str,
        headers: HeaderMap,
        body: String,
    ) -> Result<String, Unexpected> {
        let answered = self.exchange(actor, signing_name, headers, body).await;
        let found = match answered {
            Ok((StatusCode::OK, text)) => return Ok(text),
            Ok((status, text)) => format!("status {status}: {text}"),
            Err(error) => format!("no answer: {error}"),
        };
        Err(Unexpected {
            who: actor.name.clone(),
            operation: operation.to_owned(),
            expected: "status 200 OK".to_owned(),
            found,
        })
    }

    async fn exchange(
        &self,
        actor: &Actor,
        signing_name: &str,
        mut headers: HeaderMap,
        body: String,
    ) -> Result<(StatusCode, String), Box<dyn std::error::Error + Send + Sync>> {
        let signer = Signer {
            access_key_id: &actor.access_key_id,
            secret: &actor.secret,
            session_token: actor.session_token.as_deref(),
            region: REGION,
            service: signing_name,
        };
        signer.sign(
            &Method::POST,
            &self.uri,
            &mut headers,
            body.as_bytes(),
            jiff::Timestamp::now(),
        )?;
        let mut request = http::Request::new(Full::from(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = headers;
        let (head, body) = self.http.request(request).await?.into_parts();
        let bytes = body.collect().await?.to_bytes();
        Ok((head.status, String::from_utf8_lossy(&bytes).into_owned()))
    }
}

/// What an operation answered.
pub(super) struct Answer {
    who: String,
    operation: String,
    value: Value,
}

impl Answer {
    /// The text at `pointer`, such as `/Root/Id`.
    pub(super) fn text(&self, pointer: &str) -> Result<&str, Unexpected> {
        let found = self.value.pointer(pointer).and_then(Value::as_str);
        found.ok_or_else(|| self.unexpected(&format!("text at {pointer}"), &self.to_string()))
    }

    /// The list at `pointer`.
    pub(super) fn list(&self, pointer: &str) -> Result<&[Value], Unexpected> {
        let found = self.value.pointer(pointer).and_then(Value::as_array);
        found
            .map(Vec::as_slice)
            .ok_or_else(|| self.unexpected(&format!("a list at {pointer}"), &self.to_string()))
    }

    /// The texts called `member` of the items of the list at `pointer`.
    pub(super) fn texts(&self, pointer: &str, member: &str) -> Result<Vec<String>, Unexpected> {
        let text = |item: &Value| item.get(member).and_then(Value::as_str).map(str::to_owned);
        let found: Option<Vec<_>> = self.list(pointer)?.iter().map(text).collect();
        found.ok_or_else(|| self.unexpected(&format!("{member} in {pointer}"), &self.to_string()))
    }

    /// Fails unless `found` is what the story goes on with.
    pub(super) fn expect(&self, expected: &str, found: &str) -> Result<(), Unexpected> {
        if expected == found {
            Ok(())
        } else {
            Err(self.unexpected(expected, found))
        }
    }

    /// This answer as an error.
    pub(super) fn unexpected(&self, expected: &str, found: &str) -> Unexpected {
        Unexpected {
            who: self.who.clone(),
            operation: self.operation.clone(),
            expected: expected.to_owned(),
            found: found.to_owned(),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
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
    fn a_key_is_found_in_its_own_profile() {
        let text = "[one]\nkey = 1\n\n[two]\nother = 3\nkey = a=b\n[three]\nmore = 4\n";
        assert_eq!(setting(text, "one", "key"), Some("1"));
        assert_eq!(setting(text, "two", "key"), Some("a=b"));
        assert_eq!(setting(text, "two", "more"), None);
        assert_eq!(setting(text, "four", "key"), None);
    }

    #[test]
    fn an_element_is_found_by_its_whole_name() {
        let xml = "<KeyIds>no</KeyIds><KeyId>yes</KeyId>";
        assert_eq!(element(xml, "KeyId"), Some("yes"));
        assert_eq!(element(xml, "Key"), None);
    }

    #[test]
    fn an_unexpected_answer_says_who_asked_for_what() {
        let answer = Answer {
            who: "alice".to_owned(),
            operation: "ListRoots".to_owned(),
            value: serde_json::json!({"Roots": []}),
        };
        let error = answer.text("/Roots/0/Id").unwrap_err().to_string();
        assert_eq!(
            error,
            r#"alice asked for ListRoots: expected text at /Roots/0/Id, got {"Roots":[]}"#
        );
    }
}
