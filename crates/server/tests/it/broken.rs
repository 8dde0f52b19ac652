//! Disks that are full, lose what they are given, or may not be written, and files that are damaged.
//!
//! Whatever breaks, clients get an answer that their SDK retries, what was acknowledged is there afterwards, and nothing is
//! there by halves.

use std::collections::BTreeSet;
use std::fs::{OpenOptions, read_dir};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::Command;

use rustix::process::{Resource, Rlimit, Signal, prlimit};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::backup::{assert_done, back_up, restore};
use crate::denied::Denied;
use crate::http::{Service, get};
use crate::owner::Owner;
use crate::process::{Process, chandlery, errors, serving};

/// The first page says what a file is, and holds the schema's beginning.
const PAGE: usize = 4096;

/// Asks for the portfolio `name`, in the same words each time.
fn try_create(owner: &Owner, name: &str) -> (u16, Value) {
    let input = json!({"DisplayName": name, "ProviderName": "us", "IdempotencyToken": name});
    owner
        .try_call(Service::Catalog, "CreatePortfolio", input)
        .unwrap()
}

#[track_caller]
fn assert_unavailable((status, output): (u16, Value)) {
    assert_eq!(status, 503, "{output}");
    assert_eq!(output["__type"], "ServiceUnavailable", "{output}");
}

/// A store with one portfolio in it, and a client that knows its key.
fn a_store(folder: &Path) -> (Owner, BTreeSet<String>) {
    let server = Process::serve(folder);
    let owner = Owner::new(&server, folder);
    let held = [owner.create_portfolio("held")].into();
    server.stop();
    (owner, held)
}

/// `command` in a shell that has it told that a file is too long instead of killed.
fn told_of_long_files(command: &Command, before: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    let script = format!("trap '' XFSZ; {before} exec \"$0\" \"$@\"");
    shell.args(["-c", &script]).arg(command.get_program());
    shell.args(command.get_args()).env_clear();
    shell
}

/// Lets no file that `server` writes become longer than this.
fn limit_files(server: &Process, bytes: Option<u64>) {
    let limit = Rlimit {
        current: bytes,
        maximum: None,
    };
    let process = Some(server.id());
    prlimit(process, Resource::Fsize, limit).unwrap();
}

fn longest_file(folder: &Path) -> u64 {
    let lengths = read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().metadata().unwrap().len());
    lengths.max().unwrap()
}

/// Makes nonsense of all pages but the first.
fn damage(store: &Path) {
    let file = OpenOptions::new().write(true).open(store).unwrap();
    let pages = usize::try_from(file.metadata().unwrap().len()).unwrap() / PAGE;
    for page in 1..pages {
        let at = u64::try_from(page * PAGE).unwrap();
        file.write_all_at(&[0x55; PAGE], at).unwrap();
    }
}

#[test]
fn a_full_disk_refuses_what_it_cannot_hold_and_takes_it_once_there_is_room() {
    let folder = tempdir().unwrap();
    let config = folder.path().join("chandlery.toml");
    std::fs::write(&config, "[limits]\nportfolios-max = 100000\n").unwrap();
    let (owner, mut held) = a_store(folder.path());
    let command = serving(folder.path(), &["--config", config.to_str().unwrap()]);
    let server = Process::start_command(told_of_long_files(&command, ""));
    let owner = owner.at(&server);
    limit_files(&server, Some(longest_file(folder.path()) + 256 * 1024));

    let mut refused = None;
    for n in 0..10_000 {
        let name = format!("written-{n}");
        let (status, output) = try_create(&owner, &name);
        if status == 200 {
            held.insert(crate::owner::text(&output, "/PortfolioDetail/Id"));
        } else {
            assert_unavailable((status, output));
            refused = Some(name);
            break;
        }
    }
    let refused = refused.expect("a disk is full some time");

    // Reading goes on, and finds what was acknowledged alone.
    assert_eq!(owner.portfolios(), held);
    assert_eq!(get(server.address(), "/health/live").0, 200);
    assert_eq!(get(server.address(), "/health/ready").0, 200);
    limit_files(&server, None);
    held.insert(owner.create_portfolio(&refused));
    assert_eq!(owner.portfolios(), held);
    server.signal(Signal::KILL);
    server.end();
    let server = Process::serve(folder.path());
    assert_eq!(owner.at(&server).portfolios(), held);
    server.stop();
}

#[test]
fn a_restore_that_finds_no_room_changes_nothing() {
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let (owner, held) = a_store(folder.path());
    let backup = elsewhere.path().join("backup.db");
    assert_done(&back_up(folder.path(), &backup));
    let server = Process::start_command(told_of_long_files(&serving(folder.path(), &[]), ""));
    let owner = owner.at(&server);
    let later = owner.create_portfolio("later");

    limit_files(&server, Some(64 * 1024));
    let refused = restore(folder.path(), &backup);
    assert_eq!(refused.status.code(), Some(1));
    let errors = errors(&refused);
    assert!(
        errors.contains("could not be filled with the backup: File too large"),
        "{errors}"
    );
    assert!(!folder.path().join("restoring").exists());
    assert_eq!(owner.portfolios(), &held | &[later].into());

    limit_files(&server, None);
    assert_done(&restore(folder.path(), &backup));
    assert_eq!(owner.portfolios(), held);
    server.stop();
}

#[test]
fn a_commit_that_does_not_reach_the_disk_is_not_acknowledged() {
    let folder = tempdir().unwrap();
    let (owner, held) = a_store(folder.path());
    let names = ["lost-1", "lost-2", "lost-3"];
    let server = Denied::syncing().serve(serving(folder.path(), &[]));
    let failing = owner.at(&server);
    for name in names {
        assert_unavailable(try_create(&failing, name));
    }
    assert_eq!(failing.portfolios(), held);
    server.signal(Signal::KILL);
    server.end();

    // Nobody was told whether the last of them are there; asking again finds out, and makes each once.
    let server = Process::serve(folder.path());
    let owner = owner.at(&server);
    assert!(owner.portfolios().is_superset(&held));
    let made: BTreeSet<_> = names.iter().map(|it| owner.create_portfolio(it)).collect();
    assert_eq!(made.len(), names.len());
    assert_eq!(owner.portfolios(), &held | &made);
    server.stop();
}

#[test]
fn a_folder_that_may_not_be_written_is_refused_by_name_and_left_alone() {
    let folder = tempdir().unwrap();
    let (owner, held) = a_store(folder.path());
    let refused = Denied::writing().run(serving(folder.path(), &[]));
    assert_eq!(refused.status.code(), Some(1));
    let errors = errors(&refused);
    let expected = format!(
        "error: {}/lock cannot be locked: Read-only file system",
        folder.path().display()
    );
    assert!(errors.starts_with(&expected), "{errors}");
    let server = Process::serve(folder.path());
    assert_eq!(owner.at(&server).portfolios(), held);
    server.stop();
}

#[test]
fn a_start_on_a_full_disk_fails_by_name_and_leaves_the_store_alone() {
    let folder = tempdir().unwrap();
    let (owner, held) = a_store(folder.path());
    let mut full = told_of_long_files(&serving(folder.path(), &[]), "ulimit -f 0;");
    let refused = full.output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let errors = errors(&refused);
    assert!(errors.contains(folder.path().to_str().unwrap()), "{errors}");
    assert!(errors.contains("File too large"), "{errors}");
    let server = Process::serve(folder.path());
    assert_eq!(owner.at(&server).portfolios(), held);
    server.stop();
}

#[test]
fn a_damaged_store_is_refused_with_what_to_do_and_doing_it_helps() {
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let (owner, held) = a_store(folder.path());
    let backup = elsewhere.path().join("backup.db");
    assert_done(&back_up(folder.path(), &backup));
    let store = folder.path().join("chandlery.db");
    damage(&store);
    let damaged = std::fs::read(&store).unwrap();

    for command in [
        serving(folder.path(), &[]),
        chandlery(&["account", "create", "--data-dir", folder.path().to_str().unwrap()]),
        chandlery(&[
            "backup",
            "--data-dir",
            folder.path().to_str().unwrap(),
            backup.to_str().unwrap(),
        ]),
    ] {
        let mut command = command;
        let refused = command.output().unwrap();
        assert_eq!(refused.status.code(), Some(1));
        let errors = errors(&refused);
        let last = errors.lines().last().unwrap();
        assert!(
            last.contains("damaged") && last.contains("restore it from a backup"),
            "{errors}"
        );
    }

    assert_done(&restore(folder.path(), &backup));
    let server = Process::serve(folder.path());
    assert_eq!(owner.at(&server).portfolios(), held);
    server.stop();
    let before = folder.path().join("chandlery.db.before-restore");
    assert_eq!(std::fs::read(before).unwrap(), damaged);
}

#[test]
fn a_store_that_is_damaged_under_a_server_is_told_of_and_restored_beside_it() {
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let (owner, held) = a_store(folder.path());
    let backup = elsewhere.path().join("backup.db");
    assert_done(&back_up(folder.path(), &backup));
    let server = Process::serve(folder.path());
    let owner = owner.at(&server);
    damage(&folder.path().join("chandlery.db"));

    let (status, output) = owner
        .try_call(Service::Catalog, "ListPortfolios", json!({}))
        .unwrap();
    assert_eq!(status, 500, "{output}");
    assert_eq!(output["__type"], "InternalFailure", "{output}");
    let (status, output) = try_create(&owner, "never");
    assert_eq!(status, 500, "{output}");
    assert_eq!(get(server.address(), "/health/live").0, 200);

    assert_done(&restore(folder.path(), &backup));
    assert_eq!(owner.portfolios(), held);
    assert_eq!(get(server.address(), "/health/ready").0, 200);
    server.stop();
}
