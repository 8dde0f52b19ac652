//! Bytes ↔ shapes: AWS JSON 1.1, Smithy RPC v2 CBOR and AWS Query with XML answers.
//!
//! A request becomes an [`Envelope`] from its head alone, then a [`Call`] from its body: which operation is asked for,
//! and its input as a [`shapes::Value`]. An answer or an error becomes an [`http::Response`] in the words of the
//! protocol the request came in. Invariant: whatever the bytes, there is an answer that the client's SDK can read.
//! Deliberately absent: signatures, constraints of the contract, and any knowledge of what an operation does.

mod answer;
pub mod cbor;
mod entries;
mod envelope;
mod error;
mod error_envelope;
mod head;
pub mod json;
mod long_list;
pub mod query;
mod routing;
mod xml;

pub use answer::{Protocol, Route};
pub use envelope::{Call, Envelope};
pub use error::{EncodeError, Malformed, WireError};
pub use error_envelope::{ErrorEnvelope, ErrorStyle};
pub use long_list::{AnswerBody, LongLists};
