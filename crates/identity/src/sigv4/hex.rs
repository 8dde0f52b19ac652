//! SHA-256 sized values as lower-case hexadecimal text.
//!
//! The one invariant: only lower case is read. AWS compares signatures as text, so `AB` is not `ab`.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// `bytes` as 64 lower-case digits.
pub(super) fn hex(bytes: &[u8; 32]) -> [u8; 64] {
    let mut text = [0; 64];
    for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 0xf)];
    }
    text
}

/// The value of 64 lower-case digits; `None` for anything else.
pub(super) fn unhex(text: &[u8]) -> Option<[u8; 32]> {
    if text.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

fn digit(text: u8) -> Option<u8> {
    match text {
        b'0'..=b'9' => Some(text - b'0'),
        b'a'..=b'f' => Some(text - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read_back() {
        let bytes = std::array::from_fn(|at| u8::try_from(at * 8).unwrap());
        assert_eq!(unhex(&hex(&bytes)), Some(bytes));
    }

    #[test]
    fn upper_case_and_wrong_lengths_are_not_read() {
        assert_eq!(unhex(&[b'A'; 64]), None);
        assert_eq!(unhex(&[b'a'; 63]), None);
        assert_eq!(unhex(&[b'a'; 65]), None);
        assert_eq!(unhex(&[b'g'; 64]), None);
    }
}
