//! What is served where: the health and the numbers of the process, and its fault rules, at their own paths, the services
//! everywhere else.
//!
//! Invariant: beyond those no path is known here; the engine finds the service and operation by itself.
//! Deliberately absent: authentication, which the engine does.

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use engine::{Engine, Refused};
use http::request::Parts;
use http::{Method, StatusCode, header};
use tokio::sync::Semaphore;

use crate::body::{Received, receive};
use crate::current::Current;
use crate::faults;
use crate::metrics::{self, Metrics};

/// What every route has.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) current: Arc<Current>,
    metrics: Metrics,
    in_flight: Arc<Semaphore>,
    in_flight_max: u32,
}

/// The routes of a server that works on `in_flight_max` requests at once; one more is turned away.
pub(crate) fn router(current: Arc<Current>, metrics: Metrics, in_flight_max: NonZeroU32) -> Router {
    let in_flight_max = in_flight_max.get();
    let front = Front {
        current,
        metrics,
        in_flight: Arc::new(Semaphore::new(in_flight_max as usize)),
        in_flight_max,
    };
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .route("/metrics", get(numbers))
        .merge(faults::http::routes())
        .fallback(service)
        .with_state(front)
}

async fn live() -> &'static str {
    "live\n"
}

async fn ready(State(front): State<Front>) -> Response {
    match front.current.engine().await {
        Some(engine) if engine.is_ready().await => "ready\n".into_response(),
        _ => no_store(),
    }
}

fn no_store() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n").into_response()
}

/// For whoever can reach the port, as the health checks are: there is nothing of any account in it.
async fn numbers(State(front): State<Front>) -> Response {
    let Some(engine) = front.current.engine().await else {
        return no_store();
    };
    let all = front.in_flight_max;
    let free = u32::try_from(front.in_flight.available_permits()).unwrap_or(all);
    let text = front.metrics.render(&engine, all.saturating_sub(free)).await;
    ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response()
}

async fn service(State(front): State<Front>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if is_lost(&head) {
        return (
            StatusCode::NOT_FOUND,
            "There is nothing here; the services are called with signed requests.\n",
        )
            .into_response();
    }
    let received = receive(body).await;
    let Some(engine) = front.current.engine().await else {
        return Engine::absent(&head).map(Body::new);
    };
    let answer = match received {
        // Counted only now: whoever is slow to send a request, or never does, keeps nobody else from being answered.
        Received::Whole(body) => match front.in_flight.try_acquire() {
            Ok(_in_flight) => engine.answer(&head, body).await,
            Err(_) => engine.turn_away(&head, Refused::Overload),
        },
        Received::TooLarge => engine.turn_away(&head, Refused::TooLarge),
        Received::Broken => engine.turn_away(&head, Refused::Incomplete),
    };
    answer.map(Body::new)
}

/// Whether this is a browser or a probe that no service is meant by.
fn is_lost(head: &Parts) -> bool {
    let names_a_service = head.headers.contains_key(header::AUTHORIZATION)
        || head
            .uri
            .query()
            .is_some_and(|it| it.contains("X-Amz-") || it.contains("Action="));
    matches!(head.method, Method::GET | Method::HEAD) && !names_a_service
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(method: Method, uri: &str) -> Parts {
        http::Request::builder()
            .method(method)
            .uri(uri)
            .body(())
            .unwrap()
            .into_parts()
            .0
    }

    #[test]
    fn a_get_that_names_nothing_is_lost() {
        assert!(is_lost(&head(Method::GET, "/")));
        assert!(is_lost(&head(Method::GET, "/favicon.ico?x=1")));
    }

    #[test]
    fn a_get_that_names_an_action_or_a_signature_and_every_post_are_for_a_service() {
        assert!(!is_lost(&head(Method::GET, "/?Action=GetCallerIdentity")));
        assert!(!is_lost(&head(Method::GET, "/?X-Amz-Algorithm=AWS4-HMAC-SHA256")));
        assert!(!is_lost(&head(Method::POST, "/")));
        let mut signed = head(Method::GET, "/");
        signed
            .headers
            .insert(header::AUTHORIZATION, "AWS4-HMAC-SHA256 …".parse().unwrap());
        assert!(!is_lost(&signed));
    }
}
