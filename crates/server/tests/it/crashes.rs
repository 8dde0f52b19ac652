//! `kill -9`, while a share operation runs and others write, and while a store is restored.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::thread::{JoinHandle, spawn, yield_now};
use std::time::Instant;

use rustix::process::Signal;
use serde_json::json;
use tempfile::tempdir;

use crate::backup::{a_backup, assert_done, restore};
use crate::http::Service;
use crate::owner::{Owner, text, until};
use crate::process::{Process, chandlery};

/// As many steps, with one account in each.
const ACCOUNTS: usize = 30;

fn serve(folder: &Path) -> Process {
    let config = folder.join("chandlery.toml");
    std::fs::write(
        &config,
        "[limits]\nstep-accounts-max = 1\nportfolios-max = 100000\n",
    )
    .unwrap();
    Process::serve_with(folder, &["--config", config.to_str().unwrap()])
}

/// Makes portfolios until the server is gone. Returns those that it acknowledged.
fn write_until_the_end(owner: Owner, round: usize) -> JoinHandle<BTreeSet<String>> {
    spawn(move || {
        let mut acknowledged = BTreeSet::new();
        for n in 0.. {
            let name = format!("written in round {round}, {n}");
            let input = json!({"DisplayName": name, "ProviderName": "us", "IdempotencyToken": format!("{round}-{n}")});
            match owner.try_call(Service::Catalog, "CreatePortfolio", input) {
                Ok((status, made)) => {
                    assert_eq!(status, 200, "{made}");
                    acknowledged.insert(text(&made, "/PortfolioDetail/Id"));
                }
                Err(_) => break,
            }
        }
        acknowledged
    })
}

#[test]
fn a_share_operation_that_is_killed_at_any_moment_reaches_every_account_once() {
    let folder = tempdir().unwrap();
    let mut server = serve(folder.path());
    let mut owner = Owner::new(&server, folder.path());
    let organization = owner.create_organization(ACCOUNTS);
    let mut acknowledged = BTreeSet::new();
    let mut tokens = Vec::new();
    let mut interrupted = 0;

    for round in 0..8 {
        let writing = write_until_the_end(owner.clone(), round);
        let portfolio = owner.create_portfolio(&format!("shared-{round}"));
        let token = owner.share(&portfolio, &organization.unit);
        // In the first round at once; then ever later, up to the end.
        let seen = until("accounts are reached", || {
            let operation = owner.share_operation(&token);
            (operation.reached.len() >= round * ACCOUNTS / 7).then_some(operation)
        });
        interrupted += usize::from(!seen.is_final());
        server.signal(Signal::KILL);
        server.end();
        acknowledged.extend(writing.join().unwrap());
        acknowledged.insert(portfolio);
        tokens.push(token);

        server = serve(folder.path());
        owner = owner.at(&server);
        let found = owner.portfolios();
        let lost: Vec<_> = acknowledged.difference(&found).collect();
        assert!(
            lost.is_empty(),
            "acknowledged and lost in round {round}: {lost:?}"
        );
        owner.assert_reached(&tokens[round], &organization.accounts);
    }

    assert!(
        interrupted > 0,
        "every operation was done before its server was killed"
    );
    for token in &tokens {
        owner.assert_reached(token, &organization.accounts);
    }
    server.stop();
}

#[test]
fn a_restore_that_is_killed_at_any_moment_leaves_the_old_store_or_the_new_one() {
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let (file, new) = a_backup(elsewhere.path());
    let [data, file] = [folder.path(), &file].map(|it| it.to_str().unwrap());
    let server = Process::serve(folder.path());
    let begun = Instant::now();
    assert_done(&restore(folder.path(), Path::new(file)));
    let whole = begun.elapsed();
    server.stop();
    for round in 0..16 {
        let server = Process::serve(folder.path());
        let owner = Owner::new(&server, folder.path());
        owner.create_portfolio(&format!("round-{round}"));
        let old = owner.portfolios();
        let mut restoring = chandlery(&["restore", "--data-dir", data, file]);
        let mut restoring = restoring.stderr(Stdio::null()).spawn().unwrap();
        // Ever later, up to the end.
        let (begun, wait) = (Instant::now(), whole * round / 13);
        while begun.elapsed() < wait {
            yield_now();
        }
        server.signal(Signal::KILL);
        server.end();
        let done = restoring.wait().unwrap().success();

        let server = Process::serve(folder.path());
        // The keys are those of the store that is there.
        let found = Owner::new(&server, folder.path()).portfolios();
        assert!(
            found == new || (found == old && !done),
            "round {round}: {found:?} is neither {old:?} nor {new:?}"
        );
        for begun in ["restoring", "chandlery.db.restored"] {
            assert!(!folder.path().join(begun).exists(), "round {round}: {begun}");
        }
        server.stop();
    }
}
