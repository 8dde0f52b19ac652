//! When to go on and when to give up, without a server.

use std::time::{Duration, Instant};

use crate::StoreError;
use crate::postgres::retry::{Attempts, Setback};

fn conflict() -> Setback {
    Setback::Conflict(StoreError::Contended { source: None })
}

fn lost() -> StoreError {
    StoreError::Unavailable {
        what: "for a test",
        source: None,
    }
}

#[test]
fn a_conflict_is_tried_ten_times_and_more_then_reported() {
    let mut attempts = Attempts::default();
    let now = Instant::now();
    let mut tries = 1;
    let failure = loop {
        match attempts.after(conflict(), now) {
            Ok(pause) => assert!(pause <= Duration::from_millis(250)),
            Err(failure) => break failure,
        }
        tries += 1;
    };

    assert!(matches!(failure, StoreError::Contended { .. }));
    assert!(tries > 10, "{tries}");
}

#[test]
fn a_broken_rule_may_be_a_conflict_and_is_named_when_it_stays_broken() {
    let mut attempts = Attempts::default();
    let broken = || StoreError::Constraint {
        source: std::sync::Arc::new(std::io::Error::other("for a test")),
    };
    let mut tries = 1;
    let failure = loop {
        match attempts.after(Setback::before_commit(broken()), Instant::now()) {
            Ok(_) => tries += 1,
            Err(failure) => break failure,
        }
    };

    assert!(matches!(failure, StoreError::Constraint { .. }));
    assert_eq!(tries, 5);
}

#[test]
fn a_server_that_stays_away_is_soon_reported() {
    let mut attempts = Attempts::default();
    let now = Instant::now();

    assert!(attempts.after(Setback::Lost(lost()), now).is_ok());
    assert!(attempts.after(Setback::Lost(lost()), now).is_ok());
    assert!(attempts.after(Setback::Lost(lost()), now).is_err());
}

#[test]
fn a_commit_without_an_answer_is_pursued_through_a_failover() {
    let mut attempts = Attempts::default();
    let sent = Instant::now();
    assert!(attempts.after(Setback::Unanswered(lost()), sent).is_ok());

    for second in 1..60 {
        let now = sent + Duration::from_secs(second);
        assert!(
            attempts.after(Setback::Lost(lost()), now).is_ok(),
            "after {second} s"
        );
    }

    let given_up = attempts.after(Setback::Lost(lost()), sent + Duration::from_mins(1));
    assert!(
        given_up
            .unwrap_err()
            .to_string()
            .contains("could not be found out")
    );
}

#[test]
fn what_would_fail_again_is_reported_at_once() {
    let failure = StoreError::corrupt("for a test");

    assert!(
        Attempts::default()
            .after(Setback::Final(failure), Instant::now())
            .is_err()
    );
}
