//! Who is asking: from the bytes of a request to a caller that can be believed.
//!
//! What lives here today is AWS Signature Version 4: [`Claim`] reads what a request says about itself,
//! [`Claim::verify`] proves it, [`Signer`] writes it, [`SigningKeys`] makes the proof cheap and [`Refusal`] is
//! every way it can fail, in AWS's words.
//!
//! The one invariant: nothing in this crate does I/O or reads a clock. Secrets and the time are handed in, so a
//! verdict is a function of its arguments.
//!
//! Deliberately absent: the store of credentials (a caller looks a key up between [`Claim::of`] and
//! [`Claim::verify`]), SigV4A, chunked and unsigned payloads, and S3's exceptions from the rules: only S3 uses them,
//! and Chandlery answers for S3 before any signature is looked at.

pub mod sigv4;

pub use sigv4::{CannotSign, Claim, Refusal, SecretKey, Signer, SigningKeys};
