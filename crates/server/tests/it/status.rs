//! `chandlery status`: beside a server, without one, and where there is nothing.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::backup::{a_backup, assert_done, restore};
use crate::database::Database;
use crate::http::call;
use crate::owner::Owner;
use crate::process::{Process, errors, run};

/// What `chandlery status` prints.
fn printed(folder: &Path, flags: &[&str]) -> String {
    let place = ["status", "--data-dir", folder.to_str().unwrap()];
    let output = run(&[&place, flags].concat());
    assert!(output.status.success(), "{}", errors(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// The same for a script.
fn report(folder: &Path, flags: &[&str]) -> Value {
    let text = printed(folder, &[flags, &["--output", "json"]].concat());
    serde_json::from_str(&text).unwrap()
}

/// That it ends with 1 and says that there is no store.
fn assert_nothing_there(folder: &Path, flags: &[&str]) {
    let place = ["status", "--data-dir", folder.to_str().unwrap()];
    let output = run(&[&place, flags].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(
        errors(&output).contains("there is no store in"),
        "{}",
        errors(&output)
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn a_running_server_and_its_store_are_told_of() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    let owner = Owner::new(&server, folder.path());
    let organization = owner.create_organization(2);
    let portfolio = owner.create_portfolio("shared");
    let token = owner.share(&portfolio, &organization.unit);
    owner.assert_reached(&token, &organization.accounts);
    let denied = call(
        server.address(),
        folder.path(),
        "management",
        "DescribePortfolio",
        "{}",
    );
    assert_eq!(denied.0, 400);

    let told = report(folder.path(), &[]);
    let process = u64::try_from(server.id().as_raw_nonzero().get()).unwrap();
    assert_eq!(told["server"]["process"], process);
    assert_eq!(told["server"]["endpoint"], server.endpoint);
    assert_eq!(told["server"]["version"], env!("CARGO_PKG_VERSION"));
    assert!(told["server"]["uptime_seconds"].as_u64().unwrap() < 600);
    let requests = &told["server"]["requests"];
    assert_eq!(requests["in_flight"], 0);
    assert!(requests["succeeded"].as_u64().unwrap() > 10);
    assert_eq!(requests["client_errors"], 1);
    assert_eq!(requests["server_errors"], 0);
    assert_eq!(requests["refused"], 0);

    let store = &told["store"];
    assert_eq!(store["engine"], "SQLite");
    assert_eq!(store["place"], folder.path().to_str().unwrap());
    assert!(store["size_bytes"].as_u64().unwrap() > 100_000);
    for (what, count) in [
        ("accounts", 3),
        ("organizations", 1),
        ("portfolios", 1),
        ("shares", 1),
    ] {
        assert_eq!(store[what], count, "{what} in {store}");
    }
    assert_eq!(store["share_operations"], json!({"COMPLETED": 1}));
    assert_eq!(store["share_operations_under_way"], json!([]));

    let text = printed(folder.path(), &[]);
    for part in [
        &format!("process {process}"),
        &server.endpoint,
        "SQLite in ",
        "3 accounts, 1 organization, 1 portfolio, 1 share\n",
        "1 share operation: 1 COMPLETED\n",
        "1 failed with 4xx",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }

    server.stop();
    let stopped = report(folder.path(), &[]);
    assert_eq!(stopped["server"], Value::Null);
    for what in [
        "place",
        "accounts",
        "management_account",
        "created_at",
        "share_operations",
    ] {
        assert_eq!(stopped["store"][what], store[what], "{what}");
    }
    assert!(printed(folder.path(), &[]).starts_with("server    not running here\n"));
}

#[test]
fn what_is_under_way_is_told_one_by_one() {
    let folder = tempdir().unwrap();
    let config = folder.path().join("chandlery.toml");
    std::fs::write(&config, "[limits]\nshare-operation-delay-seconds = 3600\n").unwrap();
    let server = Process::serve_with(folder.path(), &["--config", config.to_str().unwrap()]);
    let owner = Owner::new(&server, folder.path());
    let organization = owner.create_organization(1);
    let portfolio = owner.create_portfolio("shared");
    let token = owner.share(&portfolio, &organization.unit);

    let store = report(folder.path(), &[])["store"].take();
    let [operation] = &store["share_operations_under_way"].as_array().unwrap()[..] else {
        panic!("{store}");
    };
    for (member, value) in [
        ("token", token.as_str()),
        ("status", "NOT_STARTED"),
        ("action", "CREATE"),
        ("portfolio", &portfolio),
        ("shared_with", &organization.unit),
        ("region", "eu-central-1"),
    ] {
        assert_eq!(operation[member], value, "{member}");
    }
    assert_eq!(operation["accounts_reached"], 0);
    let waiting = json!([{"kind": "SHARE_OPERATION", "state": "SCHEDULED", "count": 1}]);
    assert_eq!(store["jobs"], waiting);
    let text = printed(folder.path(), &[]);
    assert!(text.contains("jobs      1 SHARE_OPERATION SCHEDULED\n"), "{text}");
    let line = text.lines().find(|it| it.contains(&token)).unwrap();
    assert!(
        line.contains("CREATE NOT_STARTED") && line.contains(&organization.unit),
        "{line}"
    );
    server.stop();
}

#[test]
fn a_place_without_a_store_is_left_as_it_is() {
    let parent = tempdir().unwrap();
    let missing = parent.path().join("missing");
    assert_nothing_there(&missing, &[]);
    assert!(!missing.exists());
    assert_nothing_there(parent.path(), &[]);
    assert_eq!(parent.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_database_is_looked_at_and_a_store_is_not_made_in_it() {
    let database = Database::create();
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let elsewhere = elsewhere.path().join("missing");
    let flags = ["--database-url", database.url()];
    for _ in 0..2 {
        assert_nothing_there(&elsewhere, &flags);
    }
    assert!(!elsewhere.exists());

    let server = Process::serve_with(folder.path(), &flags);
    Owner::new(&server, folder.path()).create_portfolio("counted");
    // By its folder, by its database, and from a machine that is not the server's.
    let by_folder = report(folder.path(), &[]);
    let by_both = report(folder.path(), &flags);
    let from_elsewhere = report(&elsewhere, &flags);
    for told in [&by_folder, &by_both] {
        assert_eq!(told["server"]["endpoint"], server.endpoint, "{told}");
    }
    assert_eq!(from_elsewhere["server"], Value::Null);
    for told in [&by_folder, &by_both, &from_elsewhere] {
        assert_eq!(told["store"]["engine"], "PostgreSQL");
        assert_eq!(told["store"]["portfolios"], 1);
        let place = told["store"]["place"].as_str().unwrap();
        assert!(database.url().ends_with(place), "{place}");
    }
    // Its server has another store.
    let other = tempdir().unwrap();
    let embedded = Process::serve(other.path());
    assert_eq!(report(other.path(), &flags)["store"]["engine"], "PostgreSQL");
    embedded.stop();
    server.stop();
}

#[test]
fn a_restore_and_those_who_ask_meanwhile_do_not_disturb_each_other() {
    let folder = tempdir().unwrap();
    let (backup, held) = a_backup(folder.path());
    let state = folder.path().join("state");
    let server = Process::serve_with(&state, &["--faults"]);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let mut times = 0;
            while !is_over.load(Ordering::Relaxed) {
                report(&state, &[]);
                let asked = run(&["fault", "list", "--data-dir", state.to_str().unwrap()]);
                assert_done(&asked);
                times += 1;
            }
            times
        });
        for _ in 0..3 {
            let restored = restore(&state, &backup);
            if !restored.status.success() {
                is_over.store(true, Ordering::Relaxed);
            }
            assert_done(&restored);
        }
        is_over.store(true, Ordering::Relaxed);
        assert!(asking.join().unwrap() > 0);
    });
    assert_eq!(report(&state, &[])["store"]["portfolios"], held.len());
    server.stop();
}
