//! What a role's ARN says, and how long its sessions may be.

use std::time::Duration;

use domain::{AccountId, Caller, Identity, Partition, Time};
use store::Role;

use super::{RoleName, assume_role::session_duration};

fn account(id: &str) -> AccountId {
    AccountId::parse(id).unwrap()
}

fn role() -> Role {
    Role {
        account: account("111122223333"),
        name: "Access".to_owned(),
        id: "AROA".to_owned(),
        path: "/".to_owned(),
        trusted_account: account("444455556666"),
        session_max: Duration::from_hours(12),
        created_at: Time::from_microseconds(0),
    }
}

fn caller(identity: Identity) -> Caller {
    Caller {
        account: account("444455556666"),
        identity,
    }
}

fn user() -> Caller {
    caller(Identity::User {
        id: "AIDA".to_owned(),
        name: "admin".to_owned(),
        path: "/".to_owned(),
    })
}

fn session() -> Caller {
    caller(Identity::Session {
        role_id: "AROA".to_owned(),
        role: "Access".to_owned(),
        session: "alice".to_owned(),
    })
}

#[test]
fn the_arn_of_a_role_is_read_as_it_is_written() {
    for arn in [
        "arn:aws:iam::111122223333:role/Access",
        "arn:aws:iam::111122223333:role/a/b/Access",
    ] {
        let named = RoleName::of(arn, Partition::Aws).unwrap();
        assert_eq!(named.name, "Access");
        assert_eq!(named.arn(Partition::Aws).as_str(), arn);
    }
}

#[test]
fn what_is_no_arn_of_a_role_is_refused() {
    for arn in [
        "Access",
        "arn:aws:iam::111122223333:user/Access",
        "arn:aws:iam::1111:role/Access",
        "arn:aws:iam::111122223333:role/",
        "arn:aws-cn:iam::111122223333:role/Access",
    ] {
        let fault = RoleName::of(arn, Partition::Aws).unwrap_err();
        assert_eq!(fault.code(), "ValidationException", "{arn}");
    }
}

#[test]
fn a_session_lasts_an_hour_unless_the_caller_asks_for_more() {
    let duration = |caller: &Caller, seconds| session_duration(caller, &role(), seconds);
    assert_eq!(duration(&user(), None).unwrap(), Duration::from_hours(1));
    assert_eq!(duration(&user(), Some(43_200)).unwrap(), Duration::from_hours(12));
    assert!(duration(&user(), Some(43_201)).is_err());
}

#[test]
fn a_role_assumed_by_a_role_lasts_an_hour_at_most() {
    let duration = |seconds| session_duration(&session(), &role(), Some(seconds));
    assert_eq!(duration(3_600).unwrap(), Duration::from_hours(1));
    assert!(duration(3_601).unwrap_err().message().contains("role chaining"));
}
