//! From a shape to the elements of a Query answer.
//!
//! A structure's members become elements, a list's items `<member>`, a map's entries `<entry><key/><value/></entry>`.
//! Invariant: an absent member leaves no element. Deliberately absent: quick-xml, whose serde front cannot put
//! `<member>` around items, and so would need every list wrapped in a type of its own.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::ser::{self, Impossible, Serialize};
use shapes::{STRUCTURE_NEWTYPE, TIMESTAMP_NEWTYPE};

use crate::EncodeError;

/// What has been written so far.
#[derive(Default)]
pub(crate) struct Writer {
    pub(super) out: String,
    /// Whether the map that follows is a structure.
    expects_structure: bool,
}

/// Whether a value left anything to put into an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    Nothing,
    Something,
}

type Outcome = Result<Written, EncodeError>;

impl Writer {
    /// An element around `value`, unless that is absent.
    fn element<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), EncodeError> {
        let start = self.out.len();
        self.open(name);
        match value.serialize(&mut *self)? {
            Written::Something => self.close(name),
            Written::Nothing => self.out.truncate(start),
        }
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "every caller returns it as it is")]
    fn plain(&mut self, value: impl std::fmt::Display) -> Outcome {
        self.display(value);
        Ok(Written::Something)
    }

    /// Turns epoch seconds into a date.
    fn timestamp<T: Serialize + ?Sized>(&mut self, seconds: &T) -> Outcome {
        let mut number = Writer::default();
        seconds.serialize(&mut number)?;
        let seconds: f64 = number
            .out
            .parse()
            .map_err(|_| EncodeError("a timestamp is not a number".to_owned()))?;
        #[expect(clippy::cast_possible_truncation, reason = "a cast saturates")]
        let milliseconds = (seconds * 1e3).round() as i64;
        // Ours: a year that ISO 8601 has no four digits for becomes the last that it has.
        let bounded = milliseconds.clamp(
            jiff::Timestamp::MIN.as_second() * 1_000,
            jiff::Timestamp::MAX.as_second() * 1_000,
        );
        let time = jiff::Timestamp::from_millisecond(bounded).map_err(ser::Error::custom)?;
        self.plain(time)
    }

    fn unsupported<T>(what: &str) -> Result<T, EncodeError> {
        Err(EncodeError(format!("XML answers have no {what}")))
    }
}

impl<'w> ser::Serializer for &'w mut Writer {
    type Ok = Written;
    type Error = EncodeError;
    type SerializeSeq = List<'w>;
    type SerializeTuple = Impossible<Written, EncodeError>;
    type SerializeTupleStruct = Impossible<Written, EncodeError>;
    type SerializeTupleVariant = Impossible<Written, EncodeError>;
    type SerializeMap = Map<'w>;
    type SerializeStruct = Structure<'w>;
    type SerializeStructVariant = Impossible<Written, EncodeError>;

    fn serialize_bool(self, value: bool) -> Outcome {
        self.plain(value)
    }

    fn serialize_i8(self, value: i8) -> Outcome {
        self.plain(value)
    }

    fn serialize_i16(self, value: i16) -> Outcome {
        self.plain(value)
    }

    fn serialize_i32(self, value: i32) -> Outcome {
        self.plain(value)
    }

    fn serialize_i64(self, value: i64) -> Outcome {
        self.plain(value)
    }

    fn serialize_u8(self, value: u8) -> Outcome {
        self.plain(value)
    }

    fn serialize_u16(self, value: u16) -> Outcome {
        self.plain(value)
    }

    fn serialize_u32(self, value: u32) -> Outcome {
        self.plain(value)
    }

    fn serialize_u64(self, value: u64) -> Outcome {
        self.plain(value)
    }

    fn serialize_f32(self, value: f32) -> Outcome {
        self.serialize_f64(value.into())
    }

    /// Source: Smithy writes `NaN`, `Infinity` and `-Infinity`.
    fn serialize_f64(self, value: f64) -> Outcome {
        if value.is_infinite() {
            return self.plain(if value > 0.0 { "Infinity" } else { "-Infinity" });
        }
        self.plain(value)
    }

    fn serialize_char(self, value: char) -> Outcome {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Outcome {
        self.escape(value);
        Ok(Written::Something)
    }

    fn serialize_bytes(self, value: &[u8]) -> Outcome {
        BASE64_STANDARD.encode_string(value, &mut self.out);
        Ok(Written::Something)
    }

    fn serialize_none(self) -> Outcome {
        Ok(Written::Nothing)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Outcome {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Outcome {
        Ok(Written::Nothing)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Outcome {
        Ok(Written::Nothing)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Outcome {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Outcome {
        match name {
            TIMESTAMP_NEWTYPE => self.timestamp(value),
            STRUCTURE_NEWTYPE => {
                self.expects_structure = true;
                value.serialize(self)
            }
            _ => value.serialize(self),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Outcome {
        Writer::unsupported("enum variants with content")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'w>, EncodeError> {
        Ok(List(self))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, EncodeError> {
        Writer::unsupported("tuples")
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, EncodeError> {
        Writer::unsupported("tuple structs")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, EncodeError> {
        Writer::unsupported("enum variants with content")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Map<'w>, EncodeError> {
        let is_structure = std::mem::take(&mut self.expects_structure);
        Ok(Map {
            writer: self,
            key: None,
            is_structure,
        })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Structure<'w>, EncodeError> {
        Ok(Structure(self))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, EncodeError> {
        Writer::unsupported("enum variants with content")
    }
}

pub(crate) struct List<'w>(&'w mut Writer);

impl ser::SerializeSeq for List<'_> {
    type Ok = Written;
    type Error = EncodeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.0.element("member", value)
    }

    fn end(self) -> Outcome {
        Ok(Written::Something)
    }
}

pub(crate) struct Structure<'w>(&'w mut Writer);

impl ser::SerializeStruct for Structure<'_> {
    type Ok = Written;
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        self.0.element(name, value)
    }

    fn end(self) -> Outcome {
        Ok(Written::Something)
    }
}

pub(crate) struct Map<'w> {
    writer: &'w mut Writer,
    /// Escaped, and waiting for its value.
    key: Option<String>,
    is_structure: bool,
}

impl ser::SerializeMap for Map<'_> {
    type Ok = Written;
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        let mut writer = Writer::default();
        key.serialize(&mut writer)?;
        self.key = Some(writer.out);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let key = self.key.take().unwrap_or_default();
        if self.is_structure {
            return self.writer.element(&key, value);
        }
        self.writer.open("entry");
        self.writer.open("key");
        self.writer.out.push_str(&key);
        self.writer.close("key");
        self.writer.element("value", value)?;
        self.writer.close("entry");
        Ok(())
    }

    fn end(self) -> Outcome {
        Ok(Written::Something)
    }
}
