//! AWS Service Catalog.

mod import;
mod organizations_access;
mod portfolio;
mod share;
mod unbuilt;
