//! Questions of any operation, by name: for stories that put many of them alike.
//!
//! Invariant: they go the way of the SDK's, in the protocol of the run and checked against the contract. Deliberately
//! absent: Query, which has no one form for all inputs; STS is asked through its client.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Uri, header};
use serde_json::Value;

use crate::{Actor, Refused, contract::contract, transport::sign};

impl Actor {
    /// Calls `operation` of the service that is signed for as `service`.
    ///
    /// # Panics
    ///
    /// If the service has no contract in JSON, or its answer violates it.
    pub async fn ask(&self, service: &'static str, operation: &str, input: &Value) -> Result<Value, Refused> {
        let answer = self
            .transport()
            .of_service(service)
            .carry(self.question(service, operation, input))
            .await
            .expect("whatever is asked, there is an answer");
        let body: Value = serde_json::from_slice(answer.body()).expect("an answer that was checked is JSON");
        if answer.status().is_success() {
            return Ok(body);
        }
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let (kind, message) = (text("__type"), text("message"));
        Err(Refused {
            code: kind.rsplit('#').next().unwrap_or(&kind).to_owned(),
            message: if message.is_empty() {
                text("Message")
            } else {
                message
            },
        })
    }

    fn question(&self, service: &str, operation: &str, input: &Value) -> Request<Bytes> {
        let prefix = contract(service).and_then(|it| it.target_prefix());
        let prefix = prefix.expect("a service that is asked by name speaks JSON");
        let authority = self.address().to_string();
        let uri: Uri = format!("http://{authority}/")
            .parse()
            .expect("an address is a part of a URL");
        let text = |it: &str| HeaderValue::from_str(it).expect("names and addresses can be sent");
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, text(&authority));
        headers.insert(header::CONTENT_TYPE, text("application/x-amz-json-1.1"));
        headers.insert("x-amz-target", text(&format!("{prefix}.{operation}")));
        let body = input.to_string();
        let transport = self.transport();
        sign(
            &transport.credentials,
            &transport.region,
            service,
            transport.clock.timestamp(),
            (&uri, &mut headers, body.as_bytes()),
        );
        let mut request = Request::post(uri)
            .body(Bytes::from(body))
            .expect("the parts are valid");
        *request.headers_mut() = headers;
        request
    }
}
