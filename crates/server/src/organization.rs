//! `chandlery organization …`: what AWS has no operation for: loading an organization from a file, and seeing it whole.
//!
//! Both work beside the server that has the store, by asking it, and without one.

mod file;
mod import;
mod lines;
mod progress;
mod show;

pub(crate) use import::answer_import;
pub use import::{Loaded, import};
pub(crate) use show::answer_show;
pub use show::{Detail, show};
