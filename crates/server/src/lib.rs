//! Everything around the engine that a process needs: configuration, the data folder, sockets, signals, subcommands.
//!
//! [`Server`] is a whole server in this process, for the binary, for `chandlery demo` and for tests. Invariant: nothing
//! here knows an operation of the service, apart from the demo, which is a client like any other. Deliberately absent:
//! signatures, policies and the store's contents, which are the engine's.

pub mod account;
pub mod backup;
pub mod config;
pub mod demo;
pub mod faults;
pub mod organization;
pub mod restore;
pub mod serve;
pub mod status;

mod body;
mod control;
mod credentials;
mod current;
mod exposure;
mod failure;
mod folder;
mod limits;
mod listener;
mod metrics;
mod modes;
mod reach;
mod router;
mod running;
mod socket_path;
mod state;
mod table;
mod tls;

pub use exposure::Permissions;
pub use failure::Failure;
pub use running::{Options, Server};
pub use tls::TlsFiles;

/// The region that printed lines and credentials files name.
///
/// Ours: any region works; this is the one that AWS's own examples use, and where Organizations is signed for.
const REGION: &str = "us-east-1";

/// The profile of the management account's key.
const MANAGEMENT_PROFILE: &str = "management";
