//! A decoded request body, before anything is known about which shape it should have.
//!
//! All three protocols decode into [`Value`]; [`crate::read`] turns a value into a shape. Borrowed text points into
//! the request body, so that a small request allocates next to nothing.

use std::borrow::Cow;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Serialize, Serializer};

use crate::Timestamp;

/// The name under which a [`Value::Map`] presents itself to a serializer. A value has forgotten whether it was a
/// structure or a map, which only XML writes differently.
pub const STRUCTURE_NEWTYPE: &str = "Structure";

/// One node of a decoded request body.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// JSON `null`, CBOR `null` and `undefined`. Equal to an absent member.
    Null,
    /// A truth value.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, or one too large for [`Value::Integer`].
    Float(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// Bytes; in JSON and Query they arrive as base64 [`Value::Text`].
    Bytes(Cow<'a, [u8]>),
    /// A CBOR value under tag 1. In JSON a timestamp is a number.
    Timestamp(Timestamp),
    /// A list.
    List(Vec<Value<'a>>),
    /// A structure or a map, in the order of arrival, without duplicate keys.
    Map(Vec<(Cow<'a, str>, Value<'a>)>),
    /// A scalar of the Query protocol, which sends numbers, truth values and text alike as text.
    Untyped(Cow<'a, str>),
}

impl Value<'_> {
    /// What this is, for a message to the caller.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Boolean(_) => "a boolean",
            Value::Integer(_) | Value::Float(_) => "a number",
            Value::Text(_) | Value::Untyped(_) => "a string",
            Value::Bytes(_) => "bytes",
            Value::Timestamp(_) => "a timestamp",
            Value::List(_) => "a list",
            Value::Map(_) => "a structure",
        }
    }
}

/// Writes the value as the format would have written what it came from, so that an answer kept in one format can be
/// given in another.
impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_none(),
            Value::Boolean(it) => serializer.serialize_bool(*it),
            Value::Integer(it) => serializer.serialize_i64(*it),
            Value::Float(it) => serializer.serialize_f64(*it),
            Value::Text(it) | Value::Untyped(it) => serializer.serialize_str(it),
            Value::Bytes(it) if serializer.is_human_readable() => {
                serializer.serialize_str(&BASE64_STANDARD.encode(it))
            }
            Value::Bytes(it) => serializer.serialize_bytes(it),
            Value::Timestamp(it) => it.serialize(serializer),
            Value::List(items) => serializer.collect_seq(items),
            Value::Map(entries) => serializer.serialize_newtype_struct(STRUCTURE_NEWTYPE, &Entries(entries)),
        }
    }
}

struct Entries<'n, 'v>(&'n [(Cow<'v, str>, Value<'v>)]);

impl Serialize for Entries<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}
