//! [`Server`]: a server in this process, from its address to its store.
//!
//! Invariant: when [`Server::start`] returns, connections are accepted and the credentials file is complete; when
//! [`Server::stop`] returns, the store is closed and the folder is free. Deliberately absent: signals, printed lines and
//! logs' setup, which are the binary's.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::AccountId;
use engine::{Auth, EngineOptions};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use crate::config::Place;
use crate::control::Control;
use crate::current::Current;
use crate::exposure::{self, Exposed, Permissions, Provocation, Transport};
use crate::folder::{Folder, FolderLock};
use crate::listener::Connections;
use crate::metrics::Metrics;
use crate::router::router;
use crate::status::{About, StorePlace};
use crate::tls::{self, TlsFiles};
use crate::{Failure, MANAGEMENT_PROFILE, account};

/// How long all parts together may take to end. Ours: a little more than the connections take themselves.
const STOP_LIMIT: Duration = Duration::from_secs(6);

/// How many connections may wait to be accepted; the system may allow fewer. Ours: with the usual 128, some of a crowd of
/// clients that start at once wait a second for their second try.
const BACKLOG: u32 = 4096;

/// How a server runs.
pub struct Options {
    /// The address to listen on; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Where the state is.
    pub place: Place,
    /// The certificate to speak TLS with; plain HTTP without.
    pub tls: Option<TlsFiles>,
    /// What the person who starts it agreed to.
    pub permissions: Permissions,
    /// How many requests it works on at once.
    pub requests_in_flight_max: NonZeroU32,
    /// How the engine works. Its recorder is the server's own, which `GET /metrics` reads.
    pub engine: EngineOptions,
}

/// A server that runs. Dropping it tells it to stop, without waiting.
pub struct Server {
    endpoint: String,
    folder: Folder,
    current: Arc<Current>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    lock: FolderLock,
}

impl Server {
    /// Starts a server.
    pub async fn start(options: Options) -> Result<Self, Failure> {
        let transport = if options.tls.is_some() {
            Transport::Tls
        } else {
            Transport::Plain
        };
        let exposed = Exposed {
            transport,
            auth: options.engine.auth,
            faults: match options.engine.faults {
                Some(_) => Provocation::On,
                None => Provocation::Off,
            },
        };
        exposure::check(options.listen, exposed, options.permissions)?;
        if options.engine.auth == Auth::Open {
            tracing::warn!("signatures are not checked (--auth open)");
        }
        if exposed.faults == Provocation::On {
            tracing::warn!("faults can be provoked and the clock can be set (--faults)");
        }
        let tls = options.tls.as_ref().map(tls::acceptor).transpose()?;
        let (listener, address) = listen(options.listen)?;

        let folder = Folder::open(&options.place.data_dir)?;
        let lock = folder.lock()?;
        let metrics = Metrics::new();
        let engine_options = EngineOptions {
            recorder: metrics.recorder(),
            ..options.engine
        };
        let url = options.place.database_url;
        let endpoint = endpoint(transport, address);
        let store_place = StorePlace::of_server(&folder, url.as_deref())?;
        let about = Arc::new(About::new(store_place, endpoint.clone(), metrics.clone()));
        let current = Arc::new(Current::open(folder.clone(), url, engine_options).await?);
        let control = Control::bind(&folder, &lock)?;

        let (stop, stopping) = watch::channel(false);
        let router = router(
            Arc::clone(&current),
            metrics.clone(),
            options.requests_in_flight_max,
        );
        let connections = Connections::new(router, tls, metrics.clone());
        let tasks = vec![
            tokio::spawn(connections.run(listener, stopping.clone())),
            tokio::spawn(control.run(Arc::clone(&current), about, stopping.clone())),
            tokio::spawn(metrics.run(stopping)),
        ];
        tracing::info!(endpoint, data_dir = %folder.path().display(), "listening");
        Ok(Self {
            endpoint,
            folder,
            current,
            stop,
            tasks,
            lock,
        })
    }

    /// Where it can be reached, for example `http://127.0.0.1:8242`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The file with the management account's key, unless another replica has it.
    pub fn credentials_path(&self) -> Option<PathBuf> {
        let file = self.folder.credentials();
        file.has(MANAGEMENT_PROFILE).then(|| file.absolute_path())
    }

    /// Makes an account as `chandlery account create` does.
    pub async fn create_account(&self, id: Option<AccountId>) -> Result<AccountId, Failure> {
        match self.current.engine().await {
            Some(engine) => account::create_in(&engine, &self.folder, id).await,
            None => Err(Failure::absent()),
        }
    }

    /// Waits until the server has lost its store for good, which only a restore can do. Says why.
    pub async fn lost(&self) -> Failure {
        self.current.lost().await
    }

    /// Answers what was asked, then stops.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        self.current.stop_jobs();
        let deadline = Instant::now() + STOP_LIMIT;
        for mut task in self.tasks {
            match timeout_at(deadline, &mut task).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "a part of the server ended badly"),
                Err(_) => {
                    // Harmless: what was not committed did not happen, and a job goes on where it was.
                    tracing::warn!("a part of the server was ended before it was done");
                    task.abort();
                    let _ = task.await;
                }
            }
        }
        self.current.close(deadline).await;
        tracing::info!("stopped");
        drop(self.lock);
    }
}

fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let failed = |source| Failure::Listen { address, source };
    let listener = try_listen(address).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

fn try_listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // A server that starts again takes its address back from connections that are still ending.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// The URL of a server on `bound`. One that listens everywhere is named by an address that this machine can reach.
fn endpoint(transport: Transport, bound: SocketAddr) -> String {
    let scheme = match transport {
        Transport::Plain => "http",
        Transport::Tls => "https",
    };
    let ip = match bound.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("{scheme}://{}", SocketAddr::new(ip, bound.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_is_a_url_that_works_on_this_machine() {
        let of = |bound: &str| endpoint(Transport::Plain, bound.parse().unwrap());
        assert_eq!(of("127.0.0.1:8242"), "http://127.0.0.1:8242");
        assert_eq!(of("0.0.0.0:8242"), "http://127.0.0.1:8242");
        assert_eq!(of("[::]:8242"), "http://[::1]:8242");
        assert_eq!(
            endpoint(Transport::Tls, "10.0.0.1:443".parse().unwrap()),
            "https://10.0.0.1:443"
        );
    }
}
