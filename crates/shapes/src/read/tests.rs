use super::*;

#[derive(Debug, PartialEq)]
struct Node1 {
    value: String,
}

static ID: Text = Text {
    chars_min: Some(1),
    chars_max: Some(5),
    pattern: Some(Pattern::new("^[a-z]*", r"\A(?:[a-z]*)\z")),
};
static PAIR: Size = Size {
    min: None,
    max: Some(2),
};

impl Structure for Node1 {
    fn read(members: &mut Members<'_, '_>) -> Option<Self> {
        let value = members.required("Value", |it| it.text(&ID));
        Some(Self { value: value? })
    }
}

#[derive(Debug, PartialEq)]
struct Input {
    id: String,
    node: Option<Node1>,
    flag: bool,
    ids: Vec<String>,
}

impl Structure for Input {
    fn read(members: &mut Members<'_, '_>) -> Option<Self> {
        let id = members.required("Id", |it| it.text(&ID));
        let node = members.optional("Node", |it| it.structure());
        let flag = members.flag("Flag");
        let ids = members.optional("Ids", |it| it.texts(&PAIR, &ID));
        Some(Self {
            id: id?,
            node: node?,
            flag: flag?,
            ids: ids?.unwrap_or_default(),
        })
    }
}

fn map<'a>(entries: Vec<(&'a str, Value<'a>)>) -> Value<'a> {
    Value::Map(
        entries
            .into_iter()
            .map(|(key, value)| (key.into(), value))
            .collect(),
    )
}

fn text(text: &str) -> Value<'_> {
    Value::Text(text.into())
}

fn invalid(value: &Value<'_>) -> String {
    match read_input::<Input>(value) {
        Err(Rejection::Invalid { message, .. }) => message,
        other => panic!("{other:?} is not a violation"),
    }
}

#[test]
fn null_equals_absent_and_unknown_members_are_passed_over() {
    let value = map(vec![
        ("Id", text("ab")),
        ("Node", Value::Null),
        ("Flag", Value::Null),
        ("New", Value::Boolean(true)),
    ]);
    let input = read_input::<Input>(&value).unwrap();
    assert_eq!(
        input,
        Input {
            id: "ab".into(),
            node: None,
            flag: false,
            ids: vec![]
        }
    );
}

#[test]
fn every_violation_is_in_one_message_in_the_services_words() {
    let value = map(vec![
        ("Node", map(vec![("Value", text("A"))])),
        ("Ids", Value::List(vec![text("abcdefg")])),
    ]);
    assert_eq!(
        invalid(&value),
        "3 validation errors detected: Value null at 'id' failed to satisfy constraint: Member must not be null; \
         Value 'A' at 'node.value' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-z]*; \
         Value '[abcdefg]' at 'ids' failed to satisfy constraint: Member must satisfy constraint: [Member must have \
         length less than or equal to 5, Member must have length greater than or equal to 1, Member must satisfy \
         regular expression pattern: ^[a-z]*]"
    );
}

#[test]
fn a_value_of_the_wrong_type_is_malformed_however_much_else_is_wrong() {
    for wrong in [
        Value::Integer(3),
        Value::List(vec![]),
        map(vec![]),
        Value::Boolean(true),
    ] {
        let value = map(vec![("Id", wrong), ("Node", map(vec![]))]);
        assert!(
            matches!(read_input::<Input>(&value), Err(Rejection::Malformed(_))),
            "{value:?}"
        );
    }
    assert!(matches!(
        read_input::<Input>(&Value::List(vec![text("ab")])),
        Err(Rejection::Malformed(_))
    ));
}

#[test]
fn lists_have_a_size() {
    let value = map(vec![
        ("Id", text("ab")),
        ("Ids", Value::List(vec![text("a"), text("b"), text("c")])),
    ]);
    assert_eq!(
        invalid(&value),
        "1 validation error detected: Value '[a, b, c]' at 'ids' failed to satisfy constraint: Member must have length \
         less than or equal to 2"
    );
}

#[test]
fn text_with_nul_is_malformed() {
    let value = map(vec![("Id", text("a\0b"))]);
    assert!(matches!(
        read_input::<Input>(&value),
        Err(Rejection::Malformed(_))
    ));
}
