//! What can be delegated, and to whom.

use super::check_resource_policy;

fn reason(principal: &str, action: &str) -> Option<&'static str> {
    let document = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{
            "Effect": "Allow", "Principal": {principal}, "Action": {action}, "Resource": "*"
        }}]}}"#
    );
    check_resource_policy(&document).err().and_then(|it| it.reason())
}

#[test]
fn accounts_may_be_let_read_and_manage_policies() {
    for principal in [
        r#"{"AWS": "111122223333"}"#,
        r#"{"AWS": ["arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:role/a:b"]}"#,
    ] {
        let action =
            r#"["organizations:List*", "organizations:DescribeAccount", "organizations:CreatePolicy"]"#;
        assert_eq!(reason(principal, action), None, "{principal}");
    }
}

#[test]
fn nothing_else_can_be_delegated() {
    let account = r#"{"AWS": "111122223333"}"#;
    for action in [
        r#""organizations:CreateAccount""#,
        r#""organizations:*""#,
        r#""s3:ListBuckets""#,
    ] {
        assert_eq!(
            reason(account, action),
            Some("UNSUPPORTED_ACTION_IN_RESOURCE_POLICY"),
            "{action}"
        );
    }
}

#[test]
fn only_accounts_and_who_is_in_them_are_principals() {
    for principal in [
        r#""*""#,
        r#"{"Service": "ec2.amazonaws.com"}"#,
        r#"{"AWS": "o-exampleorgid"}"#,
        r#"{"AWS": "arn:aws:s3:::bucket"}"#,
    ] {
        assert_eq!(
            reason(principal, r#""organizations:ListRoots""#),
            Some("INVALID_PRINCIPAL"),
            "{principal}"
        );
    }
}

#[test]
fn anything_but_statements_is_no_resource_policy() {
    for content in ["", "[]", "{}", r#"{"Statement": [{"Effect": "Allow"}]}"#] {
        let fault = check_resource_policy(content).unwrap_err();
        assert_eq!(fault.reason(), Some("INVALID_RESOURCE_POLICY_JSON"), "{content}");
    }
}
