//! Fault rules and the clock over HTTP, for tests in any language.
//!
//! Invariant: a page in a browser on this machine can change nothing here: browsers name the page that a request comes
//! from, and those requests are refused. Deliberately absent: signatures. Whoever reaches the port may do this, which is
//! why a server with `--faults` stays on loopback unless told otherwise.

use axum::Router;
use axum::extract::{Path, Request as HttpRequest, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Refusal, Reply, Request, answer};
use crate::body::{Received, receive};
use crate::router::Front;

/// The paths of fault rules and of the clock.
pub(crate) fn routes() -> Router<Front> {
    Router::new()
        .route("/faults", get(list).post(add).delete(clear))
        .route("/faults/release", post(release))
        .route("/faults/{id}", get(find).delete(clear_one))
        .route("/clock", get(clock).post(set_clock))
}

/// What is said beside a status that is no success.
#[derive(Serialize)]
struct Problem {
    message: String,
}

/// Which rules.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    ids: Vec<String>,
}

/// Several rules.
#[derive(Serialize)]
struct Rules<'r> {
    rules: &'r [engine::KeptRule],
}

/// Share operations that were let go of.
#[derive(Serialize)]
struct Released<'r> {
    released: &'r [String],
}

async fn list(State(front): State<Front>, request: HttpRequest) -> Response {
    ask(&front, request, |NoBody| Request::List {}).await
}

async fn find(State(front): State<Front>, Path(id): Path<String>, request: HttpRequest) -> Response {
    ask(&front, request, |NoBody| Request::Find { id }).await
}

async fn clear(State(front): State<Front>, request: HttpRequest) -> Response {
    ask(&front, request, |NoBody| Request::Clear { ids: Vec::new() }).await
}

async fn clear_one(State(front): State<Front>, Path(id): Path<String>, request: HttpRequest) -> Response {
    ask(&front, request, |NoBody| Request::Clear { ids: vec![id] }).await
}

async fn clock(State(front): State<Front>, request: HttpRequest) -> Response {
    ask(&front, request, |NoBody| Request::Clock {}).await
}

async fn add(State(front): State<Front>, request: HttpRequest) -> Response {
    let mut answer = ask(&front, request, |Json(rule)| Request::Add(Box::new(rule))).await;
    if answer.status() == StatusCode::OK {
        *answer.status_mut() = StatusCode::CREATED;
    }
    answer
}

async fn release(State(front): State<Front>, request: HttpRequest) -> Response {
    ask(&front, request, |which: Which| Request::Release { ids: which.0 }).await
}

async fn set_clock(State(front): State<Front>, request: HttpRequest) -> Response {
    ask(&front, request, |Json(change)| Request::SetClock(change)).await
}

/// What a body says.
trait Said: Sized {
    /// Reads it. The error is for whoever sent it.
    fn read(body: &[u8]) -> Result<Self, String>;
}

/// Nothing: what a request names is in its path.
struct NoBody;

/// Something in JSON.
struct Json<T>(T);

/// The ids of rules; none of them is all of them, and said by saying nothing.
struct Which(Vec<String>);

impl Said for NoBody {
    fn read(body: &[u8]) -> Result<Self, String> {
        if body.is_empty() {
            return Ok(Self);
        }
        Err("this request has no body".to_owned())
    }
}

impl<T: DeserializeOwned> Said for Json<T> {
    fn read(body: &[u8]) -> Result<Self, String> {
        let read = serde_json::from_slice(body);
        read.map(Self).map_err(|it| it.to_string())
    }
}

impl Said for Which {
    fn read(body: &[u8]) -> Result<Self, String> {
        if body.is_empty() {
            return Ok(Self(Vec::new()));
        }
        let Json(Named { ids }) = Json::read(body)?;
        if ids.is_empty() {
            return Err("ids: without a body, all rules are meant".to_owned());
        }
        Ok(Self(ids))
    }
}

async fn ask<S: Said>(front: &Front, request: HttpRequest, asks: impl FnOnce(S) -> Request) -> Response {
    let (head, body) = request.into_parts();
    let body = receive(body).await;
    let Some(engine) = front.current.engine().await else {
        return problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "the server has no store just now",
        );
    };
    if engine.faults().is_none() {
        return problem(StatusCode::NOT_FOUND, &Refusal::Off.to_string());
    }
    if head.headers.contains_key(header::ORIGIN) {
        return problem(StatusCode::FORBIDDEN, "pages in browsers may not ask this");
    }
    let body = match body {
        Received::Whole(body) => body,
        Received::TooLarge => return problem(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
        Received::Broken => return problem(StatusCode::REQUEST_TIMEOUT, "the body did not arrive"),
    };
    match S::read(&body) {
        Ok(said) => told(answer(&engine, asks(said))),
        Err(message) => problem(StatusCode::BAD_REQUEST, &message),
    }
}

fn told(answered: Result<Reply, Refusal>) -> Response {
    match answered {
        Ok(Reply::Rule(rule)) => json(StatusCode::OK, &rule),
        Ok(Reply::Rules(rules)) => json(StatusCode::OK, &Rules { rules: &rules }),
        Ok(Reply::Released(released)) => json(StatusCode::OK, &Released { released: &released }),
        Ok(Reply::Clock(reading)) => json(StatusCode::OK, &reading),
        Err(refusal @ (Refusal::Off | Refusal::Unknown(_))) => {
            problem(StatusCode::NOT_FOUND, &refusal.to_string())
        }
        Err(refusal) => problem(StatusCode::BAD_REQUEST, &refusal.to_string()),
    }
}

fn problem(status: StatusCode, message: &str) -> Response {
    let message = message.to_owned();
    json(status, &Problem { message })
}

fn json(status: StatusCode, it: &impl Serialize) -> Response {
    let mut text = serde_json::to_vec(it).expect("names are text, and there are no maps with other keys");
    text.push(b'\n');
    (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}
