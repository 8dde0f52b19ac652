//! Organizations: accounts under units under a root, and the services and accounts that are trusted with them.
//!
//! Invariant: an operation sees the caller's own organization and nothing else. An id of another one is as unknown as an
//! id of nothing. Where the organization trusts Service Catalog, what moves an account or adds a unit lets Service
//! Catalog's copy follow in the same transaction. Deliberately absent: tags, which are read and not kept, and policies.

mod account;
mod answer;
mod delegated_administrator;
mod lookup;
mod organization;
mod parent;
mod resource;
mod service_access;
#[cfg(test)]
mod tests;
mod unbuilt;
mod unit;
mod unsupported;
