//! What is a document of its type, and what is none.

use domain::PolicyType;

use super::check_document;

fn refused(policy_type: PolicyType, content: &str) -> &'static str {
    check_document(policy_type, content).unwrap_err().code()
}

fn scp(statement: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#)
}

#[test]
fn service_control_policies_are_statements_without_principals() {
    for good in [
        r#"{"Effect": "Deny", "Action": ["s3:*"], "Resource": "*"}"#,
        r#"{"Sid": "A", "Effect": "Allow", "NotAction": "iam:*", "Resource": ["*"], "Condition": {"Bool": {"a": "true"}}}"#,
        r#"{"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::logs/*"}"#,
    ] {
        check_document(PolicyType::ServiceControl, &scp(good)).unwrap();
    }
    for bad in [
        r#"{"Effect": "Deny", "Action": [], "Resource": "*"}"#,
        r#"{"Effect": "Perhaps", "Action": "*", "Resource": "*"}"#,
        r#"{"Effect": "Deny", "Action": "*"}"#,
        r#"{"Effect": "Deny", "Action": "*", "NotAction": "*", "Resource": "*"}"#,
        r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}"#,
        r#"{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": "never"}"#,
        "",
        "[]",
    ] {
        assert_eq!(
            refused(PolicyType::ServiceControl, &scp(bad)),
            "MalformedPolicyDocumentException",
            "{bad}"
        );
    }
    for bad in [
        "",
        "deny",
        "[]",
        "{}",
        r#"{"Version": "2020-01-01", "Statement": []}"#,
    ] {
        assert_eq!(
            refused(PolicyType::ServiceControl, bad),
            "MalformedPolicyDocumentException",
            "{bad}"
        );
    }
}

#[test]
fn resource_control_policies_deny_everybody() {
    let of = |effect: &str, principal: &str| {
        scp(&format!(
            r#"{{"Effect": "{effect}", "Principal": "{principal}", "Action": "s3:*", "Resource": "*"}}"#
        ))
    };
    check_document(PolicyType::ResourceControl, &of("Deny", "*")).unwrap();
    for bad in [of("Allow", "*"), of("Deny", "111122223333")] {
        assert_eq!(
            refused(PolicyType::ResourceControl, &bad),
            "MalformedPolicyDocumentException"
        );
    }
}

#[test]
fn settings_use_the_operators_there_are() {
    for good in [
        "{}",
        r#"{"tags": {"a": {"tag_key": {"@@assign": "A"}, "tag_value": {"@@append": ["x"], "@@remove": ["y"]}}}}"#,
        r#"{"tags": {"@@operators_allowed_for_child_policies": ["@@none"]}}"#,
    ] {
        check_document(PolicyType::Tag, good).unwrap();
    }
    for bad in [
        "[]",
        r#"{"tags": {"a": {"@@set": "A"}}}"#,
        r#"{"tags": {"a": {"@@append": "A"}}}"#,
        r#"{"tags": {"a": {"@@assign": {"b": "c"}}}}"#,
        r#"{"tags": {"@@operators_allowed_for_child_policies": ["@@some"]}}"#,
    ] {
        assert_eq!(
            refused(PolicyType::Tag, bad),
            "MalformedPolicyDocumentException",
            "{bad}"
        );
    }
}

#[test]
fn a_document_has_the_length_of_its_type() {
    let padded = |chars: usize| format!("{{{}}}", " ".repeat(chars - 2));
    check_document(PolicyType::AiServicesOptOut, &padded(2_500)).unwrap();
    let fault = check_document(PolicyType::AiServicesOptOut, &padded(2_501)).unwrap_err();
    assert_eq!(fault.reason(), Some("POLICY_CONTENT_LIMIT_EXCEEDED"));
    check_document(PolicyType::Tag, &padded(10_000)).unwrap();
}
