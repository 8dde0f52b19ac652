//! What holds for the generated code as a whole.

use crate::{
    Service, ServiceDescription, iam, organizations,
    read::{Text, read_input},
    service_catalog, sts,
};

fn matches(text: &'static Text, value: &str) -> bool {
    let pattern = text.pattern.as_ref().expect("this text has a pattern");
    pattern.matches(value)
}

#[test]
fn every_pattern_compiles() {
    let texts = [
        service_catalog::constraints::TEXTS,
        organizations::constraints::TEXTS,
        sts::constraints::TEXTS,
        iam::constraints::TEXTS,
    ];
    let mut patterns = 0;
    for (_, text) in texts.into_iter().flatten() {
        if let Some(pattern) = &text.pattern {
            pattern.matches("");
            patterns += 1;
        }
    }
    assert!(patterns > 50, "{patterns} patterns are too few to be all");
}

#[test]
fn an_organization_node_is_an_id_or_an_arn_of_the_aws_partition() {
    let node = &service_catalog::constraints::ORGANIZATION_NODE_VALUE;
    for value in [
        "111122223333",
        "o-exampleorgid",
        "ou-ab12-11111111",
        "arn:aws:organizations::111122223333:organization/o-exampleorgid",
        "arn:aws:organizations::111122223333:ou/o-exampleorgid/ou-ab12-11111111",
    ] {
        assert!(matches(node, value), "{value}");
    }
    for value in [
        "",
        "r-ab12",
        "11112222333",
        "o-exampleorgid\n",
        "arn:aws-us-gov:organizations::111122223333:organization/o-exampleorgid",
        "arn:aws:organizations::111122223333:organization/o-exampleorgid/more",
        "arn:aws:organizations::111122223333:organization/o-exampleorgid\n",
    ] {
        assert!(!matches(node, value), "{value}");
    }
}

#[test]
fn patterns_are_matched_against_whole_values() {
    let id = &service_catalog::constraints::ID;
    assert!(matches(id, "port-abcdefghijklm"));
    assert!(matches(id, "under_score"));
    assert!(!matches(id, "pa-5deuh4wdva4zw:prod-jyujhhueb4kya"));
    assert!(!matches(id, "ünïcode"), "Java's classes are ASCII");
}

#[test]
fn properties_are_unicode_and_classes_are_not() {
    let key = &service_catalog::constraints::TAG_KEY;
    assert!(matches(key, "Größe 大きさ"));
    assert!(!matches(key, "a#b"));
    let session = &sts::constraints::ROLE_SESSION_NAME_TYPE;
    assert!(matches(session, "alice@example.com"));
    assert!(!matches(session, "älice"));
    let arn = &sts::constraints::ARN_TYPE;
    assert!(matches(arn, "arn:aws:iam::111122223333:role/🦀"));
    assert!(!matches(arn, "\u{0}"));
    let email = &organizations::constraints::EMAIL;
    assert!(matches(email, "alice@example.com"));
    assert!(!matches(email, "alice @example.com"));
}

#[test]
fn operations_and_errors_are_found_by_their_names_and_indices() {
    for service in Service::ALL.map(Service::description) {
        for (index, operation) in service.operations.iter().enumerate() {
            assert_eq!(operation.index, index);
            assert_eq!(operation.service, service.service);
            assert_eq!(service.operation(operation.name).unwrap().index, index);
            for error in operation.errors {
                assert_eq!(service.error(error).unwrap().name, *error);
            }
        }
    }
    assert_eq!(
        Service::ALL.map(|it| it.description().operations.len()),
        [90, 63, 11, 70]
    );
    assert!(
        iam::DESCRIPTION
            .unpinned_operations
            .contains(&"CreateAccountAlias")
    );
}

#[test]
fn errors_have_the_contracts_codes_and_statuses() {
    let answer = |service: &ServiceDescription, name| {
        let error = service.error(name).unwrap();
        (error.code, error.status)
    };
    assert_eq!(
        answer(&service_catalog::DESCRIPTION, "ResourceInUseException"),
        ("ResourceInUseException", 400)
    );
    assert_eq!(
        answer(&organizations::DESCRIPTION, "ServiceException"),
        ("ServiceException", 500)
    );
    assert_eq!(
        answer(&iam::DESCRIPTION, "NoSuchEntityException"),
        ("NoSuchEntity", 404)
    );
}

#[test]
fn secrets_are_not_printed() {
    let credentials = sts::Credentials {
        access_key_id: "ASIAEXAMPLE".to_owned(),
        secret_access_key: "secret".to_owned(),
        session_token: "token".to_owned(),
        expiration: crate::Timestamp::from_microseconds(0),
    };
    let printed = format!("{credentials:?}");
    assert!(printed.contains("ASIAEXAMPLE"), "{printed}");
    assert!(
        !printed.contains("\"secret\"") && !printed.contains("\"token\""),
        "{printed}"
    );
}

#[test]
fn an_operation_without_input_reads_from_any_structure() {
    use crate::{Unit, Value};

    let value = Value::Map(vec![("Unknown".into(), Value::Boolean(true))]);
    assert_eq!(read_input::<Unit>(&value), Ok(Unit));
    assert!(read_input::<Unit>(&Value::List(vec![])).is_err());
}
