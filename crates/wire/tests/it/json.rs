//! What the JSON decoder takes and refuses.

use shapes::Value;
use wire::json::decode;

use crate::contract::{map, text};

#[test]
fn an_empty_body_is_an_empty_object() {
    assert_eq!(decode(b"").unwrap(), map([]));
    assert_eq!(decode(b" {} ").unwrap(), map([]));
}

#[test]
fn every_kind_of_value_is_read() {
    let body = br#"{"a":null,"b":true,"c":[1,-2,1.5],"d":{"e":"x"},"f":"\u00e9\n"}"#;
    let numbers = vec![Value::Integer(1), Value::Integer(-2), Value::Float(1.5)];
    let expected = map([
        ("a", Value::Null),
        ("b", Value::Boolean(true)),
        ("c", Value::List(numbers)),
        ("d", map([("e", text("x"))])),
        ("f", text("é\n")),
    ]);
    assert_eq!(decode(body).unwrap(), expected);
}

#[test]
fn text_without_escapes_is_borrowed() {
    let Value::Map(members) = decode(br#"{"Id":"port-1"}"#).unwrap() else {
        panic!("not a map");
    };
    let [(name, Value::Text(id))] = members.as_slice() else {
        panic!("not one text");
    };
    assert!(matches!(name, std::borrow::Cow::Borrowed("Id")));
    assert!(matches!(id, std::borrow::Cow::Borrowed("port-1")));
}

#[test]
fn numbers_beyond_64_bits_become_floats() {
    let cases = [
        ("9223372036854775807", Value::Integer(i64::MAX)),
        ("-9223372036854775808", Value::Integer(i64::MIN)),
        ("9223372036854775808", Value::Float(9_223_372_036_854_775_808.0)),
        ("100000000000000000000", Value::Float(1e20)),
    ];
    for (number, expected) in cases {
        let body = format!(r#"{{"n":{number}}}"#);
        assert_eq!(
            decode(body.as_bytes()).unwrap(),
            map([("n", expected)]),
            "{number}"
        );
    }
}

#[test]
fn what_is_not_one_json_object_is_refused() {
    let bodies: [&[u8]; 16] = [
        b"[]",
        b"null",
        b"\"a\"",
        b"1",
        b" ",
        b"{",
        b"{}{}",
        b"{} x",
        b"{\"a\":}",
        b"{\"a\":1,}",
        b"{\"a\":NaN}",
        b"{\"a\":1e999}",
        b"{\"a\":\"\xff\"}",
        b"{\"\xff\":1}",
        b"{\"a\":\"\\ud800\"}",
        b"\xef\xbb\xbf{}",
    ];
    for body in bodies {
        decode(body).unwrap_err();
    }
}

#[test]
fn a_key_that_stands_twice_is_refused_at_any_depth() {
    for body in [r#"{"a":1,"a":1}"#, r#"{"x":[{"a":1,"b":2,"\u0061":3}]}"#] {
        let error = decode(body.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("Duplicate key 'a'"), "{error}");
    }
    let many: Vec<_> = (0..40).map(|it| format!(r#""k{it}":0"#)).collect();
    decode(format!("{{{}}}", many.join(",")).as_bytes()).unwrap();
    decode(format!(r#"{{{},"k7":0}}"#, many.join(",")).as_bytes()).unwrap_err();
}

#[test]
fn nesting_is_limited() {
    let nested = |depth: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    decode(nested(63).as_bytes()).unwrap();
    let error = decode(nested(64).as_bytes()).unwrap_err();
    assert!(error.to_string().contains("64 levels"), "{error}");
    decode(nested(100_000).as_bytes()).unwrap_err();
}
