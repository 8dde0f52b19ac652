//! Files that are read, and files that are refused with a line and a reason.

use domain::{AccountState, JoinedMethod};
use engine::OrganizationPlan;

use super::{FileError, read};

fn plan(text: &str) -> OrganizationPlan {
    read(text.as_bytes()).unwrap()
}

/// What is said about a file that is not read.
fn refusal(text: &str) -> String {
    read(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn a_tree_becomes_units_and_accounts_that_know_what_they_lie_under() {
    let plan = plan(
        r#"{
            "OrganizationalUnits": [
                {"Accounts": [{"Name": "alice", "Id": "101010101010"}],
                 "OrganizationalUnits": [{"Name": "databases", "Accounts": [{"Name": "bob"}]}],
                 "Name": "engineering", "Id": "ou-ab12-11111111"},
                {"Name": "sales"}
            ],
            "Accounts": [{"Name": "carol", "Email": "carol@example.com"}]
        }"#,
    );

    let units: Vec<_> = plan.units.iter().map(|it| (it.name.as_str(), it.under)).collect();
    assert_eq!(
        units,
        [("engineering", None), ("databases", Some(0)), ("sales", None)]
    );
    assert_eq!(plan.units[0].id.as_ref().unwrap().as_str(), "ou-ab12-11111111");
    let accounts: Vec<_> = plan
        .accounts
        .iter()
        .map(|it| (it.name.as_str(), it.under, it.line))
        .collect();
    assert_eq!(
        accounts,
        [("alice", Some(0), 3), ("bob", Some(1), 4), ("carol", None, 8)]
    );
    assert_eq!(plan.accounts[2].email.as_deref(), Some("carol@example.com"));
}

#[test]
fn the_whole_may_have_ids_of_its_own() {
    let plan = plan(
        r#"{"ManagementAccountId": "101010101010", "OrganizationId": "o-exampleorgid", "RootId": "r-ab12"}"#,
    );
    assert_eq!(plan.management.unwrap().0.as_str(), "101010101010");
    assert_eq!(plan.organization.unwrap().0.as_str(), "o-exampleorgid");
    assert_eq!(plan.root.unwrap().0.as_str(), "r-ab12");
}

#[test]
fn an_account_may_look_as_list_accounts_prints_it() {
    let plan = plan(
        r#"{"Accounts": [{
            "Id": "101010101010", "Arn": "arn:aws:organizations::101010101011:account/o-exampleorgid/101010101010",
            "Email": "a@example.com", "Name": "a", "Status": "SUSPENDED", "State": "PENDING_CLOSURE",
            "Paths": ["o-exampleorgid/r-ab12/101010101010/"],
            "JoinedMethod": "INVITED", "JoinedTimestamp": "2026-01-01T00:00:00+00:00"
        }, {"Name": "b", "Status": "ACTIVE"}]}"#,
    );
    let states: Vec<_> = plan.accounts.iter().map(|it| it.state).collect();
    assert_eq!(states, [AccountState::Closed, AccountState::Active]);
    let joined: Vec<_> = plan.accounts.iter().map(|it| it.joined_method).collect();
    assert_eq!(joined, [JoinedMethod::Invited, JoinedMethod::Created]);
}

#[test]
fn what_is_wrong_is_told_with_the_line_where_it_begins() {
    let twice = r#"{"Accounts": [
        {"Name": "a", "Id": "101010101010"},
        {"Name": "b",
         "Id": "101010101010"}]}"#;
    assert_eq!(refusal(twice), "line 3: 101010101010 stands on line 2 already");
    let same_address = r#"{"Accounts": [{"Name": "a", "Email": "a@example.com"},
        {"Name": "b", "Email": "a@example.com"}]}"#;
    assert_eq!(
        refusal(same_address),
        "line 2: a@example.com stands on line 1 already"
    );
    let same_name = r#"{"OrganizationalUnits": [{"Name": "a"},

        {"Name": "a"}]}"#;
    assert_eq!(
        refusal(same_name),
        "line 3: there is another unit 'a' under the same parent"
    );
    let same_unit = r#"{"OrganizationalUnits": [
        {"Name": "a", "Id": "ou-ab12-11111111"}, {"Name": "b", "Id": "ou-ab12-11111111"}]}"#;
    assert_eq!(
        refusal(same_unit),
        "line 2: ou-ab12-11111111 stands on line 2 already"
    );
    assert_eq!(
        refusal("{\"OrganizationalUnits\": [\n{}]}"),
        "line 2: a unit has a Name"
    );
}

#[test]
fn units_may_have_the_name_of_a_unit_elsewhere() {
    let text = r#"{"OrganizationalUnits": [{"Name": "a", "OrganizationalUnits": [{"Name": "a"}]}]}"#;
    assert_eq!(plan(text).units.len(), 2);
}

#[test]
fn units_nest_five_deep_and_no_deeper() {
    let nested = |depth: usize| {
        let mut text = String::from(r#""Accounts": []"#);
        for _ in 0..depth {
            text = format!("\"OrganizationalUnits\": [\n{{\"Name\": \"a\", {text}}}]");
        }
        format!("{{{text}}}")
    };
    assert_eq!(plan(&nested(5)).units.len(), 5);
    assert_eq!(refusal(&nested(6)), "line 7: units nest 5 deep at most");
}

#[test]
fn every_value_is_checked() {
    let account = |members: &str| refusal(&format!("{{\"Accounts\": [{{{members}}}]}}"));
    assert_eq!(
        account(r#""Name": "a", "Id": "12""#),
        "line 1: '12' is not an account id"
    );
    assert_eq!(account(r#""Id": "101010101010""#), "line 1: missing field `Name`");
    assert_eq!(
        account(r#""Name": """#),
        "line 1: the name of an account has 1 to 128 characters, and no control characters"
    );
    assert_eq!(
        account(r#""Name": "a", "Email": "nobody""#),
        "line 1: 'nobody' is not an email address of 6 to 64 characters"
    );
    assert!(account(r#""Name": "a", "State": "ASLEEP""#).starts_with("line 1: unknown variant `ASLEEP`"));
    assert!(
        account(r#""name": "a""#).starts_with("line 1: unknown field `name`, expected one of `Id`, `Name`")
    );
    assert!(refusal(r#"{"RootId": "o-exampleorgid"}"#).contains("is not a root id"));
    assert!(refusal(r#"{"Units": []}"#).starts_with("line 1: unknown field `Units`"));
}

#[test]
fn every_state_that_aws_tells_of_is_read() {
    let state = |state: &str| {
        plan(&format!(
            r#"{{"Accounts": [{{"Name": "a", "State": "{state}"}}]}}"#
        ))
        .accounts[0]
            .state
    };
    assert_eq!(state("PENDING_ACTIVATION"), AccountState::Active);
    assert_eq!(state("SUSPENDED"), AccountState::Suspended);
    assert_eq!(state("CLOSED"), AccountState::Closed);
}

#[test]
fn no_member_stands_twice() {
    let unit = r#"{"OrganizationalUnits": [{"Name": "a", "Name": "b"}]}"#;
    assert_eq!(refusal(unit), "line 1: duplicate field `Name`");
    assert_eq!(
        refusal(r#"{"Accounts": [], "Accounts": []}"#),
        "line 1: duplicate field `Accounts`"
    );
}

#[test]
fn a_reason_is_short_however_long_the_value_is() {
    let text = format!(
        r#"{{"Accounts": [{{"Name": "a", "Email": "{}"}}]}}"#,
        "x".repeat(1_000_000)
    );
    assert!(refusal(&text).len() < 400);
    assert!(refusal(&format!(r#"{{"{}": 1}}"#, "x".repeat(1_000_000))).len() < 400);
}

#[test]
fn what_is_no_such_file_at_all_is_told_so() {
    assert_eq!(refusal(""), "line 1: EOF while parsing a value");
    assert_eq!(
        refusal("{\"Accounts\": [\n{\"Name\": \"a\"}"),
        "line 2: EOF while parsing a list"
    );
    assert_eq!(refusal("{}\n{}"), "line 2: trailing characters");
    assert!(
        refusal("[]").starts_with("line 1: invalid type: sequence, expected an object with the organization")
    );
    assert!(refusal(r#"{"Accounts": {}}"#).contains("expected a list of accounts"));
    assert!(refusal(r#"{"Accounts": ["a"]}"#).contains("expected an account, which is an object"));
}

#[test]
fn a_file_that_cannot_be_read_to_its_end_is_refused() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let error = read(Broken).unwrap_err();
    assert_eq!(
        error,
        FileError {
            line: 1,
            reason: "the disk is gone".to_owned()
        }
    );
}
