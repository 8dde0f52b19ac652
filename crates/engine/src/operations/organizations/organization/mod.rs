//! Organizations themselves, with their root.

mod create_organization;
mod delete_organization;
mod describe_organization;
mod enable_all_features;
mod list_roots;
