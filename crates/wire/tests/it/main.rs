//! Tests of the wire through its public face: requests as bytes in, values and answers as bytes out.

#![allow(
    clippy::unwrap_used,
    reason = "a helper's panic fails the test that called it"
)]

extern crate chandlery_wire as wire;

mod answers;
mod cbor;
mod contract;
mod envelope;
mod errors;
mod json;
mod properties;
mod query;
