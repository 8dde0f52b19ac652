use super::*;

#[track_caller]
fn check(pattern: &str, expected: &str) {
    assert_eq!(translated(pattern).unwrap(), format!(r"\A(?:{expected})\z"));
}

#[test]
fn classes_are_ascii_and_properties_stay() {
    check(r"\d{12}", "[0-9]{12}");
    check(r"[\w+=,.@-]+", r"[A-Za-z0-9_\+=,\.@\-]+");
    check(r"[\s\S]*", r"[\t\n\x0B\x0C\r\x20[^\t\n\x0B\x0C\r\x20]]*");
    check(r"[^\s@]+", r"[^\t\n\x0B\x0C\r\x20@]+");
    check(r"^([\p{L}\p{Z}_.:/=+\-@]*)$", r"^(?:[\p{L}\p{Z}_\.:/=\+\-@]*)$");
}

#[test]
fn a_hyphen_is_a_range_only_between_two_characters() {
    check(r"[a-z0-9-\.]", r"[a-z0-9\-\.]");
    check(r"[-.a-z]", r"[\-\.a-z]");
    check(r"[a-z-]", r"[a-z\-]");
    check(r"[ -~]", r"[ -\~]");
}

#[test]
fn code_points_are_written_by_number_and_surrogate_pairs_joined() {
    check(r"[\u0009\u0020-\uD7FF]", r"[\x{9} -\x{D7FF}]");
    check(r"[\uD800\uDC00-\uDBFF\uDFFF]", r"[\x{10000}-\x{10FFFF}]");
    check(r"[\u10000-\u10FFFF]", r"[\x{10000}-\x{10FFFF}]");
}

#[test]
fn escaped_punctuation_stands_for_itself() {
    check(r"role\/.{0,9}", r"role/[^\n\r\x{85}\x{2028}\x{2029}]{0,9}");
    check(r"(\u002F)|a?:b", "(?:/)|a?:b");
}

#[test]
fn what_has_no_equivalent_is_refused() {
    for pattern in [
        r"a(?!b)", r"a(?=b)", r"(a)\1", r"a++", r"[a&&b]", r"[a[b]]", r"\b", r"[a", r"\uD800",
    ] {
        assert!(translated(pattern).is_err(), "{pattern}");
    }
}
