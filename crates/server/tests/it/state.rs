//! What outlives the process, and who may have it.

use rustix::process::Signal;
use tempfile::tempdir;

use crate::http::call;
use crate::process::{Process, errors, run};

#[test]
fn state_and_keys_are_there_again_after_a_restart() {
    let folder = tempdir().unwrap();
    for (ending, signal) in [("in-order", Signal::TERM), ("by-force", Signal::KILL)] {
        let server = Process::serve(folder.path());
        let name = format!("ended {ending}");
        let input =
            format!(r#"{{"DisplayName":"{name}","ProviderName":"us","IdempotencyToken":"{ending}"}}"#);
        let (status, body) = call(
            server.address(),
            folder.path(),
            "management",
            "CreatePortfolio",
            &input,
        );
        assert_eq!(status, 200, "{body}");
        server.signal(signal);
        server.end();

        let again = Process::serve(folder.path());
        let (status, body) = call(
            again.address(),
            folder.path(),
            "management",
            "ListPortfolios",
            "{}",
        );
        assert_eq!(status, 200);
        assert!(body.contains(&name), "{body}");
        again.stop();
    }
}

#[test]
fn a_second_server_on_the_same_folder_is_refused_by_name() {
    let folder = tempdir().unwrap();
    let server = Process::serve(folder.path());
    let output = run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data-dir",
        folder.path().to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    let errors = errors(&output);
    assert_eq!(errors.lines().count(), 1, "{errors}");
    let process = std::fs::read_to_string(folder.path().join("lock")).unwrap();
    assert!(
        errors.contains(&format!(
            "in use by another chandlery (process {})",
            process.trim()
        )),
        "{errors}"
    );
    server.stop();
}

#[test]
fn a_folder_with_something_else_in_it_is_refused() {
    let folder = tempdir().unwrap();
    Process::serve(folder.path()).stop();
    let store = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let store = store.max_by_key(|path| path.metadata().unwrap().len()).unwrap();
    std::fs::write(&store, "something else\n".repeat(1000)).unwrap();
    let output = run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data-dir",
        folder.path().to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    let errors = errors(&output);
    let last = errors.lines().last().unwrap();
    assert!(last.contains("is not a SQLite database"), "{errors}");
}
