//! What a role's ARN says, how long its sessions may be, and who may have one.

use std::{sync::Arc, time::Duration};

use domain::{AccountId, Caller, Fault, Identity, Partition, Region, Time};
use shapes::sts::{AssumeRoleRequest, AssumeRoleResponse, operations::AssumeRole};
use store::{Role, Store, WriteTx};
use uuid::Uuid;

use super::{RoleName, assume_role::session_duration};
use crate::{Command, Cx, Fresh, Limits, SystemRandomness, page::PageKey};

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

fn assume(tx: &WriteTx<'_>, caller: Caller, role_arn: &str) -> Result<AssumeRoleResponse, Fault> {
    let cx = Cx {
        caller: Arc::new(caller),
        region: Region::parse("us-east-1").unwrap(),
        now: Time::from_microseconds(0),
        request_id: Uuid::nil(),
        fresh: Fresh::new(Arc::new(SystemRandomness)),
        limits: Arc::new(Limits::default()),
        page_key: Arc::new(PageKey::new([7; 32])),
    };
    let input = AssumeRoleRequest {
        role_arn: role_arn.to_owned(),
        role_session_name: "alice".to_owned(),
        policy_arns: Vec::new(),
        policy: None,
        duration_seconds: None,
        tags: Vec::new(),
        transitive_tag_keys: Vec::new(),
        external_id: None,
        serial_number: None,
        token_code: None,
        source_identity: None,
        provided_contexts: Vec::new(),
        minimum_session_token_size: None,
    };
    AssumeRole::run(&cx, tx, &input)
}

/// Runs `body` where [`role`] is the only one.
fn where_the_role_is(body: fn(&WriteTx<'_>)) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let ran = store.step(move |tx| {
        tx.insert_role(&role()).unwrap();
        body(tx);
        Ok::<(), Fault>(())
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(ran).unwrap().unwrap();
}

#[test]
fn the_trusted_account_becomes_the_role() {
    where_the_role_is(|tx| {
        let answer = assume(tx, user(), "arn:aws:iam::111122223333:role/Access").unwrap();
        let becomes = answer.assumed_role_user.unwrap();
        assert_eq!(becomes.arn, "arn:aws:sts::111122223333:assumed-role/Access/alice");
        assert_eq!(becomes.assumed_role_id, "AROA:alice");
    });
}

#[test]
fn the_accounts_own_sessions_do_not_become_the_role() {
    where_the_role_is(|tx| {
        let own = Caller {
            account: account("111122223333"),
            ..session()
        };
        let refused = assume(tx, own, "arn:aws:iam::111122223333:role/Access").unwrap_err();
        assert_eq!(refused.code(), "AccessDeniedException");
    });
}

#[test]
fn a_denial_does_not_tell_whether_the_role_exists() {
    where_the_role_is(|tx| {
        let stranger = Caller {
            account: account("777788889999"),
            ..user()
        };
        let arn = "arn:aws:iam::111122223333:role/Access";
        let denied = assume(tx, stranger.clone(), arn).unwrap_err();
        let unknown = assume(tx, stranger, "arn:aws:iam::111122223333:role/None").unwrap_err();
        assert_eq!(denied.code(), unknown.code());
        assert_eq!(denied.message().replace("/Access", "/None"), unknown.message());
    });
}

#[test]
fn the_root_user_becomes_no_role() {
    where_the_role_is(|tx| {
        let refused = assume(
            tx,
            caller(Identity::Root),
            "arn:aws:iam::111122223333:role/Access",
        )
        .unwrap_err();
        assert_eq!(refused.code(), "AccessDeniedException");
    });
}
