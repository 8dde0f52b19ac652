//! Values on their way into a statement.
//!
//! A [`Value`] borrows what it shows to the engine and knows its kind even where it is null, because PostgreSQL wants
//! a type for every parameter. There are four kinds and no more: text, integer, boolean, bytes. Times are integers,
//! in microseconds; enums are text.

use std::borrow::Cow;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `{text}`
    Text,
    /// `BIGINT`
    Integer,
    /// `{bool}`
    Boolean,
    /// `{bytes}`
    Bytes,
}

/// One parameter of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Text. It must not contain the character NUL, which PostgreSQL cannot store.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// True or false.
    Boolean(bool),
    /// Bytes.
    Bytes(&'a [u8]),
    /// Nothing, in a column of this kind.
    Null(Kind),
}

impl Value<'_> {
    /// The kind of column this belongs in.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Text(_) => Kind::Text,
            Value::Integer(_) => Kind::Integer,
            Value::Boolean(_) => Kind::Boolean,
            Value::Bytes(_) => Kind::Bytes,
            Value::Null(kind) => *kind,
        }
    }
}

/// What can stand in `values!`. Newtypes of the domain implement it beside the table that keeps them.
pub trait ToValue {
    /// The kind of column that keeps it.
    const KIND: Kind;

    /// This, as a parameter.
    fn to_value(&self) -> Value<'_>;
}

/// Implements [`ToValue`] for types of one kind: `to_value! { str, String => Text(|it| it) }`.
macro_rules! to_value {
    ($($type:ty),+ => $kind:ident($it:ident: $as:expr)) => {
        $(impl ToValue for $type {
            const KIND: Kind = Kind::$kind;
            fn to_value(&self) -> Value<'_> {
                let $it = self;
                Value::$kind($as)
            }
        })+
    };
}

to_value! { str, String, Cow<'_, str> => Text(it: it) }
to_value! { i64 => Integer(it: *it) }
to_value! { i32, u32, u16, u8 => Integer(it: i64::from(*it)) }
to_value! { bool => Boolean(it: *it) }
to_value! { [u8], Vec<u8> => Bytes(it: it) }

impl<const N: usize> ToValue for [u8; N] {
    const KIND: Kind = Kind::Bytes;

    fn to_value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    const KIND: Kind = T::KIND;

    fn to_value(&self) -> Value<'_> {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    const KIND: Kind = T::KIND;

    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null(T::KIND), T::to_value)
    }
}

/// The parameters of a statement, in order: `values![portfolio.id, share.kind(), now_us]`.
///
/// They are borrowed, so write it as an argument and not into a variable.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        &[$($crate::ToValue::to_value(&$value)),*]
    };
}

pub(crate) use values;
