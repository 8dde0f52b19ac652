//! What the run decides for all tests: the store and the protocol.
//!
//! Invariant: a value that is not known ends the test instead of testing something else. Deliberately absent: anything
//! a single test would want to choose.

use std::env;

/// Where the state is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Store {
    /// SQLite in a folder.
    Embedded,
    /// A database of its own on a PostgreSQL server.
    Postgres,
}

/// What clients of Service Catalog speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// AWS JSON 1.1.
    Json,
    /// Smithy RPC v2 CBOR.
    Cbor,
}

/// The value of `STORE`.
pub(crate) fn store() -> Store {
    match env::var("STORE").as_deref() {
        Err(_) | Ok("" | "embedded") => Store::Embedded,
        Ok("postgres") => Store::Postgres,
        Ok(other) => panic!("STORE is {other:?}; it is one of embedded and postgres"),
    }
}

/// The value of `PROTOCOL`.
pub(crate) fn protocol() -> Protocol {
    match env::var("PROTOCOL").as_deref() {
        Err(_) | Ok("" | "json") => Protocol::Json,
        Ok("cbor") => Protocol::Cbor,
        Ok(other) => panic!("PROTOCOL is {other:?}; it is one of json and cbor"),
    }
}
