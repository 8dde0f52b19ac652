//! What an operation takes or answers of which the contract names no shape.

use serde::{Serialize, Serializer, ser::SerializeStruct as _};

use crate::read::{Members, Structure};

/// A structure without members. It reads from any structure and is written as an empty one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unit;

impl Structure for Unit {
    fn read(_: &mut Members<'_, '_>) -> Option<Self> {
        Some(Self)
    }
}

impl Serialize for Unit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_struct("Unit", 0)?.end()
    }
}
