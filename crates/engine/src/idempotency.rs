//! The same request twice: what a client's idempotency token stands for.

use std::borrow::Cow;

use domain::Fault;
use sha2::{Digest as _, Sha256};
use shapes::{OperationDescription, Value};
use store::RequestKey;

use crate::Cx;

/// The key under which the answer to a command is kept.
pub(crate) fn request_key(
    cx: &Cx,
    operation: &OperationDescription,
    token: Option<&str>,
    input: &Value<'_>,
) -> RequestKey {
    RequestKey {
        scope: format!("{}/{}/{}", cx.account(), cx.region(), operation.name),
        token: token.map(str::to_owned),
        fingerprint: token.map_or([0; 32], |_| fingerprint(input)),
        now_us: cx.now().microseconds(),
        expires_at_us: cx.now().after(cx.limits().idempotency_retention).microseconds(),
    }
}

/// Ours: AWS does not say which error answers a token that stands for another request.
pub(crate) fn token_reused() -> Fault {
    Fault::invalid_parameters("The idempotency token was used before, for a request with other parameters.")
}

/// The language of messages, which some clients send and others leave out: it asks for nothing else.
const ACCEPT_LANGUAGE: &str = "AcceptLanguage";

/// A digest of `input` that does not depend on the order of members, on the protocol, or on how a client says nothing:
/// an absent member, null and an empty list are one.
fn fingerprint(input: &Value<'_>) -> [u8; 32] {
    let mut digest = Sha256::new();
    add(&mut digest, input);
    digest.finalize().into()
}

fn says_something((member, value): &(Cow<'_, str>, Value<'_>)) -> bool {
    let is_empty = match value {
        Value::Null => true,
        Value::List(items) => items.is_empty(),
        _ => false,
    };
    !is_empty && member != ACCEPT_LANGUAGE
}

fn add(digest: &mut Sha256, value: &Value<'_>) {
    let mut field = |kind: &[u8], bytes: &[u8]| {
        digest.update(kind);
        digest.update((bytes.len() as u64).to_be_bytes());
        digest.update(bytes);
    };
    match value {
        Value::Null => field(b"n", &[]),
        Value::Boolean(it) => field(b"b", &[u8::from(*it)]),
        Value::Integer(it) => field(b"i", &it.to_be_bytes()),
        Value::Float(it) => field(b"f", &it.to_be_bytes()),
        Value::Text(it) | Value::Untyped(it) => field(b"t", it.as_bytes()),
        Value::Bytes(it) => field(b"x", it),
        Value::Timestamp(it) => field(b"d", &it.microseconds().to_be_bytes()),
        Value::List(items) => {
            field(b"l", &(items.len() as u64).to_be_bytes());
            for it in items {
                add(digest, it);
            }
        }
        Value::Map(entries) => {
            let mut entries: Vec<_> = entries.iter().filter(|it| says_something(it)).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            field(b"m", &(entries.len() as u64).to_be_bytes());
            for (key, value) in entries {
                add(digest, &Value::Text(key.as_ref().into()));
                add(digest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map<'a>(entries: &[(&'a str, &'a str)]) -> Value<'a> {
        Value::Map(
            entries
                .iter()
                .map(|(key, value)| ((*key).into(), Value::Text((*value).into())))
                .collect(),
        )
    }

    #[test]
    fn there_are_many_ways_to_say_nothing() {
        let with = |value: Value<'static>| fingerprint(&Value::Map(vec![("Tags".into(), value)]));
        let nothing = fingerprint(&Value::Map(Vec::new()));
        assert_eq!(with(Value::Null), nothing);
        assert_eq!(with(Value::List(Vec::new())), nothing);
        assert_ne!(with(Value::List(vec![Value::Null])), nothing);
        assert_ne!(with(Value::Text("".into())), nothing);
    }

    #[test]
    fn a_fingerprint_depends_on_values_and_not_on_their_order() {
        let one = fingerprint(&map(&[("A", "1"), ("B", "2")]));
        assert_eq!(one, fingerprint(&map(&[("B", "2"), ("A", "1")])));
        assert_ne!(one, fingerprint(&map(&[("A", "1"), ("B", "3")])));
        assert_ne!(one, fingerprint(&map(&[("A", "1B2")])));
        assert_eq!(
            one,
            fingerprint(&map(&[("A", "1"), ("AcceptLanguage", "en"), ("B", "2")]))
        );
    }
}
