//! From a shape to CBOR.
//!
//! Invariant: integers take the shortest form, floats are always 64 bits wide, and a timestamp stands under tag 1.
//! Deliberately absent: enum variants with content, which the generated types do not have.

use ciborium_ll::{Encoder, Header, simple};
use serde::ser::{self, Impossible, Serialize};

use crate::EncodeError;

/// The first byte of an eight-byte float.
const FLOAT64: u8 = 0xfb;

/// The bits that make an unsigned integer's first byte a tag's.
const TAG_BITS: u8 = 0xc0;

/// The name under which ciborium's tag types present themselves to a serializer.
const TAG_NAME: &str = "@@TAG@@";

/// Writes a shape as CBOR.
///
/// # Errors
///
/// If `shape` has an enum variant with content, or fails by itself.
pub fn encode<T: Serialize + ?Sized>(shape: &T) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer { out: Vec::new() };
    shape.serialize(&mut writer)?;
    Ok(writer.out)
}

struct Writer {
    out: Vec<u8>,
}

impl Writer {
    fn head(&mut self, header: Header) {
        Encoder::from(&mut self.out)
            .push(header)
            .expect("a Vec takes every byte");
    }

    fn text(&mut self, text: &str) {
        self.head(Header::Text(Some(text.len())));
        self.out.extend_from_slice(text.as_bytes());
    }

    fn unsupported<T>(what: &str) -> Result<T, EncodeError> {
        Err(EncodeError(format!("CBOR answers have no {what}")))
    }
}

impl<'w> ser::Serializer for &'w mut Writer {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = Entries<'w>;
    type SerializeTuple = Entries<'w>;
    type SerializeTupleStruct = Impossible<(), EncodeError>;
    type SerializeTupleVariant = Tagged<'w>;
    type SerializeMap = Entries<'w>;
    type SerializeStruct = Entries<'w>;
    type SerializeStructVariant = Impossible<(), EncodeError>;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), EncodeError> {
        self.head(Header::Simple(if value { simple::TRUE } else { simple::FALSE }));
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), EncodeError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), EncodeError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), EncodeError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), EncodeError> {
        self.head(match u64::try_from(value) {
            Ok(number) => Header::Positive(number),
            Err(_) => Header::Negative(!value.cast_unsigned()),
        });
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<(), EncodeError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), EncodeError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), EncodeError> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), EncodeError> {
        self.head(Header::Positive(value));
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), EncodeError> {
        self.serialize_f64(value.into())
    }

    /// Not by way of [`Header::Float`], which takes the shortest form. Source: half floats should not be written.
    fn serialize_f64(self, value: f64) -> Result<(), EncodeError> {
        self.out.push(FLOAT64);
        self.out.extend_from_slice(&value.to_be_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), EncodeError> {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), EncodeError> {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), EncodeError> {
        self.head(Header::Bytes(Some(value.len())));
        self.out.extend_from_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), EncodeError> {
        self.head(Header::Simple(simple::NULL));
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    /// Nothing to say is an empty structure.
    fn serialize_unit(self) -> Result<(), EncodeError> {
        self.head(Header::Map(Some(0)));
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), EncodeError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), EncodeError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), EncodeError> {
        Writer::unsupported("enum variants with content")
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Entries<'w>, EncodeError> {
        self.head(Header::Array(length));
        Ok(Entries::new(self, length))
    }

    fn serialize_tuple(self, length: usize) -> Result<Entries<'w>, EncodeError> {
        self.serialize_seq(Some(length))
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
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Tagged<'w>, EncodeError> {
        if name != TAG_NAME {
            return Writer::unsupported("enum variants with content");
        }
        Ok(Tagged {
            writer: self,
            has_tag: false,
        })
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Entries<'w>, EncodeError> {
        self.head(Header::Map(length));
        Ok(Entries::new(self, length))
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Entries<'w>, EncodeError> {
        self.serialize_map(Some(length))
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

/// The inside of a list, a map or a structure.
struct Entries<'w> {
    writer: &'w mut Writer,
    is_open_ended: bool,
}

impl<'w> Entries<'w> {
    fn new(writer: &'w mut Writer, length: Option<usize>) -> Self {
        Self {
            writer,
            is_open_ended: length.is_none(),
        }
    }

    fn close(self) {
        if self.is_open_ended {
            self.writer.head(Header::Break);
        }
    }
}

impl ser::SerializeSeq for Entries<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeTuple for Entries<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeMap for Entries<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        key.serialize(&mut *self.writer)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeStruct for Entries<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        self.writer.text(name);
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.close();
        Ok(())
    }
}

/// ciborium's pair of a tag and what stands under it.
struct Tagged<'w> {
    writer: &'w mut Writer,
    has_tag: bool,
}

impl ser::SerializeTupleVariant for Tagged<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let start = self.writer.out.len();
        value.serialize(&mut *self.writer)?;
        if !self.has_tag {
            // The tag arrives as an unsigned integer, whose head differs from a tag's by its major type alone.
            self.writer.out[start] |= TAG_BITS;
            self.has_tag = true;
        }
        Ok(())
    }

    fn end(self) -> Result<(), EncodeError> {
        Ok(())
    }
}
