//! A network that fails on demand, between a store and its server.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::thread;

/// What happens to the next COMMIT, or to everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Fault {
    None,
    /// The connection breaks before COMMIT reaches the server.
    CutBeforeCommit,
    /// The connection breaks after the server has committed and before its answer is through.
    CutAfterCommit,
    /// COMMIT reaches the server, and its answer never comes; the connection stays.
    SilenceAfterCommit,
}

/// Forwards connections to a server.
pub(super) struct Proxy {
    pub(super) address: SocketAddr,
    network: Arc<Network>,
}

struct Network {
    server: String,
    fault: AtomicU8,
    connections: AtomicUsize,
}

impl Proxy {
    pub(super) fn to(server: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let network = Arc::new(Network {
            server: server.to_owned(),
            fault: AtomicU8::new(Fault::None as u8),
            connections: AtomicUsize::new(0),
        });
        let shared = Arc::clone(&network);
        thread::spawn(move || {
            for client in listener.incoming() {
                shared.forward(client.unwrap());
            }
        });
        Self { address, network }
    }

    /// Makes `fault` happen once.
    pub(super) fn suffer(&self, fault: Fault) {
        self.network.fault.store(fault as u8, Ordering::SeqCst);
    }

    /// Whether what [`Proxy::suffer`] asked for has happened.
    pub(super) fn has_suffered(&self) -> bool {
        self.network.fault.load(Ordering::SeqCst) == Fault::None as u8
    }

    /// How many connections have been made.
    pub(super) fn connections(&self) -> usize {
        self.network.connections.load(Ordering::SeqCst)
    }
}

impl Network {
    fn forward(self: &Arc<Self>, client: TcpStream) {
        let server = TcpStream::connect(&self.server).unwrap();
        client.set_nodelay(true).unwrap();
        server.set_nodelay(true).unwrap();
        self.connections.fetch_add(1, Ordering::SeqCst);
        // The fault that has struck this connection.
        let struck = Arc::new(AtomicU8::new(Fault::None as u8));
        let (network, hit) = (Arc::clone(self), Arc::clone(&struck));
        let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        thread::spawn(move || network.to_server(from, to, &hit));
        thread::spawn(move || to_client(server, client, &struck));
    }

    fn to_server(&self, mut from: TcpStream, mut to: TcpStream, struck: &AtomicU8) {
        let mut buffer = [0; 8 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let sent = &buffer[..length];
            if sent.windows(7).any(|it| it == b"COMMIT\0") {
                let fault = self.fault.swap(Fault::None as u8, Ordering::SeqCst);
                struck.store(fault, Ordering::SeqCst);
                if fault == Fault::CutBeforeCommit as u8 {
                    break;
                }
            }
            if to.write_all(sent).is_err() {
                break;
            }
        }
        close(&from, &to);
    }
}

fn to_client(mut from: TcpStream, mut to: TcpStream, struck: &AtomicU8) {
    let mut buffer = [0; 8 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let fault = struck.load(Ordering::SeqCst);
        if fault == Fault::CutAfterCommit as u8 && holds_commit_tag(&buffer[..length]) {
            break;
        }
        let is_passed_on = fault == Fault::None as u8;
        if is_passed_on && to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    close(&from, &to);
}

/// Whether the server says that it has committed.
fn holds_commit_tag(answer: &[u8]) -> bool {
    answer.windows(7).any(|it| it == b"COMMIT\0")
}

fn close(one: &TcpStream, other: &TcpStream) {
    // Both may be closed already, from the other direction.
    let _ = one.shutdown(Shutdown::Both);
    let _ = other.shutdown(Shutdown::Both);
}
