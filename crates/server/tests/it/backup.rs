//! Backups of a server at work, and restoring them, beside it and without it.

use std::collections::BTreeSet;
use std::fs::{DirBuilder, metadata, read_dir};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, spawn};

use rustix::process::Signal;
use serde_json::json;
use tempfile::tempdir;

use crate::database::Database;
use crate::http::{Service, get};
use crate::owner::{Owner, text};
use crate::process::{Process, chandlery, errors, run};

/// Runs `chandlery backup` to its end.
pub(crate) fn back_up(folder: &Path, file: &Path) -> Output {
    subcommand("backup", folder, file)
}

/// Runs `chandlery restore` to its end.
pub(crate) fn restore(folder: &Path, file: &Path) -> Output {
    subcommand("restore", folder, file)
}

fn subcommand(name: &str, folder: &Path, file: &Path) -> Output {
    let [folder, file] = [folder, file].map(|it| it.to_str().unwrap());
    run(&[name, "--data-dir", folder, file])
}

#[track_caller]
pub(crate) fn assert_done(output: &Output) {
    assert!(output.status.success(), "{}", errors(output));
}

#[track_caller]
fn assert_refused(output: &Output, why: &str) {
    let errors = errors(output);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(errors.contains(why), "{why} in {errors}");
}

/// The names of what is in `folder`.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = read_dir(folder).unwrap();
    entries
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// Makes portfolios until told to stop. Returns those that were acknowledged; nothing else may be answered.
fn write_until(stop: &Arc<AtomicBool>, owner: Owner, writer: usize) -> JoinHandle<BTreeSet<String>> {
    let stop = Arc::clone(stop);
    spawn(move || {
        let mut made = BTreeSet::new();
        for n in 0.. {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let name = format!("by {writer}, {n}");
            let input = json!({"DisplayName": name, "ProviderName": "us", "IdempotencyToken": format!("{writer}-{n}")});
            let (status, output) = owner
                .try_call(Service::Catalog, "CreatePortfolio", input)
                .unwrap();
            assert_eq!(status, 200, "{output}");
            made.insert(text(&output, "/PortfolioDetail/Id"));
        }
        made
    })
}

/// A backup made in `folder`, and the portfolios that it holds.
pub(crate) fn a_backup(folder: &Path) -> (PathBuf, BTreeSet<String>) {
    let state = folder.join("made");
    let server = Process::serve(&state);
    let owner = Owner::new(&server, &state);
    let held = BTreeSet::from([owner.create_portfolio("one"), owner.create_portfolio("two")]);
    server.stop();
    let file = folder.join("good.db");
    assert_done(&back_up(&state, &file));
    (file, held)
}

#[test]
fn a_backup_of_a_server_at_work_holds_what_was_acknowledged_before() {
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let config = folder.path().join("chandlery.toml");
    std::fs::write(&config, "[limits]\nportfolios-max = 100000\n").unwrap();
    let server = Process::serve_with(folder.path(), &["--config", config.to_str().unwrap()]);
    let owner = Owner::new(&server, folder.path());
    let before: BTreeSet<_> = (0..20)
        .map(|n| owner.create_portfolio(&format!("before-{n}")))
        .collect();
    let file = elsewhere.path().join("backup.db");
    let stop = Arc::new(AtomicBool::new(false));
    let writing: Vec<_> = (0..3).map(|n| write_until(&stop, owner.clone(), n)).collect();
    // The second one takes the first one's place.
    assert_done(&back_up(folder.path(), &file));
    assert_done(&back_up(folder.path(), &file));
    stop.store(true, Ordering::Relaxed);
    let during: BTreeSet<_> = writing.into_iter().flat_map(|it| it.join().unwrap()).collect();
    server.stop();
    assert_eq!(names(elsewhere.path()), ["backup.db".to_owned()].into());
    assert_eq!(metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    // Into a folder that is not there yet.
    let state = elsewhere.path().join("state");
    let restored = restore(&state, &file);
    assert_done(&restored);
    assert_eq!(errors(&restored), format!("restored from {}\n", file.display()));
    let again = Process::serve(&state);
    let found = Owner::new(&again, &state).portfolios();
    assert!(found.is_superset(&before));
    assert!(found.is_subset(&before.union(&during).cloned().collect()));
    again.stop();
}

#[test]
fn a_server_at_work_goes_on_with_the_backup_and_turns_nobody_away() {
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let (file, held) = a_backup(elsewhere.path());
    let config = folder.path().join("chandlery.toml");
    std::fs::write(&config, "[limits]\nportfolios-max = 100000\n").unwrap();
    let server = Process::serve_with(folder.path(), &["--config", config.to_str().unwrap()]);
    let owner = Owner::new(&server, folder.path());
    let lost = owner.create_portfolio("before-the-restore");
    let key_before = std::fs::read_to_string(folder.path().join("credentials")).unwrap();

    let restored = restore(folder.path(), &file);
    assert_done(&restored);
    let before = folder.path().join("chandlery.db.before-restore");
    let expected = format!("the store of before is in {}\n", before.display());
    assert!(errors(&restored).ends_with(&expected), "{}", errors(&restored));
    assert_eq!(metadata(&before).unwrap().permissions().mode() & 0o777, 0o600);

    // The keys are the backup's, and the key of before is none any more.
    let key_now = std::fs::read_to_string(folder.path().join("credentials")).unwrap();
    assert_ne!(key_before, key_now);
    let (status, _) = owner
        .try_call(Service::Catalog, "ListPortfolios", json!({}))
        .unwrap();
    assert!(matches!(status, 400 | 403), "{status}");
    let owner = Owner::new(&server, folder.path());
    assert_eq!(owner.portfolios(), held);
    assert!(!held.contains(&lost));

    // Again and again beside clients that write all the time: each is answered, from one store or the other.
    let stop = Arc::new(AtomicBool::new(false));
    let writing: Vec<_> = (0..3).map(|n| write_until(&stop, owner.clone(), n)).collect();
    for _ in 0..5 {
        assert_done(&restore(folder.path(), &file));
        assert_eq!(get(server.address(), "/health/ready").0, 200);
    }
    stop.store(true, Ordering::Relaxed);
    for writer in writing {
        assert!(!writer.join().unwrap().is_empty());
    }
    assert_done(&restore(folder.path(), &file));
    let kept = owner.create_portfolio("after-the-restore");
    server.signal(Signal::KILL);
    server.end();

    let server = Process::serve(folder.path());
    let expected: BTreeSet<_> = held.into_iter().chain([kept]).collect();
    assert_eq!(Owner::new(&server, folder.path()).portfolios(), expected);
    server.stop();
}

#[test]
fn what_was_begun_before_the_backup_is_finished_after_the_restore() {
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let config = folder.path().join("chandlery.toml");
    std::fs::write(&config, "[limits]\nstep-accounts-max = 1\n").unwrap();
    let server = Process::serve_with(folder.path(), &["--config", config.to_str().unwrap()]);
    let owner = Owner::new(&server, folder.path());
    let organization = owner.create_organization(12);
    let portfolio = owner.create_portfolio("shared");
    let token = owner.share(&portfolio, &organization.unit);
    let file = elsewhere.path().join("backup.db");
    assert_done(&back_up(folder.path(), &file));
    owner.assert_reached(&token, &organization.accounts);

    assert_done(&restore(folder.path(), &file));
    owner.assert_reached(&token, &organization.accounts);
    server.stop();
}

#[test]
fn a_backup_goes_through_pipes() {
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let server = Process::serve(folder.path());
    let owner = Owner::new(&server, folder.path());
    let held = owner.create_portfolio("one");
    let data = folder.path().to_str().unwrap();
    let made = run(&["backup", "-", "--data-dir", data]);
    assert_done(&made);
    owner.create_portfolio("two");

    let file = elsewhere.path().join("piped");
    std::fs::write(&file, made.stdout).unwrap();
    let mut command = chandlery(&["restore", "-", "--data-dir", data]);
    command.stdin(Stdio::from(std::fs::File::open(&file).unwrap()));
    assert_done(&command.output().unwrap());
    assert_eq!(owner.portfolios(), [held].into());
    assert!(names(folder.path()).iter().all(|it| !it.starts_with('.')));
    server.stop();
}

#[test]
fn what_is_not_a_whole_backup_changes_nothing() {
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let (good, _) = a_backup(elsewhere.path());
    let good = std::fs::read(good).unwrap();
    let page = 4096;
    let mut damaged = good.clone();
    // Not the first one, which says what it is.
    for byte in &mut damaged[page * 5..page * 9] {
        *byte ^= 0x55;
    }
    let cases: [(&str, &[u8], &str); 5] = [
        ("empty", b"", "not a backup of a Chandlery store"),
        (
            "a letter",
            &b"to my bank\n".repeat(1000),
            "not a backup of a Chandlery store: it is no SQLite database",
        ),
        ("cut off", &good[..good.len() / 2 / page * page], "damaged"),
        ("cut off in a page", &good[..good.len() - 100], "damaged"),
        ("damaged", &damaged, "damaged"),
    ];
    let server = Process::serve(folder.path());
    let owner = Owner::new(&server, folder.path());
    let held = BTreeSet::from([owner.create_portfolio("kept")]);
    let there = names(folder.path());
    let refuse_all = |running: &str| {
        for (what, bytes, why) in cases {
            let file = elsewhere.path().join(what);
            std::fs::write(&file, bytes).unwrap();
            let refused = restore(folder.path(), &file);
            assert_refused(&refused, why);
            let begin = format!("error: {} was not restored: ", file.display());
            assert!(
                errors(&refused).starts_with(&begin),
                "{running}: {}",
                errors(&refused)
            );
        }
        let missing = restore(folder.path(), &elsewhere.path().join("missing"));
        assert_refused(&missing, "missing cannot be read");
        std::fs::write(elsewhere.path().join("open.db"), &good).unwrap();
        std::fs::write(elsewhere.path().join("open.db-wal"), "frames").unwrap();
        let open = restore(folder.path(), &elsewhere.path().join("open.db"));
        assert_refused(&open, "open.db is not whole");
    };

    refuse_all("running");
    assert_eq!(owner.portfolios(), held);
    assert_eq!(names(folder.path()), there);
    server.stop();
    let there = names(folder.path());
    refuse_all("stopped");
    assert_eq!(names(folder.path()), there);
    let server = Process::serve(folder.path());
    assert_eq!(owner.at(&server).portfolios(), held);
    server.stop();
}

#[test]
fn where_a_backup_cannot_be_made_nothing_is_left() {
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let nothing = elsewhere.path().join("nothing");
    let file = elsewhere.path().join("backup.db");
    assert_refused(&back_up(&nothing, &file), "there is no store in");
    assert!(!nothing.exists());
    assert_refused(&back_up(folder.path(), &file), "there is no store in");

    let server = Process::serve(folder.path());
    let beside = back_up(folder.path(), &folder.path().join("chandlery.db"));
    assert_refused(&beside, "is in the data folder");
    assert_refused(&back_up(folder.path(), elsewhere.path()), "it is not a file");
    assert_refused(
        &back_up(folder.path(), Path::new("/dev/full")),
        "it is not a file",
    );
    let missing = back_up(folder.path(), &elsewhere.path().join("missing/backup.db"));
    assert_refused(&missing, "missing/backup.db cannot be written: No such file");

    // As on a full disk: no file may be longer than 64 KiB, and whoever tries is told so and not killed.
    std::fs::write(&file, "the backup of yesterday").unwrap();
    let script = "trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\"";
    let [data, target] = [folder.path(), &file].map(|it| it.to_str().unwrap());
    let mut full = chandlery(&[]);
    let binary = full.get_program().to_owned();
    full = std::process::Command::new("/bin/sh");
    full.args(["-c", script])
        .arg(binary)
        .args(["backup", "--data-dir", data, target]);
    assert_refused(
        &full.env_clear().output().unwrap(),
        "check that the disk is there, works and is not full",
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "the backup of yesterday");
    assert_eq!(names(elsewhere.path()), ["backup.db".to_owned()].into());
    assert_done(&back_up(folder.path(), &file));
    server.stop();
}

#[test]
fn a_server_that_cannot_go_on_after_a_restore_says_so_and_ends() {
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let (file, held) = a_backup(elsewhere.path());
    let server = Process::serve(folder.path());
    // Where the backup's keys are to be.
    let credentials = folder.path().join("credentials");
    std::fs::remove_file(&credentials).unwrap();
    DirBuilder::new().mode(0o700).create(&credentials).unwrap();

    assert_refused(
        &restore(folder.path(), &file),
        "the store does not open now, so the server ends: ",
    );
    assert_eq!(server.end().0, Some(1));

    std::fs::remove_dir(&credentials).unwrap();
    let server = Process::serve(folder.path());
    assert_eq!(Owner::new(&server, folder.path()).portfolios(), held);
    server.stop();
}

#[test]
fn what_is_in_postgres_is_left_to_its_own_tools() {
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let (good, _) = a_backup(elsewhere.path());
    let database = Database::create();
    let server = Process::serve_with(folder.path(), &["--database-url", database.url()]);
    let [data, file] = [folder.path(), &good].map(|it| it.to_str().unwrap());
    for (command, tool) in [("backup", "pg_dump"), ("restore", "pg_restore")] {
        let named = run(&[
            command,
            "--data-dir",
            data,
            "--database-url",
            database.url(),
            file,
        ]);
        assert_refused(&named, tool);
        // Whoever forgets the flag hears it from the server.
        assert_refused(&run(&[command, "--data-dir", data, file]), tool);
    }
    server.stop();
}
