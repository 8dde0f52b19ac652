//! Fault rules and the clock over HTTP, for tests in any language.
//!
//! Invariant: a page in a browser on this machine can change nothing here: browsers name the page that a request comes
//! from, and those requests are refused. Deliberately absent: signatures. Whoever reaches the port may do this, which is
//! why a server with `--faults` stays on loopback unless told otherwise.

use axum::Router;
use axum::extract::{Path, Request as HttpRequest, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use engine::ClockChange;
use http::{HeaderMap, StatusCode, header};
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

/// Which rules; all if none are named.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    #[serde(default)]
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
    ask(&front, request.headers(), Request::List {}).await
}

async fn find(State(front): State<Front>, Path(id): Path<String>, request: HttpRequest) -> Response {
    ask(&front, request.headers(), Request::Find { id }).await
}

async fn clear(State(front): State<Front>, request: HttpRequest) -> Response {
    ask(&front, request.headers(), Request::Clear { ids: Vec::new() }).await
}

async fn clear_one(State(front): State<Front>, Path(id): Path<String>, request: HttpRequest) -> Response {
    ask(&front, request.headers(), Request::Clear { ids: vec![id] }).await
}

async fn clock(State(front): State<Front>, request: HttpRequest) -> Response {
    ask(&front, request.headers(), Request::Clock {}).await
}

async fn add(State(front): State<Front>, request: HttpRequest) -> Response {
    ask_with_body(&front, request, Request::Add).await
}

async fn release(State(front): State<Front>, request: HttpRequest) -> Response {
    ask_with_body(&front, request, |named: Option<Named>| Request::Release {
        ids: named.unwrap_or_default().ids,
    })
    .await
}

async fn set_clock(State(front): State<Front>, request: HttpRequest) -> Response {
    ask_with_body(&front, request, |change: ClockChange| Request::SetClock(change)).await
}

async fn ask_with_body<T: DeserializeOwned>(
    front: &Front,
    request: HttpRequest,
    asks: impl FnOnce(T) -> Request,
) -> Response {
    let (head, body) = request.into_parts();
    let body = match receive(body).await {
        Received::Whole(body) => body,
        Received::TooLarge => return problem(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
        Received::Broken => return problem(StatusCode::REQUEST_TIMEOUT, "the body did not arrive"),
    };
    // No body is the shortest way to say nothing in particular.
    let text = if body.is_empty() { b"null" } else { &body[..] };
    match serde_json::from_slice(text) {
        Ok(asked) => ask(front, &head.headers, asks(asked)).await,
        Err(error) => problem(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

async fn ask(front: &Front, headers: &HeaderMap, request: Request) -> Response {
    if headers.contains_key(header::ORIGIN) {
        return problem(StatusCode::FORBIDDEN, "pages in browsers may not ask this");
    }
    let Some(engine) = front.current.engine().await else {
        return problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "the server has no store just now",
        );
    };
    let status = match request {
        Request::Add(_) => StatusCode::CREATED,
        _ => StatusCode::OK,
    };
    match answer(&engine, request) {
        Ok(Reply::Rule(rule)) => json(status, &rule),
        Ok(Reply::Rules(rules)) => json(status, &Rules { rules: &rules }),
        Ok(Reply::Released(released)) => json(status, &Released { released: &released }),
        Ok(Reply::Clock(reading)) => json(status, &reading),
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
