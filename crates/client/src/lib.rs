//! A small client of the services, for programs of this project that look at a server from outside.
//!
//! It speaks AWS JSON 1.1, and Query to STS; every request is signed. Invariant: it knows no more of the server than its
//! endpoint, and an [`Error`] says whether the server refused or whether nobody knows what became of the request.
//! Deliberately absent: retries, which would hide what the callers are there to see, and types for what is asked and
//! answered.

mod client;
mod error;
mod keys;
mod service;

pub use client::{Client, Signed};
pub use error::Error;
pub use identity::SecretKey;
pub use keys::{Keys, NoKeys};
pub use service::Service;
