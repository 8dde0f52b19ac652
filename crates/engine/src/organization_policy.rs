//! What the documents of an organization's policies say: whether they are well formed, and what they come to where they
//! meet.
//!
//! Invariant: pure. Nothing here knows a store, a caller or a time. Deliberately absent: what statements allow or deny;
//! policies are not evaluated yet.

mod delegation;
mod document;
mod effective;
mod statements;

pub(crate) use delegation::check_resource_policy;
pub(crate) use document::check_document;
pub(crate) use effective::effective_document;
