//! The verifier against the published vectors, against two other implementations, and against noise.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod noise;
mod oracle_aws;
mod oracle_scratchstack;
mod refusals;
mod request;
mod vectors;
