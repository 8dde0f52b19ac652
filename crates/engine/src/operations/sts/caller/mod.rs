//! The caller itself.

mod get_caller_identity;
