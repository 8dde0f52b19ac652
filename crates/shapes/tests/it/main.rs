//! The generated code as other crates use it.

use std::collections::BTreeMap;

use chandlery_shapes as shapes;
use serde_json::json;
use shapes::{
    Operation, Timestamp, Unit, Value, organizations,
    read::{Rejection, read_input},
    service_catalog::{self, ListPortfolioAccessOutput, PortfolioDetail, SearchProductsInput},
};

/// What the engine does with the names of all operations: one handler each, or it does not compile.
macro_rules! table_of {
    ($($operation:ident,)*) => {
        vec![$(described::<service_catalog::operations::$operation>(),)*]
    };
}

macro_rules! modules_of {
    ($($operation:ident,)*) => {
        fn organizations_names() -> Vec<&'static str> {
            vec![$(described::<organizations::operations::$operation>(),)*]
        }
    };
}

shapes::for_each_organizations_operation!(modules_of);

fn described<O: Operation>() -> &'static str {
    O::DESCRIPTION.name
}

fn map<'a>(entries: Vec<(&'a str, Value<'a>)>) -> Value<'a> {
    Value::Map(
        entries
            .into_iter()
            .map(|(key, value)| (key.into(), value))
            .collect(),
    )
}

fn texts<'a>(texts: &[&'a str]) -> Value<'a> {
    Value::List(texts.iter().map(|it| Value::Text((*it).into())).collect())
}

#[test]
fn a_macro_of_another_crate_is_handed_every_operation_in_order() {
    let table: Vec<_> = shapes::for_each_service_catalog_operation!(table_of);
    let described: Vec<_> = service_catalog::DESCRIPTION
        .operations
        .iter()
        .map(|it| it.name)
        .collect();
    assert_eq!(table, described);
    assert_eq!(
        organizations_names().len(),
        organizations::DESCRIPTION.operations.len()
    );
}

#[test]
fn a_request_becomes_an_input_with_absent_collections_empty_and_absent_flags_false() {
    use service_catalog::{CreatePortfolioShareInput, OrganizationNode, OrganizationNodeType};

    let value = map(vec![
        ("PortfolioId", Value::Text("port-abcdefghijklm".into())),
        (
            "OrganizationNode",
            map(vec![
                ("Type", Value::Text("ORGANIZATION".into())),
                ("Value", Value::Text("o-exampleorgid".into())),
            ]),
        ),
    ]);
    assert_eq!(
        read_input(&value),
        Ok(CreatePortfolioShareInput {
            accept_language: None,
            portfolio_id: "port-abcdefghijklm".to_owned(),
            account_id: None,
            organization_node: Some(OrganizationNode {
                r#type: Some(OrganizationNodeType::Organization),
                value: Some("o-exampleorgid".to_owned()),
            }),
            share_tag_options: false,
            share_principals: false,
        })
    );
}

#[test]
fn the_keys_of_a_map_are_names_of_a_set() {
    let filters = |key| map(vec![("Filters", map(vec![(key, texts(&["a", "b"]))]))]);
    let input: SearchProductsInput = read_input(&filters("Owner")).unwrap();
    let expected = BTreeMap::from([(
        service_catalog::ProductViewFilterBy::Owner,
        vec!["a".to_owned(), "b".to_owned()],
    )]);
    assert_eq!(input.filters, expected);
    let Err(Rejection::Invalid { message, .. }) = read_input::<SearchProductsInput>(&filters("Nobody"))
    else {
        panic!("a name outside the set is a violation");
    };
    assert!(
        message.contains("Map keys must satisfy constraint: [Member must satisfy enum value set: ["),
        "{message}"
    );
}

#[test]
fn an_answer_is_written_under_the_contracts_names() {
    let detail = PortfolioDetail {
        id: Some("port-abcdefghijklm".to_owned()),
        created_time: Some(Timestamp::from_microseconds(1_500_000)),
        ..PortfolioDetail::default()
    };
    assert_eq!(
        serde_json::to_value(detail).unwrap(),
        json!({"Id": "port-abcdefghijklm", "CreatedTime": 1.5})
    );
    assert_eq!(
        serde_json::to_value(ListPortfolioAccessOutput::default()).unwrap(),
        json!({"AccountIds": []})
    );
    assert_eq!(serde_json::to_value(Unit).unwrap(), json!({}));
}
