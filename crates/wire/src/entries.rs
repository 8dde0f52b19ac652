//! What the decoders have in common: the limits on a body's shape, and the search for a key that came twice.
//!
//! Invariant: nothing here costs more than the body's length times a small factor. Deliberately absent: a limit on the
//! body's length, which is the listener's.

use std::borrow::Cow;

use shapes::Value;

use crate::Malformed;

/// Ours: how deep lists and structures nest. The contract's deepest input, CreateProduct, nests four.
pub(crate) const DEPTH_MAX: usize = 64;

/// Room is made for at most this many entries on the word of a declared length; the rest must arrive first.
pub(crate) const CAPACITY_MAX: usize = 16;

/// Up to this many keys, comparing each with each is faster than sorting them.
const PAIRWISE_MAX: usize = 16;

pub(crate) fn too_deep() -> Malformed {
    Malformed::new(format!("The body nests deeper than {DEPTH_MAX} levels."))
}

/// A structure or a map, unless a key came twice.
///
/// Ours: AWS takes one of the two; which one depends on the parser, so that a policy and an operation could read
/// different requests.
pub(crate) fn map<'a>(entries: Vec<(Cow<'a, str>, Value<'a>)>) -> Result<Value<'a>, Malformed> {
    match duplicate(&entries) {
        Some(key) => Err(Malformed::new(format!("Duplicate key '{key}'."))),
        None => Ok(Value::Map(entries)),
    }
}

fn duplicate<'n>(entries: &'n [(Cow<'_, str>, Value<'_>)]) -> Option<&'n str> {
    if entries.len() <= PAIRWISE_MAX {
        let mut later = entries.iter();
        while let Some((key, _)) = later.next() {
            if later.as_slice().iter().any(|(other, _)| other == key) {
                return Some(key);
            }
        }
        return None;
    }
    let mut keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_ref()).collect();
    keys.sort_unstable();
    keys.windows(2)
        .find(|pair| pair[0] == pair[1])
        .map(|pair| pair[0])
}
