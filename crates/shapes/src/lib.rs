//! The API contract as Rust: generated types, their constraint checks, and one static description per operation.
//!
//! What is under `generated/` is written by `cargo xtask codegen` from `model/` and never edited. The rest is what the
//! generated code stands on. Invariant: an input structure exists only if it satisfies every constraint of the
//! contract. Deliberately absent: I/O, protocols, and any rule that is not in the contract.

mod description;
mod enumeration;
mod generated;
mod hidden;
pub mod read;
mod timestamp;
mod unit;
mod value;

pub use description::{
    ErrorAnswer, ErrorDescription, Operation, OperationDescription, Service, ServiceDescription,
};
pub use generated::{iam, organizations, service_catalog, sts};
pub use timestamp::{TIMESTAMP_NEWTYPE, Timestamp};
pub use unit::Unit;
pub use value::{STRUCTURE_NEWTYPE, Value};

#[cfg(test)]
mod tests;
