//! Who hangs under whom.

mod list_children;
mod list_parents;
