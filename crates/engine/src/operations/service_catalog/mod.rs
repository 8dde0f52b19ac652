//! AWS Service Catalog.

mod import;
mod organizations_access;
mod portfolio;
mod share;
mod share_operation;
mod share_target;
mod unbuilt;
