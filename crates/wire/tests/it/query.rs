//! What the Query decoder takes and refuses.

use shapes::Value;
use wire::query::{Form, decode};

use crate::contract::{map, untyped};

fn input(form: &str) -> Value<'_> {
    decode(form.as_bytes()).unwrap().input
}

#[test]
fn action_and_version_stand_apart_from_the_input() {
    let form = decode(b"Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam").unwrap();
    let expected = Form {
        action: Some("AssumeRole".into()),
        version: Some("2011-06-15".into()),
        input: map([("RoleArn", untyped("arn:aws:iam"))]),
    };
    assert_eq!(form, expected);
}

#[test]
fn escapes_are_undone_in_names_and_values() {
    let cases = [
        ("a=b+c%20d%2B", map([("a", untyped("b c d+"))])),
        ("%41=%C3%A9", map([("A", untyped("é"))])),
        ("a=%zz%", map([("a", untyped("%zz%"))])),
        ("a=b=c", map([("a", untyped("b=c"))])),
        ("a", map([("a", untyped(""))])),
        ("a=", map([("a", untyped(""))])),
        ("&&a=1&&", map([("a", untyped("1"))])),
        ("", map([])),
    ];
    for (form, expected) in cases {
        assert_eq!(input(form), expected, "{form}");
    }
}

#[test]
fn members_become_lists_in_the_order_of_their_numbers() {
    let form = "Arns.member.10=c&Arns.member.4000000000=d&Arns.member.2=b&Arns.member.1=a";
    let items = ["a", "b", "c", "d"].map(untyped).to_vec();
    assert_eq!(input(form), map([("Arns", Value::List(items))]));

    let tag = |key, value| map([("Key", untyped(key)), ("Value", untyped(value))]);
    let form = "Tags.member.1.Key=k1&Tags.member.1.Value=v1&Tags.member.2.Key=k2&Tags.member.2.Value=v2";
    let tags = vec![tag("k1", "v1"), tag("k2", "v2")];
    assert_eq!(input(form), map([("Tags", Value::List(tags))]));
}

#[test]
fn entries_become_maps_and_other_names_structures() {
    let form = "Limits.entry.1.key=a.b&Limits.entry.1.value=1&Limits.entry.2.value=2&Limits.entry.2.key=c";
    let limits = map([("a.b", untyped("1")), ("c", untyped("2"))]);
    assert_eq!(input(form), map([("Limits", limits)]));
    assert_eq!(
        input("A.B.C=1"),
        map([("A", map([("B", map([("C", untyped("1"))]))]))])
    );
}

#[test]
fn the_parameters_of_a_presigned_request_are_not_input() {
    assert_eq!(
        input("X-Amz-Date=1&x-amz-signature=2&Xa=3&X-Amé=4"),
        map([("Xa", untyped("3")), ("X-Amé", untyped("4"))])
    );
}

#[test]
fn forms_that_mean_nothing_or_two_things_are_refused() {
    let forms = [
        "a=1&a=1",
        "a=1&%61=1",
        "a=1&a.b=1",
        "a.b=1&a=1",
        "Action.x=1",
        "Action=a&Action=b",
        "=1",
        "a..b=1",
        ".a=1",
        "a.=1",
        "a.member=1",
        "a.member.x=1",
        "a.member.+1=1",
        "a.member.-1=1",
        "a.member.1=1&a.member.01=1",
        "a.member.99999999999999999999=1",
        "a.entry.1.key=k",
        "a.entry.1.value=v",
        "a.entry.1=v",
        "a.entry.1.key=k&a.entry.1.value=v&a.entry.1.more=m",
        "a.entry.1.key=k&a.entry.1.value=v&a.entry.2.key=k&a.entry.2.value=v",
        "a.entry.1.key.x=k&a.entry.1.value=v",
        "member.1=a",
        "a=%ff",
        "%ff=a",
    ];
    for form in forms {
        decode(form.as_bytes()).unwrap_err();
    }
    decode(b"a=\xff").unwrap_err();
}

#[test]
fn depth_and_number_of_parameters_are_limited() {
    decode(format!("a{}=1", ".a".repeat(63)).as_bytes()).unwrap();
    decode(format!("a{}=1", ".a".repeat(64)).as_bytes()).unwrap_err();
    decode(format!("a{}=1", ".a".repeat(100_000)).as_bytes()).unwrap_err();

    let many = |count: usize| {
        (0..count)
            .map(|it| format!("a{it}=1"))
            .collect::<Vec<_>>()
            .join("&")
    };
    decode(many(1_024).as_bytes()).unwrap();
    decode(many(1_025).as_bytes()).unwrap_err();
}
