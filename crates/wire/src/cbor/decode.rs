//! From a CBOR body to a [`Value`].
//!
//! Invariant: text and bytes of a known length are borrowed from the body, and memory grows only with what has
//! arrived. Deliberately absent: tags other than 1, which Service Catalog never uses.

use std::borrow::Cow;

use ciborium_ll::{Decoder, Header, simple};
use shapes::{Timestamp, Value};

use crate::{
    Malformed,
    entries::{self, CAPACITY_MAX, DEPTH_MAX},
};

const EPOCH_TAG: u64 = 1;
const MICROSECONDS: i64 = 1_000_000;

type Entry<'a> = (Cow<'a, str>, Value<'a>);

/// Reads the body of a request. An empty one is an empty map.
///
/// # Errors
///
/// If the body is not one CBOR map with text keys, has a key twice, nests too deep, or holds what the protocol does
/// not have.
pub fn decode(body: &[u8]) -> Result<Value<'_>, Malformed> {
    if body.is_empty() {
        return Ok(Value::Map(Vec::new()));
    }
    let mut reader = Reader { rest: body };
    let header = reader.header()?;
    if !matches!(header, Header::Map(_)) {
        return Err(Malformed::new("The body must be a CBOR map."));
    }
    let value = reader.value(header, 0)?;
    if !reader.rest.is_empty() {
        return Err(Malformed::new("Bytes follow the CBOR map."));
    }
    Ok(value)
}

/// What is left of the body.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn header(&mut self) -> Result<Header, Malformed> {
        let mut decoder = Decoder::from(self.rest);
        let header = decoder
            .pull()
            .map_err(|_| Malformed::new("The CBOR is cut off or malformed."))?;
        self.rest = &self.rest[decoder.offset()..];
        Ok(header)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or_else(|| Malformed::new("The CBOR is cut off."))?;
        self.rest = rest;
        Ok(taken)
    }

    /// The value that starts with `header`; `depth` lists and maps are around it.
    fn value(&mut self, header: Header, depth: usize) -> Result<Value<'a>, Malformed> {
        Ok(match header {
            Header::Positive(number) => positive(number),
            Header::Negative(inverted) => negative(inverted),
            Header::Float(number) => Value::Float(number),
            Header::Simple(simple::FALSE) => Value::Boolean(false),
            Header::Simple(simple::TRUE) => Value::Boolean(true),
            // Source: servers must read `undefined` as null.
            Header::Simple(simple::NULL | simple::UNDEFINED) => Value::Null,
            Header::Text(length) => Value::Text(self.text(length)?),
            Header::Bytes(length) => Value::Bytes(self.bytes(length)?),
            Header::Array(length) => Value::List(self.list(length, inside(depth)?)?),
            Header::Map(length) => entries::map(self.map(length, inside(depth)?)?)?,
            Header::Tag(EPOCH_TAG) => Value::Timestamp(self.timestamp()?),
            Header::Tag(tag) => return Err(Malformed::new(format!("Unexpected CBOR tag {tag}."))),
            Header::Simple(number) => {
                return Err(Malformed::new(format!("Unexpected CBOR simple value {number}.")));
            }
            Header::Break => return Err(Malformed::new("Unexpected CBOR break.")),
        })
    }

    fn text(&mut self, length: Option<usize>) -> Result<Cow<'a, str>, Malformed> {
        if let Some(length) = length {
            return Ok(Cow::Borrowed(utf8(self.take(length)?)?));
        }
        let mut text = String::new();
        loop {
            match self.header()? {
                // RFC 8949: every chunk is UTF-8 by itself.
                Header::Text(Some(length)) => text.push_str(utf8(self.take(length)?)?),
                Header::Break => return Ok(Cow::Owned(text)),
                _ => return Err(Malformed::new("A chunk of CBOR text is not text.")),
            }
        }
    }

    fn bytes(&mut self, length: Option<usize>) -> Result<Cow<'a, [u8]>, Malformed> {
        if let Some(length) = length {
            return Ok(Cow::Borrowed(self.take(length)?));
        }
        let mut bytes = Vec::new();
        loop {
            match self.header()? {
                Header::Bytes(Some(length)) => bytes.extend_from_slice(self.take(length)?),
                Header::Break => return Ok(Cow::Owned(bytes)),
                _ => return Err(Malformed::new("A chunk of CBOR bytes is not bytes.")),
            }
        }
    }

    fn list(&mut self, length: Option<usize>, depth: usize) -> Result<Vec<Value<'a>>, Malformed> {
        let mut items = Vec::with_capacity(length.unwrap_or_default().min(CAPACITY_MAX));
        while let Some(header) = self.next(length, items.len())? {
            items.push(self.value(header, depth)?);
        }
        Ok(items)
    }

    fn map(&mut self, length: Option<usize>, depth: usize) -> Result<Vec<Entry<'a>>, Malformed> {
        let mut entries = Vec::with_capacity(length.unwrap_or_default().min(CAPACITY_MAX));
        while let Some(header) = self.next(length, entries.len())? {
            let Header::Text(key) = header else {
                return Err(Malformed::new("A key of a CBOR map is not text."));
            };
            let key = self.text(key)?;
            let header = self.header()?;
            entries.push((key, self.value(header, depth)?));
        }
        Ok(entries)
    }

    /// The header of the next entry, if a list or a map of `length` has more than `so_far`.
    fn next(&mut self, length: Option<usize>, so_far: usize) -> Result<Option<Header>, Malformed> {
        if length == Some(so_far) {
            return Ok(None);
        }
        let header = self.header()?;
        Ok(Some(header).filter(|it| length.is_some() || *it != Header::Break))
    }

    fn timestamp(&mut self) -> Result<Timestamp, Malformed> {
        let number = match self.header()? {
            Header::Positive(number) => positive(number),
            Header::Negative(inverted) => negative(inverted),
            Header::Float(number) => Value::Float(number),
            _ => Value::Null,
        };
        let time = match number {
            Value::Integer(seconds) => seconds
                .checked_mul(MICROSECONDS)
                .map(Timestamp::from_microseconds),
            Value::Float(seconds) => Timestamp::from_seconds(seconds),
            _ => None,
        };
        time.ok_or_else(|| Malformed::new("A CBOR timestamp must be a number of seconds."))
    }
}

/// The depth of what stands in a list or a map.
fn inside(depth: usize) -> Result<usize, Malformed> {
    if depth == DEPTH_MAX {
        return Err(entries::too_deep());
    }
    Ok(depth + 1)
}

fn utf8(bytes: &[u8]) -> Result<&str, Malformed> {
    std::str::from_utf8(bytes).map_err(|_| Malformed::new("CBOR text is not UTF-8."))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no member of the contract holds numbers this large"
)]
fn positive(number: u64) -> Value<'static> {
    i64::try_from(number).map_or(Value::Float(number as f64), Value::Integer)
}

/// CBOR writes the negative number `-1 - n` as `n`.
#[expect(
    clippy::cast_precision_loss,
    reason = "no member of the contract holds numbers this large"
)]
fn negative(inverted: u64) -> Value<'static> {
    i64::try_from(inverted).map_or(Value::Float(-1.0 - inverted as f64), |it| Value::Integer(!it))
}
