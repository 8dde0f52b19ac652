//! How handshakes go on, who may answer them, and how they are listed.

use std::time::Duration;

use aws_sdk_organizations::types::{ActionType, HandshakeFilter, HandshakeState};
use testkit::{TestOrg, refused};

use crate::invitations::{accept, account, invite, invited, received, sent, state};

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn a_handshake_ends_once() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let (management, dave) = (org.management(), org.outsider().await);
    let declining = |id: &str| dave.organizations().decline_handshake().handshake_id(id);
    let accepting = |id: &str| dave.organizations().accept_handshake().handshake_id(id);
    let canceling = |id: &str| management.organizations().cancel_handshake().handshake_id(id);
    let (in_state, transition) = (
        "HandshakeAlreadyInStateException",
        "InvalidHandshakeTransitionException",
    );

    let id = invited(management, &dave).await;
    let declined = declining(&id).send().await.unwrap().handshake.unwrap();
    assert_eq!(declined.state(), Some(&HandshakeState::Declined));
    assert_eq!(refused(declining(&id).send().await), in_state);
    assert_eq!(refused(accepting(&id).send().await), transition);
    assert_eq!(refused(canceling(&id).send().await), transition);

    let id = invited(management, &dave).await;
    let canceled = canceling(&id).send().await.unwrap().handshake.unwrap();
    assert_eq!(canceled.state(), Some(&HandshakeState::Canceled));
    assert_eq!(refused(canceling(&id).send().await), in_state);
    assert_eq!(refused(accepting(&id).send().await), transition);

    let id = invited(management, &dave).await;
    accept(&dave, &id).await;
    assert_eq!(refused(accepting(&id).send().await), in_state);
    assert_eq!(refused(declining(&id).send().await), transition);
    assert_eq!(received(&dave).await.len(), 3);
}

#[tokio::test]
async fn an_invitation_expires_after_fifteen_days_and_is_forgotten_thirty_days_later() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let (management, dave) = (org.management(), org.outsider().await);
    let id = invited(management, &dave).await;
    org.advance(14 * DAY);
    assert_eq!(state(&dave, &id).await, HandshakeState::Open);

    org.advance(DAY);

    assert_eq!(state(&dave, &id).await, HandshakeState::Expired);
    let late = dave.organizations().accept_handshake().handshake_id(&id);
    assert_eq!(refused(late.send().await), "InvalidHandshakeTransitionException");
    assert_eq!(received(&dave).await[0].state(), Some(&HandshakeState::Expired));
    let again = invited(management, &dave).await;
    assert_ne!(again, id);

    org.advance(30 * DAY);

    let forgotten = dave.organizations().describe_handshake().handshake_id(&id);
    assert_eq!(refused(forgotten.send().await), "HandshakeNotFoundException");
    for listed in [received(&dave).await, sent(management).await] {
        let ids: Vec<_> = listed.iter().map(|it| it.id().unwrap()).collect();
        assert_eq!(ids, [again.as_str()]);
    }
}

#[tokio::test]
async fn a_handshake_is_answered_by_whom_it_concerns_and_unknown_to_strangers() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, dave, stranger) = (org.management(), org.outsider().await, org.outsider().await);
    let id = invited(management, &dave).await;
    let unknown = "h-00000000000000000000000000000000";
    for (actor, handshake, code) in [
        (&stranger, id.as_str(), "HandshakeNotFoundException"),
        (&stranger, unknown, "HandshakeNotFoundException"),
        (management, id.as_str(), "AccessDeniedException"),
        (org.account("alice"), id.as_str(), "AccessDeniedException"),
    ] {
        let organizations = actor.organizations();
        let accepting = organizations.accept_handshake().handshake_id(handshake);
        assert_eq!(refused(accepting.send().await), code);
        let declining = organizations.decline_handshake().handshake_id(handshake);
        assert_eq!(refused(declining.send().await), code);
    }
    let canceling = dave.organizations().cancel_handshake().handshake_id(&id);
    assert_eq!(refused(canceling.send().await), "AccessDeniedException");
    for actor in [management, org.account("alice"), &dave] {
        assert_eq!(state(actor, &id).await, HandshakeState::Open);
    }
    let described = stranger.organizations().describe_handshake().handshake_id(&id);
    assert_eq!(refused(described.send().await), "HandshakeNotFoundException");
    assert_eq!(received(&stranger).await, []);
}

#[tokio::test]
async fn only_the_management_account_invites_and_members_do_not_list_what_was_sent() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (alice, stranger) = (org.account("alice"), org.outsider().await);
    for (actor, code) in [
        (alice, "AccessDeniedException"),
        (&stranger, "AWSOrganizationsNotInUseException"),
    ] {
        let organizations = actor.organizations();
        let inviting = organizations
            .invite_account_to_organization()
            .target(account("111122223333"));
        assert_eq!(refused(inviting.send().await), code);
        let listing = organizations.list_handshakes_for_organization();
        assert_eq!(refused(listing.send().await), code);
    }
    org.delegate("alice").await;
    assert_eq!(sent(alice).await, []);
}

#[tokio::test]
async fn handshakes_are_listed_by_page_and_by_kind() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let management = org.management();
    let mut expected = Vec::new();
    for target in ["111122223333", "222233334444", "333344445555"] {
        expected.push(invite(management, account(target)).await.id.unwrap());
    }
    expected.sort_unstable();
    let mut pages = management
        .organizations()
        .list_handshakes_for_organization()
        .max_results(2)
        .into_paginator()
        .send();
    let mut listed = Vec::new();
    while let Some(page) = pages.next().await {
        listed.extend(
            page.unwrap()
                .handshakes()
                .iter()
                .map(|it| it.id().unwrap().to_owned()),
        );
    }
    assert_eq!(listed, expected);

    let of_kind = async |filter: HandshakeFilter| {
        let listing = management
            .organizations()
            .list_handshakes_for_organization()
            .filter(filter);
        listing.send().await
    };
    let kind = |it: ActionType| HandshakeFilter::builder().action_type(it);
    let invitations = of_kind(kind(ActionType::InviteAccountToOrganization).build())
        .await
        .unwrap();
    assert_eq!(invitations.handshakes().len(), 3);
    for none in [
        kind(ActionType::EnableAllFeatures).build(),
        kind(ActionType::TransferResponsibility).build(),
        HandshakeFilter::builder()
            .parent_handshake_id(&expected[0])
            .build(),
    ] {
        assert_eq!(of_kind(none).await.unwrap().handshakes(), []);
    }
    let both = kind(ActionType::InviteAccountToOrganization)
        .parent_handshake_id(&expected[0])
        .build();
    assert_eq!(refused(of_kind(both).await), "InvalidInputException");
}

#[tokio::test]
async fn the_invitations_of_an_organization_end_with_it() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let (management, dave) = (org.management(), org.outsider().await);
    let id = invited(management, &dave).await;
    management
        .organizations()
        .delete_organization()
        .send()
        .await
        .unwrap();
    assert_eq!(state(&dave, &id).await, HandshakeState::Canceled);
    let late = dave.organizations().accept_handshake().handshake_id(&id);
    assert_eq!(refused(late.send().await), "InvalidHandshakeTransitionException");
}

#[tokio::test]
async fn of_two_invitations_at_once_one_is_sent() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let (management, dave) = (org.management(), org.outsider().await);
    let inviting = management
        .organizations()
        .invite_account_to_organization()
        .target(account(dave.account_id()));

    let (one, other) = tokio::join!(inviting.clone().send(), inviting.send());

    let (sent, refusal) = if one.is_ok() { (one, other) } else { (other, one) };
    assert!(sent.is_ok());
    assert_eq!(refused(refusal), "DuplicateHandshakeException");
    assert_eq!(received(&dave).await.len(), 1);
}

#[tokio::test]
async fn of_an_acceptance_and_a_cancellation_at_once_one_counts() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let (management, dave) = (org.management(), org.outsider().await);
    let id = invited(management, &dave).await;
    let accepting = dave.organizations().accept_handshake().handshake_id(&id);
    let canceling = management.organizations().cancel_handshake().handshake_id(&id);

    let (accepted, canceled) = tokio::join!(accepting.send(), canceling.send());

    let described = dave.organizations().describe_organization().send().await;
    let (ended, late) = if accepted.is_ok() {
        assert!(described.is_ok());
        (HandshakeState::Accepted, refused(canceled))
    } else {
        assert!(described.is_err());
        canceled.unwrap();
        (HandshakeState::Canceled, refused(accepted))
    };
    assert_eq!(late, "InvalidHandshakeTransitionException");
    assert_eq!(received(&dave).await[0].state(), Some(&ended));
}

#[tokio::test]
async fn of_an_acceptance_and_the_end_of_the_organization_at_once_one_counts() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let (management, dave) = (org.management(), org.outsider().await);
    let id = invited(management, &dave).await;
    let accepting = dave.organizations().accept_handshake().handshake_id(&id);
    let deleting = management.organizations().delete_organization();

    let (accepted, deleted) = tokio::join!(accepting.send(), deleting.send());

    let described = dave.organizations().describe_organization().send().await;
    if accepted.is_ok() {
        assert!(described.is_ok());
        assert_eq!(refused(deleted), "OrganizationNotEmptyException");
    } else {
        deleted.unwrap();
        assert_eq!(refused(accepted), "InvalidHandshakeTransitionException");
        assert_eq!(refused(described), "AWSOrganizationsNotInUseException");
    }
}
