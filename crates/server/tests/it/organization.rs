//! `chandlery organization import` and `show`, beside a server and without one.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;
use tempfile::tempdir;

use crate::http::{Service, exchange, key, signed_call_of};
use crate::process::{Process, chandlery, errors, run};

const TREE: &str = r#"{
  "OrganizationalUnits": [
    {"Name": "engineering", "Accounts": [{"Name": "alice", "Id": "101010101010"}]}
  ]
}"#;

/// `chandlery organization import` of `text`, from standard input.
fn import(folder: &Path, text: &str) -> Output {
    let mut command = chandlery(&[
        "organization",
        "import",
        "-",
        "--data-dir",
        folder.to_str().unwrap(),
    ]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // One that is refused early may not read all of it.
    let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
    child.wait_with_output().unwrap()
}

/// What `chandlery organization show` prints.
fn shown(folder: &Path, flags: &[&str]) -> String {
    let place = ["organization", "show", "--data-dir", folder.to_str().unwrap()];
    let output = run(&[&place, flags].concat());
    assert!(output.status.success(), "{}", errors(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// `count` accounts, a line each; the first stands on line 2.
fn many(count: usize) -> String {
    let mut text = String::from("{\"Accounts\": [\n");
    for number in 0..count {
        let comma = if number + 1 < count { "," } else { "" };
        let _ = writeln!(
            text,
            r#"{{"Name": "account-{number}", "Email": "{number}@example.com"}}{comma}"#
        );
    }
    text.push_str("]}");
    text
}

fn accounts_of(server: &Process, folder: &Path) -> Vec<Value> {
    let key = key(folder, "management");
    let request = signed_call_of(
        server.address(),
        &key,
        Service::Organizations,
        "ListAccounts",
        "{}",
    );
    let (status, body) = exchange(server.address(), &request);
    assert_eq!(status, 200, "{body}");
    let body: Value = serde_json::from_str(&body).unwrap();
    body["Accounts"].as_array().unwrap().clone()
}

#[test]
fn a_running_server_has_the_organization_at_once() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());

    let output = import(folder.path(), TREE);

    assert!(output.status.success(), "{}", errors(&output));
    assert!(errors(&output).starts_with("loaded 1 accounts and 1 units, managed by "));
    let id = String::from_utf8(output.stdout).unwrap();
    assert!(id.starts_with("o-"), "{id}");
    assert_eq!(accounts_of(&server, folder.path()).len(), 2);
    let tree = shown(folder.path(), &[]);
    assert!(tree.starts_with(id.trim_end()), "{tree}");
    assert!(
        tree.ends_with("engineering (1 account)\n        └── 101010101010 alice\n"),
        "{tree}"
    );
    server.stop();
}

#[test]
fn a_stopped_server_has_the_organization_when_it_starts() {
    let folder = tempdir().unwrap();
    let output = import(folder.path(), TREE);
    assert!(output.status.success(), "{}", errors(&output));
    assert!(errors(&output).starts_with("made a new store in "));
    let tree = shown(folder.path(), &["--detail", "units"]);
    assert!(tree.ends_with("engineering (1 account)\n"), "{tree}");

    let server = Process::serve(folder.path());

    assert_eq!(accounts_of(&server, folder.path()).len(), 2);
    server.stop();
}

#[test]
fn a_bad_file_is_refused_with_line_and_reason_and_changes_nothing() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    // The text goes on long after what is wrong with it.
    let text = many(20_000).replacen("\"Name\": \"account-7\"", "\"Nmae\": \"account-7\"", 1);

    let running = import(folder.path(), &text);
    server.stop();
    let stopped = import(folder.path(), &text);

    for output in [running, stopped] {
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(output.stdout, b"");
        let told = errors(&output);
        assert!(
            told.starts_with("error: standard input: line 9: unknown field `Nmae`"),
            "{told}"
        );
    }
    assert!(shown(folder.path(), &[]).starts_with("There is no organization"));
}

#[test]
fn a_bad_file_makes_no_store_and_neither_does_looking() {
    let parent = tempdir().unwrap();
    let folder = parent.path().join("new");
    assert_eq!(import(&folder, "{\"Acounts\": []}").status.code(), Some(1));
    let output = run(&["organization", "show", "--data-dir", folder.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).starts_with("error: there is no store in "));
    assert!(!folder.exists());
}

#[test]
fn a_file_that_cannot_be_read_beside_a_server_is_told_so() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    let place = folder.path().to_str().unwrap();
    let output = run(&["organization", "import", "/", "--data-dir", place]);
    assert!(
        errors(&output).starts_with("error: / cannot be read: Is a directory"),
        "{}",
        errors(&output)
    );
    server.stop();
}

#[test]
fn a_file_that_does_not_fit_what_is_there_is_refused_whole() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    assert!(import(folder.path(), &many(3)).status.success());
    let text = many(3).replace("2@example.com", "3@example.com");

    let output = import(folder.path(), &text);

    let told = errors(&output);
    assert!(
        told.contains(": line 2: the address 0@example.com is another account's"),
        "{told}"
    );
    assert_eq!(accounts_of(&server, folder.path()).len(), 4);
    server.stop();
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let output = run(&["organization", "import", "/no/such/file", "--data-dir", place]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).starts_with("error: /no/such/file cannot be read: No such file"));
}

#[test]
fn a_large_organization_is_loaded_and_shown_whole() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    let output = import(folder.path(), &many(5_000));
    assert!(output.status.success(), "{}", errors(&output));
    // The management account, the root and the organization have a line each.
    assert_eq!(shown(folder.path(), &[]).lines().count(), 5_003);
    server.stop();
}
