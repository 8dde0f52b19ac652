//! Organizations: accounts under units under a root, and the services and accounts that are trusted with them.
//!
//! Invariant: an operation sees the caller's own organization and nothing else. An id of another one is as unknown as an
//! id of nothing. Where the organization trusts Service Catalog, what moves an account or adds a unit lets Service
//! Catalog's copy follow in the same transaction. What leaves or ends takes its tags and its attachments of policies
//! along. Deliberately absent: what policies do; they are kept, attached and merged, and allow or deny nothing yet.

mod account;
mod answer;
mod delegated_administrator;
mod effective_policy;
mod handshake;
mod lookup;
mod organization;
mod parent;
mod policy;
mod policy_attachment;
mod policy_type;
mod resource;
mod resource_policy;
mod service_access;
mod tag;
#[cfg(test)]
mod tests;
mod unit;
mod unsupported;
