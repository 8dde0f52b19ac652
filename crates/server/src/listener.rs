//! Accepting connections and speaking HTTP on them, until told to stop.
//!
//! Invariant: after the stop, no new connection is accepted, every request that had begun is answered, and no
//! connection outlives [`DRAIN_LIMIT`]. HTTP/2 and HTTP/1.1 are told apart by their first bytes, on TLS and on plain
//! TCP. Deliberately absent: what is said; that is the router's.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use engine::CutConnection;
use futures_util::FutureExt as _;
use futures_util::future::Map;
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tower::Service as _;

use crate::metrics::Metrics;

/// How long requests that had begun may take to end. Ours: a hundred times what a request takes, half of what process
/// managers wait before they kill.
const DRAIN_LIMIT: Duration = Duration::from_secs(5);

/// How long the head of a request may take, counted from the end of the one before it. Ours: longer than clients keep
/// idle connections, so that it is they who close them.
const HEAD_LIMIT: Duration = Duration::from_secs(75);

/// How long a client may take to read what is on its way to it, before some of it is taken. Ours: as long as it may take
/// to send.
const WRITE_LIMIT: Duration = Duration::from_secs(30);

/// How long a TLS handshake may take. Ours.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// What every connection is served with.
#[derive(Clone)]
pub(crate) struct Connections {
    router: Router,
    tls: Option<TlsAcceptor>,
    http: auto::Builder<TokioExecutor>,
    metrics: Metrics,
}

impl Connections {
    /// Serves `router`, on TLS if there is an acceptor.
    pub(crate) fn new(router: Router, tls: Option<TlsAcceptor>, metrics: Metrics) -> Self {
        let mut http = auto::Builder::new(TokioExecutor::new());
        http.http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_LIMIT);
        http.http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(HEAD_LIMIT);
        Self {
            router,
            tls,
            http,
            metrics,
        }
    }

    /// Accepts and serves until `stop` says so, then drains.
    pub(crate) async fn run(self, listener: TcpListener, mut stop: watch::Receiver<bool>) {
        let graceful = GracefulShutdown::new();
        let mut tasks = JoinSet::new();
        let mut stopped = pin!(stopped(&mut stop));
        loop {
            let stream = tokio::select! {
                () = &mut stopped => break,
                Some(_) = tasks.join_next() => continue,
                stream = accept(&listener) => stream,
            };
            tasks.spawn(self.clone().serve(stream, graceful.watcher()));
        }
        drop(listener);
        let drained = timeout(DRAIN_LIMIT, async {
            graceful.shutdown().await;
            while tasks.join_next().await.is_some() {}
        });
        if drained.await.is_err() {
            tracing::warn!(
                connections = tasks.len(),
                "connections were closed before their requests ended"
            );
            tasks.shutdown().await;
        }
    }

    async fn serve(self, stream: TcpStream, watcher: Watcher) {
        let _open = self.metrics.connection();
        // Answers are small and leave whole; waiting for more to send costs 40 ms.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection was lost before it began");
            return;
        }
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(WRITE_LIMIT));
        let stream = Box::pin(stream);
        let Some(tls) = &self.tls else {
            return self.speak(stream, watcher).await;
        };
        match timeout(HANDSHAKE_LIMIT, tls.accept(stream)).await {
            Ok(Ok(stream)) => self.speak(stream, watcher).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    async fn speak<S>(&self, stream: S, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let service = Cutting(self.router.clone());
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection.into_owned()).await {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

/// The router, but for answers that are not to be sent: a service that fails has its connection cut.
struct Cutting(Router);

/// The answer is not sent.
#[derive(Debug, thiserror::Error)]
#[error("the connection is cut, as a fault rule says")]
struct Cut;

type Answered = Result<Response, Infallible>;

impl Service<http::Request<Incoming>> for Cutting {
    type Response = Response;
    type Error = Cut;
    type Future = Map<RouteFuture<Infallible>, fn(Answered) -> Result<Response, Cut>>;

    fn call(&self, request: http::Request<Incoming>) -> Self::Future {
        // A router is always ready.
        let answering = self.0.clone().call(request.map(Body::new));
        answering.map(unless_cut)
    }
}

fn unless_cut(answered: Answered) -> Result<Response, Cut> {
    let Ok(answer) = answered;
    match answer.extensions().get::<CutConnection>() {
        Some(CutConnection) => Err(Cut),
        None => Ok(answer),
    }
}

/// Waits until `stop` says so, or nobody is left to say so.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// The next connection. Failures are the machine's (no file descriptors left) and pass.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}
