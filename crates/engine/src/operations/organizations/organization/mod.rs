//! Organizations themselves, with their root.

mod create_organization;
mod delete_organization;
mod describe_organization;
mod list_roots;
