//! [`Value`] and [`Row`] in PostgreSQL's types. A mismatch is an error on our side, before or after the server.

use std::error::Error;

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type};

use crate::{Kind, Row, StoreError, Value};

/// The type that a parameter of `kind` is declared with where statements are not prepared.
pub(super) fn declared(kind: Kind) -> Type {
    match kind {
        Kind::Text => Type::TEXT,
        Kind::Integer => Type::INT8,
        Kind::Boolean => Type::BOOL,
        Kind::Bytes => Type::BYTEA,
    }
}

fn fits(kind: Kind, ty: &Type) -> bool {
    match kind {
        Kind::Text => <&str as ToSql>::accepts(ty),
        Kind::Integer => [Type::INT8, Type::INT4, Type::INT2].contains(ty),
        Kind::Boolean => *ty == Type::BOOL,
        Kind::Bytes => *ty == Type::BYTEA,
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match *self {
            Value::Text(text) => text.to_sql(ty, out),
            // The server infers a narrower type next to a literal, as in `$1 + 1`.
            Value::Integer(integer) if *ty == Type::INT4 => i32::try_from(integer)?.to_sql(ty, out),
            Value::Integer(integer) if *ty == Type::INT2 => i16::try_from(integer)?.to_sql(ty, out),
            Value::Integer(integer) => integer.to_sql(ty, out),
            Value::Boolean(boolean) => boolean.to_sql(ty, out),
            Value::Bytes(bytes) => bytes.to_sql(ty, out),
            Value::Null(_) => Ok(IsNull::Yes),
        }
    }

    /// Whether a value fits depends on the value; see `to_sql_checked`.
    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        if fits(self.kind(), ty) {
            self.to_sql(ty, out)
        } else {
            Err(format!("{:?} for a parameter of type {ty}", self.kind()).into())
        }
    }
}

pub(super) struct PostgresRow<'r> {
    pub(super) row: &'r tokio_postgres::Row,
}

impl<'r> PostgresRow<'r> {
    fn get<T: FromSql<'r>>(&self, index: usize) -> Result<Option<T>, StoreError> {
        self.row
            .try_get(index)
            .map_err(|error| StoreError::corrupt(format!("column {index}: {error}")))
    }
}

impl Row for PostgresRow<'_> {
    fn maybe_text(&self, index: usize) -> Result<Option<&str>, StoreError> {
        self.get(index)
    }

    fn maybe_integer(&self, index: usize) -> Result<Option<i64>, StoreError> {
        // A literal in a statement is an `int4`; columns and counts are `int8`.
        match self.row.columns().get(index).map(|column| column.type_()) {
            Some(ty) if *ty == Type::INT4 => Ok(self.get::<i32>(index)?.map(i64::from)),
            _ => self.get(index),
        }
    }

    fn maybe_boolean(&self, index: usize) -> Result<Option<bool>, StoreError> {
        self.get(index)
    }

    fn maybe_bytes(&self, index: usize) -> Result<Option<&[u8]>, StoreError> {
        self.get(index)
    }
}
