//! What the CBOR decoder takes and refuses, and what the encoder writes. Bodies are in hexadecimal.

use serde::Serialize;
use shapes::{Timestamp, Value};
use wire::cbor::{decode, encode};

use crate::contract::{map, text};

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digits: String = hexadecimal.split_whitespace().collect();
    (0..digits.len() / 2)
        .map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).unwrap())
        .collect()
}

/// Reads the value of the only member, `a`.
fn member(value: &str) -> Result<Value<'static>, String> {
    let body = bytes(&format!("a1 6161 {value}"));
    let decoded = decode(&body).map_err(|error| error.to_string())?;
    let Value::Map(mut members) = decoded else {
        panic!("not a map");
    };
    let (_, value) = members.remove(0);
    Ok(match value {
        Value::Text(text) => Value::Text(text.into_owned().into()),
        Value::Bytes(bytes) => Value::Bytes(bytes.into_owned().into()),
        Value::List(items) => Value::List(vec![Value::Null; items.len()]),
        Value::Null => Value::Null,
        Value::Boolean(it) => Value::Boolean(it),
        Value::Integer(it) => Value::Integer(it),
        Value::Float(it) => Value::Float(it),
        Value::Timestamp(it) => Value::Timestamp(it),
        Value::Map(_) | Value::Untyped(_) => panic!("no test has one"),
    })
}

#[test]
fn three_bodies_are_an_empty_input() {
    for body in ["", "a0", "bfff"] {
        assert_eq!(decode(&bytes(body)).unwrap(), map([]), "{body}");
    }
}

#[test]
fn every_kind_of_value_is_read() {
    let seconds = |it: i64| Value::Timestamp(Timestamp::from_microseconds(it * 1_000_000));
    let cases = [
        ("f6", Value::Null),
        ("f7", Value::Null),
        ("f4", Value::Boolean(false)),
        ("f5", Value::Boolean(true)),
        ("00", Value::Integer(0)),
        ("1801", Value::Integer(1)),
        ("190001", Value::Integer(1)),
        ("1a00000001", Value::Integer(1)),
        ("1b0000000000000001", Value::Integer(1)),
        ("20", Value::Integer(-1)),
        ("1b7fffffffffffffff", Value::Integer(i64::MAX)),
        ("3b7fffffffffffffff", Value::Integer(i64::MIN)),
        ("1b8000000000000000", Value::Float(9_223_372_036_854_775_808.0)),
        ("3b8000000000000000", Value::Float(-9_223_372_036_854_775_808.0)),
        ("f93e00", Value::Float(1.5)),
        ("f97c00", Value::Float(f64::INFINITY)),
        ("fa3fc00000", Value::Float(1.5)),
        ("fb3ff8000000000000", Value::Float(1.5)),
        ("60", text("")),
        ("6162", text("b")),
        ("7f 6162 60 6163 ff", text("bc")),
        ("42 0102", Value::Bytes((&[1, 2][..]).into())),
        ("5f 4101 4102 ff", Value::Bytes((&[1, 2][..]).into())),
        ("82 01 02", Value::List(vec![Value::Null; 2])),
        ("9f 01 02 03 ff", Value::List(vec![Value::Null; 3])),
        ("c1 1a 5e027fa9", seconds(1_577_222_057)),
        ("c1 20", seconds(-1)),
        (
            "c1 f93e00",
            Value::Timestamp(Timestamp::from_microseconds(1_500_000)),
        ),
        (
            "c1 fb 41d7809fea5cac08",
            Value::Timestamp(Timestamp::from_microseconds(1_577_222_057_448_000)),
        ),
        ("d801 00", seconds(0)),
    ];
    for (value, expected) in cases {
        assert_eq!(member(value), Ok(expected), "{value}");
    }
    assert!(matches!(member("f97e00"), Ok(Value::Float(it)) if it.is_nan()));
}

#[test]
fn structures_may_be_of_known_and_of_unknown_length() {
    let expected = map([("a", map([("b", Value::Integer(1))])), ("c", text("d"))]);
    for body in [
        "a2 6161 a1 6162 01 6163 6164",
        "bf 6161 bf 6162 01 ff 7f 6163 ff 7f 6164 ff ff",
    ] {
        assert_eq!(decode(&bytes(body)).unwrap(), expected, "{body}");
    }
}

#[test]
fn what_the_protocol_does_not_have_is_refused() {
    let values = [
        ("c0 6161", "tag 0"),
        ("c2 4101", "tag 2"),
        ("c4 82 01 02", "tag 4"),
        ("d9 d9f7 01", "tag 55799"),
        ("c1 6161", "number of seconds"),
        ("c1 c1 00", "number of seconds"),
        ("c1 f6", "number of seconds"),
        ("c1 f97e00", "number of seconds"),
        ("c1 1b7fffffffffffffff", "number of seconds"),
        ("f0", "simple value 16"),
        ("f8 20", "simple value 32"),
        ("ff", "break"),
        ("1c", "malformed"),
        ("1f", "malformed"),
        ("61 ff", "UTF-8"),
        ("62 c3", "cut off"),
        ("7f 61c3 61a9 ff", "UTF-8"),
        ("7f 4161 ff", "not text"),
        ("7f 7f 6161 ff ff", "not text"),
        ("5f 6161 ff", "not bytes"),
        ("a1 01 02", "not text"),
        ("a1 4161 02", "not text"),
        ("a2 6162 01 6162 01", "Duplicate key 'b'"),
        ("bf 6162 01 7f 6162 ff 01 ff", "Duplicate key 'b'"),
    ];
    for (value, reason) in values {
        let error = member(value).unwrap_err();
        assert!(error.contains(reason), "{value}: {error}");
    }
}

#[test]
fn what_is_not_one_map_is_refused() {
    for body in [
        "01",
        "80",
        "f6",
        "6161",
        "ff",
        "c1 00",
        "a0 00",
        "a0 a0",
        "bf ff ff",
        "a1",
        "a1 6161",
        "bf 6161 01",
        "b8",
    ] {
        decode(&bytes(body)).unwrap_err();
    }
}

#[test]
fn absurd_lengths_are_refused_before_room_is_made_for_them() {
    for head in ["5b", "7b", "9b", "bb"] {
        for length in ["7fffffffffffffff", "ffffffffffffffff", "000000ffffffffff"] {
            member(&format!("{head} {length} 00")).unwrap_err();
            decode(&bytes(&format!("{head} {length} 00"))).unwrap_err();
        }
    }
}

#[test]
fn nesting_is_limited() {
    let nested = |head: &str, depth: usize| format!("{} 00", head.repeat(depth));
    member(&nested("81", 63)).unwrap();
    assert!(member(&nested("81", 64)).unwrap_err().contains("64 levels"));
    assert!(member(&nested("9f", 100_000)).unwrap_err().contains("64 levels"));
    assert!(
        member(&nested("a16161", 100_000))
            .unwrap_err()
            .contains("64 levels")
    );
    member(&nested("c1", 100_000)).unwrap_err();
}

#[derive(Serialize)]
struct Detail {
    #[serde(rename = "Id")]
    id: &'static str,
    #[serde(rename = "Note", skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
    #[serde(rename = "At")]
    at: Timestamp,
}

#[test]
fn absent_members_are_omitted_and_timestamps_are_tagged() {
    let detail = |milliseconds: i64| Detail {
        id: "a",
        note: None,
        at: Timestamp::from_microseconds(milliseconds * 1_000),
    };
    let cases = [
        (1_577_222_057_000, "a2 624964 6161 624174 c11a5e027fa9"),
        (-1_000, "a2 624964 6161 624174 c120"),
        // A half float would do for half a second; the protocol advises against it.
        (500, "a2 624964 6161 624174 c1fb3fe0000000000000"),
    ];
    for (milliseconds, expected) in cases {
        assert_eq!(encode(&detail(milliseconds)).unwrap(), bytes(expected));
    }
}

#[test]
fn numbers_take_the_shortest_form_and_floats_the_longest() {
    let cases = [
        (Value::Integer(23), "17"),
        (Value::Integer(24), "1818"),
        (Value::Integer(-25), "3818"),
        (Value::Integer(65_536), "1a00010000"),
        (Value::Integer(i64::MIN), "3b7fffffffffffffff"),
        (Value::Float(1.5), "fb3ff8000000000000"),
        (Value::Boolean(true), "f5"),
        (Value::Null, "f6"),
        (Value::Bytes((&[7][..]).into()), "4107"),
        (Value::List(vec![]), "80"),
        (map([]), "a0"),
    ];
    for (value, expected) in cases {
        assert_eq!(encode(&value).unwrap(), bytes(expected));
    }
}
