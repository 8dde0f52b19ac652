//! The server under test: a socket in front of an engine, and the engine's jobs.
//!
//! Invariant: the socket outlives the server, so that a restarted one has the address of the first and a request in
//! between waits; when a server has stopped, however it did, nothing of it holds the store. Deliberately absent: TLS, limits on connections, and all else that belongs to the real listener.

use std::{
    future::Future,
    net::{SocketAddr, TcpListener},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::Response,
};
use engine::{Engine, Refused};
use http::{HeaderValue, header};
use tokio::{
    runtime::{Builder, Runtime},
    sync::{Mutex, watch},
    task::JoinHandle,
};

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

/// A running server, on a runtime of its own: a test can take it away whole.
pub(crate) struct Running {
    runtime: Runtime,
    serving: Stoppable,
    working: Mutex<Working>,
}

/// A task that ends in order.
struct Stoppable {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// Who works on jobs.
enum Working {
    /// The engine's own runner.
    Runner(Stoppable),
    /// A runner that does as the test says.
    Script(JoinHandle<()>),
    /// Nobody.
    Nobody,
}

impl Running {
    /// Serves `engine` on `socket` and works on its jobs.
    pub(crate) fn start(engine: Engine, clock: TestClock, socket: &TcpListener) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime can be made");
        let socket = socket
            .try_clone()
            .expect("a socket has as many handles as are wanted");
        let router = Router::new().fallback(answer).with_state(Answering {
            engine: engine.clone(),
            clock,
        });
        let serving = stoppable(&runtime, async |mut stopped| {
            let socket = tokio::net::TcpListener::from_std(socket).expect("this runs on tokio");
            let until = async move {
                // An error means that the sender is gone, which stops as well.
                let _ = stopped.wait_for(|it| *it).await;
            };
            axum::serve(socket, router)
                .with_graceful_shutdown(until)
                .await
                .expect("serving does not fail");
        });
        let working = Working::Runner(stoppable(&runtime, async move |stopped| {
            engine.run_jobs(stopped).await;
        }));
        Self {
            runtime,
            serving,
            working: Mutex::new(working),
        }
    }

    /// Stops in order: no request and no step is cut off, and no handle on the store is left.
    pub(crate) async fn stop(self) {
        self.hold_jobs().await;
        self.serving.stop().await;
        end(self.runtime).await;
    }

    /// Stops as a process that is killed: requests and steps are cut off wherever they are. Leaves no handle on the
    /// store.
    pub(crate) async fn crash(self) {
        end(self.runtime).await;
    }

    /// Stops working on jobs, in order.
    pub(crate) async fn hold_jobs(&self) {
        let mut working = self.working.lock().await;
        match std::mem::replace(&mut *working, Working::Nobody) {
            Working::Runner(runner) => runner.stop().await,
            Working::Script(script) => script.abort(),
            Working::Nobody => {}
        }
    }

    /// Lets `script` work on jobs from now on, and nobody when it has ended.
    pub(crate) async fn work_by(&self, script: impl Future<Output = ()> + Send + 'static) {
        self.hold_jobs().await;
        *self.working.lock().await = Working::Script(self.runtime.spawn(script));
    }

    /// Waits for the end of the script that works on jobs, if one does. Says whether nobody works on them now.
    pub(crate) async fn script_ended(&self) -> bool {
        let mut working = self.working.lock().await;
        if let Working::Script(script) = &mut *working {
            script.await.expect("the script goes as the test says");
            *working = Working::Nobody;
        }
        matches!(*working, Working::Nobody)
    }
}

/// Takes away what runs on `runtime`. A task ends where it waits for something.
async fn end(runtime: Runtime) {
    // A runtime waits for its threads when it is dropped.
    tokio::task::spawn_blocking(move || drop(runtime))
        .await
        .expect("dropping does not panic");
}

impl Stoppable {
    /// Tells it to end and waits until it has.
    async fn stop(self) {
        self.stop.send_replace(true);
        self.task.await.expect("a part of the server does not panic");
    }
}

fn stoppable<T: Future<Output = ()> + Send + 'static>(
    runtime: &Runtime,
    task: impl FnOnce(watch::Receiver<bool>) -> T,
) -> Stoppable {
    let (stop, stopped) = watch::channel(false);
    let task = runtime.spawn(task(stopped));
    Stoppable { stop, task }
}

async fn answer(State(it): State<Answering>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let mut answer = match to_bytes(body, BODY_BYTES_MAX).await {
        Ok(body) => it.engine.answer(&head, body).await,
        Err(_) => it.engine.turn_away(&head, Refused::TooLarge),
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
    answer.map(Body::new)
}
