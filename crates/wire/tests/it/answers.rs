//! What an operation's output looks like in each protocol.

use std::collections::BTreeMap;

use http::Response;
use serde::Serialize;
use shapes::{Timestamp, Value};

use crate::contract::{Head, RPC_PATH, TARGET, map, text};

#[derive(Serialize)]
enum Status {
    #[serde(rename = "AVAILABLE")]
    Available,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Detail {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    status: Status,
    at: Timestamp,
    names: Vec<String>,
    limits: BTreeMap<String, i32>,
}

#[derive(Serialize)]
struct Nothing {}

fn detail() -> Detail {
    Detail {
        id: "a<b".to_owned(),
        description: None,
        status: Status::Available,
        at: Timestamp::from_microseconds(1_577_222_793_362_000),
        names: vec!["x".to_owned(), String::new()],
        limits: BTreeMap::from([("n".to_owned(), 7)]),
    }
}

fn answer<T: Serialize>(head: &Head, body: &[u8], output: &T) -> Response<Vec<u8>> {
    let envelope = head.envelope().unwrap();
    let route = envelope.call(body).unwrap().route;
    route.answer(output, "request-1")
}

fn header<'r>(response: &'r Response<Vec<u8>>, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |it| it.to_str().unwrap())
}

fn body(response: Response<Vec<u8>>) -> String {
    String::from_utf8(response.into_body()).unwrap()
}

#[test]
fn json_answers_are_compact_with_epoch_seconds() {
    let response = answer(&Head::json(TARGET), b"{}", &detail());
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "content-type"), "application/x-amz-json-1.1");
    assert_eq!(header(&response, "x-amzn-requestid"), "request-1");
    assert_eq!(header(&response, "smithy-protocol"), "");
    assert_eq!(
        body(response),
        r#"{"Id":"a<b","Status":"AVAILABLE","At":1577222793.362,"Names":["x",""],"Limits":{"n":7}}"#
    );
    assert_eq!(body(answer(&Head::json(TARGET), b"{}", &Nothing {})), "{}");
}

#[test]
fn cbor_answers_echo_the_protocol() {
    let response = answer(&Head::cbor(RPC_PATH), b"", &detail());
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "content-type"), "application/cbor");
    assert_eq!(header(&response, "x-amzn-requestid"), "request-1");
    assert_eq!(header(&response, "smithy-protocol"), "rpc-v2-cbor");
    let expected = map([
        ("Id", text("a<b")),
        ("Status", text("AVAILABLE")),
        (
            "At",
            Value::Timestamp(Timestamp::from_microseconds(1_577_222_793_362_000)),
        ),
        ("Names", Value::List(vec![text("x"), text("")])),
        ("Limits", map([("n", Value::Integer(7))])),
    ]);
    assert_eq!(wire::cbor::decode(response.body()).unwrap(), expected);
    assert_eq!(
        answer(&Head::cbor(RPC_PATH), b"", &Nothing {}).into_body(),
        b"\xa0"
    );
}

#[test]
fn query_answers_are_wrapped_in_xml() {
    let response = answer(&Head::query(), b"Action=AssumeRole&Version=2011-06-15", &detail());
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "content-type"), "text/xml");
    assert_eq!(
        body(response),
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>\
         <Id>a&lt;b</Id><Status>AVAILABLE</Status><At>2019-12-24T21:26:33.362Z</At>\
         <Names><member>x</member><member></member></Names>\
         <Limits><entry><key>n</key><value>7</value></entry></Limits>\
         </AssumeRoleResult><ResponseMetadata><RequestId>request-1</RequestId></ResponseMetadata>\
         </AssumeRoleResponse>"
    );
}

#[test]
fn an_operation_without_output_has_no_result() {
    let response = answer(&Head::query(), b"Action=Forget&Version=2011-06-15", &Nothing {});
    assert_eq!(
        body(response),
        "<ForgetResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><ResponseMetadata>\
         <RequestId>request-1</RequestId></ResponseMetadata></ForgetResponse>"
    );
}

#[test]
fn xml_carries_what_it_can_and_replaces_what_it_cannot() {
    let cases = [
        ("&<>\"'", "&amp;&lt;&gt;&quot;&apos;"),
        ("a\tb\nc\rd", "a\tb\nc&#xD;d"),
        (
            "\0\u{1}\u{1f}\u{fffe}\u{ffff}",
            "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
        ),
        ("é\u{7f}🙂", "é\u{7f}🙂"),
    ];
    for (text, expected) in cases {
        let response = answer(
            &Head::query(),
            b"Action=Forget&Version=2011-06-15",
            &map([("T", Value::Text(text.into()))]),
        );
        let body = body(response);
        assert!(body.contains(&format!("<T>{expected}</T>")), "{body}");
    }
}

#[test]
fn a_time_beyond_iso_8601_is_the_last_there_is() {
    for (time, expected) in [(i64::MAX, "9999-12-"), (i64::MIN, "-009999-01-")] {
        let output = map([("T", Value::Timestamp(Timestamp::from_microseconds(time)))]);
        let body = body(answer(
            &Head::query(),
            b"Action=Forget&Version=2011-06-15",
            &output,
        ));
        assert!(body.contains(&format!("<T>{expected}")), "{body}");
    }
}

#[test]
fn an_answer_kept_as_cbor_can_be_given_in_every_protocol() {
    let at = Timestamp::from_microseconds(1_577_222_793_000_000);
    let output = map([
        ("Key", map([("Id", text("a")), ("At", Value::Timestamp(at))])),
        ("Absent", Value::Null),
        ("Names", Value::List(vec![text("x")])),
    ]);
    let kept = wire::cbor::encode(&output).unwrap();
    let output = wire::cbor::decode(&kept).unwrap();

    let json = body(answer(&Head::json(TARGET), b"{}", &output));
    assert_eq!(
        json,
        r#"{"Key":{"Id":"a","At":1577222793},"Absent":null,"Names":["x"]}"#
    );
    let xml = body(answer(
        &Head::query(),
        b"Action=Forget&Version=2011-06-15",
        &output,
    ));
    let members = "<Key><Id>a</Id><At>2019-12-24T21:26:33Z</At></Key><Names><member>x</member></Names>";
    assert!(xml.contains(members), "{xml}");
}
