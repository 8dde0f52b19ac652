//! `chandlery account create`, beside a server and without one.

use std::path::Path;

use tempfile::tempdir;

use crate::http::call;
use crate::owner::Owner;
use crate::process::{Process, account_create, errors};

/// Makes an account and returns its id, which is all that is printed.
fn created(folder: &Path, arguments: &[&str]) -> String {
    let output = account_create(folder, arguments);
    assert!(output.status.success(), "{}", errors(&output));
    let printed = String::from_utf8(output.stdout).unwrap();
    printed.strip_suffix('\n').unwrap().to_owned()
}

#[test]
fn a_running_server_knows_the_new_account_at_once() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    let random = created(folder.path(), &[]);
    assert_eq!(random.len(), 12);
    let chosen = created(folder.path(), &["--id", "111122223333"]);
    assert_eq!(chosen, "111122223333");
    for account in [random, chosen] {
        assert_eq!(
            call(server.address(), folder.path(), &account, "ListPortfolios", "{}").0,
            200
        );
    }
    server.stop();
}

#[test]
fn an_account_made_without_a_server_is_there_when_it_starts() {
    let folder = tempdir().unwrap();
    // Before the first start, and after a stop.
    let first = created(folder.path(), &[]);
    Process::serve(folder.path()).stop();
    let second = created(folder.path(), &[]);
    let server = Process::serve(folder.path());
    for account in ["management", &first, &second] {
        assert_eq!(
            call(server.address(), folder.path(), account, "ListPortfolios", "{}").0,
            200,
            "{account}"
        );
    }
    server.stop();
}

#[test]
fn a_store_is_not_made_in_silence() {
    let folder = tempdir().unwrap();
    let new_store = format!("made a new store in {}\n", folder.path().display());
    let key_written = format!("key written to {}/credentials, profile ", folder.path().display());

    let first = account_create(folder.path(), &[]);
    let stopped = account_create(folder.path(), &[]);
    let server = Process::serve(folder.path());
    let running = account_create(folder.path(), &[]);
    server.stop();

    let first = errors(&first);
    assert!(
        first.starts_with(&new_store) && first.contains(&key_written),
        "{first}"
    );
    for output in [stopped, running] {
        let id = String::from_utf8(output.stdout.clone()).unwrap();
        assert_eq!(errors(&output), format!("{key_written}{id}"));
    }
}

#[test]
fn a_store_without_its_credentials_file_gets_its_keys_back() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    let other = created(folder.path(), &[]);
    let owner = Owner::new(&server, folder.path());
    let organization = owner.create_organization(1);
    server.stop();
    let credentials = folder.path().join("credentials");
    std::fs::remove_file(&credentials).unwrap();

    let server = Process::serve(folder.path());
    for account in ["management", &other] {
        let listed = call(server.address(), folder.path(), account, "ListPortfolios", "{}");
        assert_eq!(listed.0, 200, "{account}");
    }
    server.stop();
    let written = std::fs::read_to_string(credentials).unwrap();
    // Members that Organizations made have a role, and no key.
    assert!(
        organization.accounts.iter().all(|it| !written.contains(it)),
        "{written}"
    );
}

#[test]
fn a_folder_may_have_a_path_that_is_longer_than_a_sockets() {
    let parent = tempdir().unwrap();
    let folder = parent.path().join("long".repeat(50));
    let server = Process::serve(&folder);
    assert!(folder.join("control.sock").exists());
    let account = created(&folder, &[]);
    assert_eq!(
        call(server.address(), &folder, &account, "ListPortfolios", "{}").0,
        200
    );
    server.stop();
    assert!(!folder.join("control.sock").exists());
}

#[test]
fn an_account_is_made_once_wherever_it_is_asked_for() {
    let folder = tempdir().unwrap();
    created(folder.path(), &["--id", "111122223333"]);
    let before = std::fs::read_to_string(folder.path().join("credentials")).unwrap();

    let stopped = account_create(folder.path(), &["--id", "111122223333"]);
    let server = Process::serve(folder.path());
    let running = account_create(folder.path(), &["--id", "111122223333"]);
    server.stop();

    for output in [stopped, running] {
        assert_eq!(output.status.code(), Some(1));
        assert!(
            errors(&output).contains("Account 111122223333 exists already."),
            "{}",
            errors(&output)
        );
    }
    assert_eq!(
        std::fs::read_to_string(folder.path().join("credentials")).unwrap(),
        before
    );
}

#[test]
fn what_is_no_account_id_makes_no_sense() {
    let folder = tempdir().unwrap();
    let output = account_create(folder.path(), &["--id", "1234"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        errors(&output).contains("'1234' is not an account id"),
        "{}",
        errors(&output)
    );
}
