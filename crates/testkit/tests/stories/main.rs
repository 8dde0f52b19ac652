//! What Service Catalog, Organizations and STS do, told with the AWS SDK.
//!
//! One module for each part of the service; a test's name is the sentence it proves. The same stories run on every
//! store and over every protocol, see the testkit. Deliberately absent: how anything is done inside.

#![allow(clippy::unwrap_used, reason = "all of this is tests")]

mod access_lists;
mod account_life;
mod administrators_at_once;
mod all_features;
mod bad_cbor;
mod bad_input;
mod bad_signatures;
mod conflicts;
mod crashes;
mod credentials;
mod departures;
mod effective_policies;
mod errors;
mod faults;
mod four_sides;
mod handshakes;
mod invitations;
mod matrix;
mod null_members;
mod operations_status;
mod organization_access;
mod organization_import;
mod organization_life;
mod organization_tags;
mod organizations;
mod paging;
mod policies;
mod policy_attachments;
mod portfolios;
mod presigned;
mod probes;
mod questions;
mod recipients;
mod resource_policy;
mod restart;
mod share_outcomes;
mod sharing;
mod strangers;
mod structure;
mod unsupported;
mod updating;
mod worlds;
