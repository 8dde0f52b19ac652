//! Percent-encoding as SigV4 wants it: RFC 3986's unreserved characters stay, every other byte becomes `%XX` in
//! upper case.
//!
//! The one invariant: decoding never fails. A broken escape stands for itself here; a claim with one is refused
//! earlier, by [`check_escapes`], because otherwise `%zz` and `%25zz` would carry the same signature.

use super::Refusal;

const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// Appends `byte`, encoded unless it is unreserved.
pub(super) fn push_encoded(out: &mut Vec<u8>, byte: u8) {
    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
        out.push(byte);
    } else {
        out.extend([
            b'%',
            DIGITS[usize::from(byte >> 4)],
            DIGITS[usize::from(byte & 0xf)],
        ]);
    }
}

/// The bytes that a name or a value of a query string stands for; `+` is a space.
pub(super) fn decoded(text: &str) -> impl Iterator<Item = u8> {
    let mut rest = text.as_bytes();
    std::iter::from_fn(move || {
        let (&first, after) = rest.split_first()?;
        if first == b'%'
            && let Some(byte) = escaped(after)
        {
            rest = &after[2..];
            return Some(byte);
        }
        rest = after;
        Some(if first == b'+' { b' ' } else { first })
    })
}

/// Refuses a query string with a `%` that two hexadecimal digits do not follow.
///
/// Source: both messages are AWS's.
pub(super) fn check_escapes(query: &str) -> Result<(), Refusal> {
    for (at, _) in query.match_indices('%') {
        let after = &query.as_bytes()[at + 1..];
        if escaped(after).is_some() {
            continue;
        }
        return Err(Refusal::MalformedQueryString(match after {
            [first, second, ..] => {
                format!(
                    "Illegal hex character in escape % pattern: %{}",
                    [*first, *second].escape_ascii()
                )
            }
            _ => "Incomplete trailing escape % sequence".to_owned(),
        }));
    }
    Ok(())
}

/// The byte that the two digits at the start of `text` stand for.
fn escaped(text: &[u8]) -> Option<u8> {
    let &[high, low, ..] = text else { return None };
    Some(digit(high)? << 4 | digit(low)?)
}

fn digit(text: u8) -> Option<u8> {
    match text {
        b'0'..=b'9' => Some(text - b'0'),
        b'a'..=b'f' => Some(text - b'a' + 10),
        b'A'..=b'F' => Some(text - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(encoded: &str) -> String {
        decoded(encoded).map(char::from).collect()
    }

    #[test]
    fn escapes_and_plus_signs_are_decoded() {
        assert_eq!(text("a%2Fb%2fc+d"), "a/b/c d");
    }

    #[test]
    fn a_broken_escape_stands_for_itself() {
        assert_eq!(text("%zz%2"), "%zz%2");
    }

    #[test]
    fn a_broken_escape_is_refused_in_a_claim() {
        let message = |query| check_escapes(query).unwrap_err().to_string();
        assert_eq!(message("a=%2"), "Incomplete trailing escape % sequence");
        assert_eq!(message("a=%zz"), "Illegal hex character in escape % pattern: %zz");
        assert_eq!(check_escapes("a=%2f%2F&b=%41"), Ok(()));
    }

    #[test]
    fn reserved_bytes_are_encoded_in_upper_case() {
        let mut out = Vec::new();
        for byte in "aZ09-._~/ é*".bytes() {
            push_encoded(&mut out, byte);
        }
        assert_eq!(out, b"aZ09-._~%2F%20%C3%A9%2A");
    }
}
