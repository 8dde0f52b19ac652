//! Why accounts do not come, go or end: the reasons that clients tell apart.

use std::time::Duration;

use shapes::organizations::{
    AcceptHandshakeRequest, CloseAccountRequest, EnableAllFeaturesRequest, HandshakeParty,
    HandshakePartyType, InviteAccountToOrganizationRequest, OrganizationFeatureSet,
    RemoveAccountFromOrganizationRequest,
    operations::{
        AcceptHandshake, CloseAccount, EnableAllFeatures, InviteAccountToOrganization,
        RemoveAccountFromOrganization,
    },
};

use super::*;

/// MANAGEMENT, under other limits.
fn under(limits: Limits) -> Cx {
    Cx {
        limits: Arc::new(limits),
        ..cx(MANAGEMENT)
    }
}

fn remove(cx: &Cx, tx: &WriteTx<'_>, account: &str) -> Result<(), Fault> {
    let input = RemoveAccountFromOrganizationRequest {
        account_id: account.to_owned(),
    };
    RemoveAccountFromOrganization::run(cx, tx, &input).map(|_| ())
}

fn close(cx: &Cx, tx: &WriteTx<'_>, account: &str) -> Result<(), Fault> {
    let input = CloseAccountRequest {
        account_id: account.to_owned(),
    };
    CloseAccount::run(cx, tx, &input).map(|_| ())
}

fn invite(cx: &Cx, tx: &WriteTx<'_>, kind: HandshakePartyType, id: &str) -> Result<String, Fault> {
    let input = InviteAccountToOrganizationRequest {
        target: HandshakeParty {
            id: id.to_owned(),
            r#type: kind,
        },
        notes: None,
        tags: Vec::new(),
    };
    let output = InviteAccountToOrganization::run(cx, tx, &input)?;
    Ok(output.handshake.unwrap().id.unwrap())
}

fn accept(cx: &Cx, tx: &WriteTx<'_>, handshake: &str) -> Result<(), Fault> {
    let input = AcceptHandshakeRequest {
        handshake_id: handshake.to_owned(),
    };
    AcceptHandshake::run(cx, tx, &input).map(|_| ())
}

fn limit_features(tx: &WriteTx<'_>) {
    let organization = tx.find_organization_of(&id(MANAGEMENT)).unwrap().unwrap();
    let billing = OrganizationFeatureSet::ConsolidatedBilling.to_string();
    tx.put_feature_set(&organization.id, &billing).unwrap();
}

#[track_caller]
fn assert_reason<T: std::fmt::Debug>(refused: Result<T, Fault>, reason: &str) {
    assert_eq!(refused.unwrap_err().reason(), Some(reason));
}

#[test]
fn what_keeps_an_account_in_its_organization_has_a_reason() {
    in_organization(|tx| {
        let waiting = under(Limits {
            leaving_wait: Duration::from_hours(4 * 24),
            ..Limits::default()
        });
        assert_reason(remove(&waiting, tx, ALICE), "WAIT_PERIOD_ACTIVE");
        let paying = under(Limits {
            leaving_needs_payment_method: true,
            ..Limits::default()
        });
        assert_reason(
            remove(&paying, tx, ALICE),
            "MEMBER_ACCOUNT_PAYMENT_INSTRUMENT_REQUIRED",
        );
        enable(tx, CATALOG);
        register(tx, ALICE).unwrap();
        assert_reason(
            remove(&cx(MANAGEMENT), tx, ALICE),
            "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG",
        );
    });
}

#[test]
fn what_keeps_an_account_open_has_a_reason() {
    in_organization(|tx| {
        let management = cx(MANAGEMENT);
        assert_reason(
            close(&management, tx, MANAGEMENT),
            "CANNOT_CLOSE_MANAGEMENT_ACCOUNT",
        );
        limit_features(tx);
        assert_reason(
            close(&management, tx, ALICE),
            "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE",
        );
    });
}

#[test]
fn who_cannot_be_invited_is_refused_with_a_reason() {
    in_organization(|tx| {
        let management = cx(MANAGEMENT);
        for (kind, target, reason) in [
            (HandshakePartyType::Account, ALICE, "ALREADY_IN_AN_ORGANIZATION"),
            (
                HandshakePartyType::Email,
                "202020202020@example.com",
                "ALREADY_IN_AN_ORGANIZATION",
            ),
            (
                HandshakePartyType::Organization,
                "o-exampleorgid",
                "INVALID_PARTY_TYPE_TARGET",
            ),
            (HandshakePartyType::Account, "alice", "INVALID_PATTERN"),
            (HandshakePartyType::Email, "alice", "INVALID_EMAIL_ADDRESS_TARGET"),
        ] {
            assert_reason(invite(&management, tx, kind, target), reason);
        }
        let full = under(Limits {
            organization_accounts_max: Some(4),
            ..Limits::default()
        });
        invite(&full, tx, HandshakePartyType::Account, "505050505050").unwrap();
        assert_reason(
            invite(&full, tx, HandshakePartyType::Account, "606060606060"),
            "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
        );
    });
}

#[test]
fn who_cannot_accept_is_refused_with_a_reason() {
    in_organization(|tx| {
        let by_address = (HandshakePartyType::Email, "505050505050@example.com");
        let invitation = invite(&cx(MANAGEMENT), tx, by_address.0, by_address.1).unwrap();
        insert_account(tx, "505050505050");
        let invited = cx("505050505050");
        let full = Cx {
            limits: under(Limits {
                organization_accounts_max: Some(3),
                ..Limits::default()
            })
            .limits,
            ..invited.clone()
        };
        assert_reason(accept(&full, tx, &invitation), "ACCOUNT_NUMBER_LIMIT_EXCEEDED");
        join(tx, "505050505050");
        assert_reason(accept(&invited, tx, &invitation), "ALREADY_IN_AN_ORGANIZATION");
    });
}

#[test]
fn all_features_are_enabled_once() {
    in_organization(|tx| {
        let management = cx(MANAGEMENT);
        let enable = || EnableAllFeatures::run(&management, tx, &EnableAllFeaturesRequest {});
        assert_reason(enable(), "ORGANIZATION_ALREADY_HAS_ALL_FEATURES");
        limit_features(tx);
        let pending = enable().unwrap().handshake.unwrap().id.unwrap();
        assert_reason(enable(), "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION");
        assert_reason(
            invite(&management, tx, HandshakePartyType::Account, "505050505050"),
            "INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES",
        );
        accept(&management, tx, &pending).unwrap();
        assert_reason(enable(), "ORGANIZATION_ALREADY_HAS_ALL_FEATURES");
    });
}
