//! Rules that hold for any bytes and any value.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::{collection::vec, prelude::*, sample::Index};
use shapes::{Timestamp, Value};

use crate::contract::{Head, RPC_PATH, TARGET};

const JSON: &[u8] =
    br#"{"DisplayName":"Databases","Tags":[{"Key":"a","Value":"\u00e9"}],"N":-1.5e3,"B":true,"X":null}"#;
const CBOR: &[u8] = b"\xbf\x64Name\x7f\x62ab\x60\xff\x64Tags\x82\xa1\x63Key\x61a\xa0\x61t\xc1\xfb\x41\xd7\x80\x9f\xea\x5c\xac\x08\
                      \x61n\x39\x01\x00\x61b\x42\x01\x02\x61u\xf7\x61h\xf9\x3e\x00\xff";
const FORM: &[u8] = b"Action=AssumeRole&Version=2011-06-15&Tags.member.1.Key=a&Tags.member.1.Value=%C3%A9+b&\
                      M.entry.1.key=k&M.entry.1.value=v";

/// Values that every format of ours can carry.
fn scalar() -> impl Strategy<Value = Value<'static>> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Boolean),
        any::<i64>().prop_map(Value::Integer),
        // Thousandths, as in a timestamp: serde_json reads longer fractions to the last bit but one.
        any::<i32>().prop_map(|it| Value::Float(f64::from(it) / 1_000.0)),
        ".*".prop_map(|it| Value::Text(it.into())),
    ]
}

fn binary() -> impl Strategy<Value = Value<'static>> {
    prop_oneof![
        any::<f64>()
            .prop_filter("NaN equals nothing", |it| !it.is_nan())
            .prop_map(Value::Float),
        vec(any::<u8>(), 0..20).prop_map(|it| Value::Bytes(it.into())),
        any::<i32>().prop_map(|it| Value::Timestamp(Timestamp::from_microseconds(i64::from(it) * 1_000_000))),
        (0..4_000_000_000_000_i64).prop_map(|it| Value::Timestamp(Timestamp::from_microseconds(it * 1_000))),
    ]
}

fn tree(leaf: impl Strategy<Value = Value<'static>> + 'static) -> impl Strategy<Value = Value<'static>> {
    let nested = leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![vec(inner.clone(), 0..8).prop_map(Value::List), structure(inner),]
    });
    structure(nested)
}

fn structure(member: impl Strategy<Value = Value<'static>>) -> impl Strategy<Value = Value<'static>> {
    let members = proptest::collection::btree_map(".{0,8}", member, 0..24);
    members.prop_map(|it| Value::Map(it.into_iter().map(|(name, value)| (name.into(), value)).collect()))
}

/// The name of a member of a form; `Action` and `Version` are none.
fn parameter() -> impl Strategy<Value = String> {
    "[A-Za-z]{1,8}".prop_filter("no member", |it| it != "Action" && it != "Version")
}

/// A body with some bytes changed, removed or doubled.
fn mutated(body: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    vec((any::<Index>(), any::<u8>(), 0..4), 1..6).prop_map(|changes| {
        let mut bytes = body.to_vec();
        for (at, byte, kind) in changes {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => bytes.truncate(at.max(1)),
                _ => bytes.extend_from_within(at..),
            }
        }
        bytes
    })
}

fn decode_as_everything(body: &[u8]) {
    let _ = wire::json::decode(body);
    let _ = wire::cbor::decode(body);
    let _ = wire::query::decode(body);
    for head in [Head::json(TARGET), Head::cbor(RPC_PATH), Head::query()] {
        let envelope = head.envelope().unwrap();
        if let Err(error) = envelope.call(body) {
            assert!(
                (400..500).contains(&error.status) || error.code == "NotImplemented",
                "{error}"
            );
        }
    }
}

#[test]
fn the_bodies_to_mutate_are_good() {
    wire::json::decode(JSON).unwrap();
    wire::cbor::decode(CBOR).unwrap();
    wire::query::decode(FORM).unwrap();
}

proptest! {
    #[test]
    fn no_bytes_make_a_decoder_panic(body in vec(any::<u8>(), 0..200)) {
        decode_as_everything(&body);
    }

    #[test]
    fn no_damage_to_a_good_body_makes_a_decoder_panic(
        body in prop_oneof![mutated(JSON), mutated(CBOR), mutated(FORM)],
    ) {
        decode_as_everything(&body);
    }

    #[test]
    fn json_reads_what_it_writes(value in tree(scalar())) {
        let body = wire::json::encode(&value).unwrap();
        prop_assert_eq!(wire::json::decode(&body).unwrap(), value);
    }

    #[test]
    fn cbor_reads_what_it_writes(value in tree(prop_oneof![scalar(), binary()])) {
        let body = wire::cbor::encode(&value).unwrap();
        prop_assert_eq!(wire::cbor::decode(&body).unwrap(), value);
    }

    #[test]
    fn a_query_reads_any_text(name in parameter(), value in ".*") {
        let escaped = utf8_percent_encode(&value, NON_ALPHANUMERIC);
        let form = format!("{name}={escaped}");
        let form = wire::query::decode(form.as_bytes()).unwrap();
        let member = (name.into(), Value::Untyped(value.into()));
        prop_assert_eq!(form.input, Value::Map(vec![member]));
    }

    #[test]
    fn no_head_is_without_an_answer(
        method in "[A-Z]{1,7}",
        path in "/[a-z/]{0,20}",
        signing_name in prop_oneof![Just(None), Just(Some("sts")), Just(Some("servicecatalog")), Just(Some("ec2"))],
        target in "[ -~]{0,20}",
    ) {
        let head = Head::unsigned(&method, &path).signed_for(signing_name).with("x-amz-target", &target);
        if let Err(error) = head.envelope() {
            let response = head.guess().answer(&error.answer(), "r");
            prop_assert!(!response.body().is_empty());
        }
    }
}
