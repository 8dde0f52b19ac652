//! The server under test: a socket in front of an engine, and the engine's jobs.
//!
//! Invariant: the socket outlives the server, so that a restarted one has the address of the first and a request in
//! between waits. Deliberately absent: TLS, limits on connections, and all else that belongs to the real listener.

use std::net::{SocketAddr, TcpListener};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::Response,
};
use engine::Engine;
use http::{HeaderValue, header};
use tokio::{sync::watch, task::JoinHandle};

use crate::TestClock;

/// The largest body that is read.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// A socket on a free port.
pub(crate) fn free_socket() -> (TcpListener, SocketAddr) {
    let socket = TcpListener::bind("127.0.0.1:0").expect("this machine has a free port");
    socket
        .set_nonblocking(true)
        .expect("sockets can be made not to block");
    let address = socket.local_addr().expect("a bound socket has an address");
    (socket, address)
}

/// What answers are made from.
#[derive(Clone)]
struct Answering {
    engine: Engine,
    clock: TestClock,
}

/// A running server.
pub(crate) struct Running {
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    working: JoinHandle<()>,
}

impl Running {
    /// Serves `engine` on `socket` and works on its jobs.
    pub(crate) fn start(engine: Engine, clock: TestClock, socket: &TcpListener) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let socket = socket
            .try_clone()
            .expect("a socket has as many handles as are wanted");
        let socket = tokio::net::TcpListener::from_std(socket).expect("the test runs on tokio");
        let router = Router::new().fallback(answer).with_state(Answering {
            engine: engine.clone(),
            clock,
        });
        let jobs_stopped = stopped.clone();
        let serving = tokio::spawn(async move {
            let until = async move {
                // An error means that the sender is gone, which stops as well.
                let _ = stopped.wait_for(|it| *it).await;
            };
            axum::serve(socket, router)
                .with_graceful_shutdown(until)
                .await
                .expect("serving does not fail");
        });
        let working = tokio::spawn(async move { engine.run_jobs(jobs_stopped).await });
        Self {
            stop,
            serving,
            working,
        }
    }

    /// Stops in order: no request and no step is cut off, and no handle on the store is left.
    pub(crate) async fn stop(self) {
        self.stop.send_replace(true);
        self.serving.await.expect("serving does not panic");
        self.working.await.expect("jobs do not panic");
    }
}

async fn answer(State(it): State<Answering>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let mut answer = match to_bytes(body, BODY_BYTES_MAX).await {
        Ok(body) => it.engine.answer(&head, body).await,
        Err(_) => it.engine.too_large(&head),
    };
    // SDKs correct their clock by this header; left to hyper it would tell the machine's time.
    let date = it
        .clock
        .timestamp()
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string();
    answer.headers_mut().insert(
        header::DATE,
        HeaderValue::from_str(&date).expect("a date is text"),
    );
    answer.map(Body::from)
}
