//! `chandlery demo`, as a script sees it.

use crate::http::get;
use crate::process::{Process, errors, run};

#[test]
fn the_demo_ends_well_and_says_every_status_as_the_service_does() {
    let output = run(&["demo"]);
    assert!(output.status.success(), "{}", errors(&output));
    let printed = String::from_utf8(output.stdout).unwrap();
    let has_line = |begin: &str, outcome: &str| {
        printed
            .lines()
            .any(|line| line.trim_start().starts_with(begin) && line.contains(outcome))
    };
    assert!(
        has_line("to the member", ": COMPLETED, 1 account reached"),
        "{printed}"
    );
    assert!(
        has_line("to the unit", ": COMPLETED, 20 accounts reached"),
        "{printed}"
    );
    assert!(
        has_line(
            "to the whole organization",
            ": COMPLETED_WITH_ERRORS, 4 accounts reached"
        ),
        "{printed}"
    );
    for kind in [
        "ACCOUNT",
        "ORGANIZATION_MEMBER_ACCOUNT",
        "ORGANIZATIONAL_UNIT",
        "ORGANIZATION",
    ] {
        assert!(has_line(&format!("| {kind} "), "| yes"), "{kind} in {printed}");
    }
    assert!(!printed.contains('\u{1b}'), "control sequences in a pipe");
}

#[test]
fn a_kept_demo_is_a_server_until_a_signal() {
    let mut demo = Process::start(&["demo", "--keep"]);
    assert_eq!(demo.read_until("export AWS_ENDPOINT_URL="), demo.endpoint);
    let credentials = demo.read_until("export AWS_SHARED_CREDENTIALS_FILE=");
    assert!(std::fs::exists(&credentials).unwrap());
    assert_eq!(get(demo.address(), "/health/ready").0, 200);
    demo.stop();
    assert!(!std::fs::exists(&credentials).unwrap());
}
