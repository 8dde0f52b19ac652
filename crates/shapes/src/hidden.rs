//! What is printed in place of text that the contract calls sensitive.

use std::fmt;

/// Prints `***`.
pub(crate) struct Hidden;

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
