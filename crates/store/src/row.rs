//! One row of an answer, read column by column.
//!
//! A column that is not of the asked kind is [`StoreError::Corrupt`], never a panic and never a silent conversion.
//! Columns go by index: the statement that names them stands next to the function that reads them.

use crate::StoreError;

/// One row. Indexes start at 0.
pub trait Row {
    /// The text in a column, or `None` where it is null.
    fn maybe_text(&self, index: usize) -> Result<Option<&str>, StoreError>;

    /// The whole number in a column, or `None` where it is null.
    fn maybe_integer(&self, index: usize) -> Result<Option<i64>, StoreError>;

    /// The boolean in a column, or `None` where it is null.
    fn maybe_boolean(&self, index: usize) -> Result<Option<bool>, StoreError>;

    /// The bytes in a column, or `None` where it is null.
    fn maybe_bytes(&self, index: usize) -> Result<Option<&[u8]>, StoreError>;

    /// The text in a column that is never null.
    fn text(&self, index: usize) -> Result<&str, StoreError> {
        self.maybe_text(index)?.ok_or_else(|| null(index))
    }

    /// The whole number in a column that is never null.
    fn integer(&self, index: usize) -> Result<i64, StoreError> {
        self.maybe_integer(index)?.ok_or_else(|| null(index))
    }

    /// The boolean in a column that is never null.
    fn boolean(&self, index: usize) -> Result<bool, StoreError> {
        self.maybe_boolean(index)?.ok_or_else(|| null(index))
    }

    /// The bytes in a column that is never null.
    fn bytes(&self, index: usize) -> Result<&[u8], StoreError> {
        self.maybe_bytes(index)?.ok_or_else(|| null(index))
    }
}

fn null(index: usize) -> StoreError {
    StoreError::corrupt(format!("column {index} is null"))
}
