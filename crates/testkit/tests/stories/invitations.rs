//! Accounts are invited into an organization, and answer.

use std::time::Duration;

use aws_sdk_organizations::types::{
    AccountJoinedMethod, ActionType, Handshake, HandshakeFilter, HandshakeParty, HandshakePartyType,
    HandshakeResource, HandshakeResourceType, HandshakeState,
};
use engine::Limits;
use testkit::{Actor, TestOrg, refused};

use crate::questions::{organization_portfolios, share_with_node};

const DAY: Duration = Duration::from_hours(24);

fn party(kind: HandshakePartyType, id: &str) -> HandshakeParty {
    HandshakeParty::builder().r#type(kind).id(id).build().unwrap()
}

fn account(id: &str) -> HandshakeParty {
    party(HandshakePartyType::Account, id)
}

/// `sender` invites `target`.
async fn invite(sender: &Actor, target: HandshakeParty) -> Handshake {
    let inviting = sender
        .organizations()
        .invite_account_to_organization()
        .target(target);
    inviting.send().await.unwrap().handshake.unwrap()
}

/// `sender` invites `recipient`, and nobody answers yet. Returns the handshake's id.
pub(crate) async fn invited(sender: &Actor, recipient: &Actor) -> String {
    invite(sender, account(recipient.account_id())).await.id.unwrap()
}

/// `recipient` accepts `handshake`.
pub(crate) async fn accept(recipient: &Actor, handshake: &str) -> Handshake {
    let accepting = recipient
        .organizations()
        .accept_handshake()
        .handshake_id(handshake);
    accepting.send().await.unwrap().handshake.unwrap()
}

/// `sender` invites `recipient`, which accepts.
pub(crate) async fn join(sender: &Actor, recipient: &Actor) {
    let handshake = invited(sender, recipient).await;
    accept(recipient, &handshake).await;
}

async fn state(actor: &Actor, handshake: &str) -> HandshakeState {
    let describing = actor.organizations().describe_handshake().handshake_id(handshake);
    describing.send().await.unwrap().handshake.unwrap().state.unwrap()
}

async fn received(actor: &Actor) -> Vec<Handshake> {
    let listing = actor.organizations().list_handshakes_for_account();
    listing.send().await.unwrap().handshakes.unwrap()
}

async fn sent(actor: &Actor) -> Vec<Handshake> {
    let listing = actor.organizations().list_handshakes_for_organization();
    listing.send().await.unwrap().handshakes.unwrap()
}

/// An account that the organization creates under the address of `name`.
async fn created(org: &TestOrg, name: &str) -> Actor {
    let organizations = org.management().organizations();
    let creating = organizations
        .create_account()
        .account_name(name)
        .email(format!("{name}@example.com"));
    let asked = creating.send().await.unwrap().create_account_status.unwrap();
    org.settle().await;
    let status = organizations
        .describe_create_account_status()
        .create_account_request_id(asked.id().unwrap());
    let made = status.send().await.unwrap().create_account_status.unwrap();
    let (account, role) = (made.account_id().unwrap(), "OrganizationAccountAccessRole");
    org.management().assume(account, role).await.unwrap()
}

/// The values of these kinds in `resources` and below them.
fn values(resources: &[HandshakeResource]) -> Vec<(HandshakeResourceType, String)> {
    let mut found = Vec::new();
    for it in resources {
        found.push((it.r#type().unwrap().clone(), it.value().unwrap().to_owned()));
        found.extend(values(it.resources()));
    }
    found
}

#[tokio::test]
async fn an_invited_account_is_a_member_once_it_accepts() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, dave) = (org.management(), org.outsider().await);
    let invitation = invite(management, account(dave.account_id())).await;
    let id = invitation.id().unwrap();
    assert_eq!(
        (invitation.action(), invitation.state()),
        (
            Some(&ActionType::InviteAccountToOrganization),
            Some(&HandshakeState::Open)
        )
    );
    assert_eq!(
        invitation.arn(),
        Some(
            format!(
                "arn:aws:organizations::{}:handshake/{}/invite/{id}",
                management.account_id(),
                org.id()
            )
            .as_str()
        )
    );
    let lifetime =
        invitation.expiration_timestamp().unwrap().secs() - invitation.requested_timestamp().unwrap().secs();
    assert_eq!(lifetime, 15 * 24 * 3_600);
    assert_eq!(received(&dave).await, std::slice::from_ref(&invitation));
    assert_eq!(sent(management).await, std::slice::from_ref(&invitation));

    let accepted = accept(&dave, id).await;

    assert_eq!(accepted.state(), Some(&HandshakeState::Accepted));
    let read = dave.organizations().describe_organization().send().await.unwrap();
    assert_eq!(read.organization().unwrap().id(), Some(org.id()));
    let organizations = management.organizations();
    let member = organizations.describe_account().account_id(dave.account_id());
    let member = member.send().await.unwrap().account.unwrap();
    assert_eq!(member.joined_method(), Some(&AccountJoinedMethod::Invited));
    assert_eq!(
        member.paths(),
        [format!("{}/{}/{}/", org.id(), org.root_id(), dave.account_id())]
    );
    let parents = organizations.list_parents().child_id(dave.account_id());
    assert_eq!(
        parents.send().await.unwrap().parents()[0].id(),
        Some(org.root_id())
    );
}

#[tokio::test]
async fn an_invitation_says_who_asks_whom_and_what_for() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let inviting = org.management().organizations().invite_account_to_organization();
    let invitation = inviting
        .target(party(HandshakePartyType::Email, "juan@example.com"))
        .notes("Join us");
    let invitation = invitation.send().await.unwrap().handshake.unwrap();

    assert_eq!(
        invitation.parties(),
        [
            party(HandshakePartyType::Organization, org.id()),
            party(HandshakePartyType::Email, "juan@example.com")
        ]
    );
    let management = org.management().account_id();
    assert_eq!(
        values(invitation.resources()),
        [
            (HandshakeResourceType::Organization, org.id().to_owned()),
            (
                HandshakeResourceType::MasterEmail,
                format!("{management}@chandlery.invalid")
            ),
            (HandshakeResourceType::MasterName, format!("account-{management}")),
            (HandshakeResourceType::OrganizationFeatureSet, "ALL".to_owned()),
            (HandshakeResourceType::Email, "juan@example.com".to_owned()),
            (HandshakeResourceType::Notes, "Join us".to_owned()),
        ]
    );
    assert_eq!(invitation.resources()[0].resources().len(), 3);
}

#[tokio::test]
async fn an_address_that_nobody_has_yet_is_invited_and_answers_once_somebody_has_it() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let stranger = org.outsider().await;
    let organizations = stranger.organizations();
    organizations.create_organization().send().await.unwrap();
    let invitation = invite(&stranger, party(HandshakePartyType::Email, "erin@example.com")).await;
    let erin = created(&org, "erin").await;

    assert_eq!(received(&erin).await[0].id(), invitation.id());
    accept(&erin, invitation.id().unwrap()).await;

    let gone = org
        .management()
        .organizations()
        .describe_account()
        .account_id(erin.account_id());
    assert_eq!(refused(gone.send().await), "AccountNotFoundException");
    assert_eq!(
        organizations
            .list_accounts()
            .send()
            .await
            .unwrap()
            .accounts()
            .len(),
        2
    );
}

#[tokio::test]
async fn who_accepts_sees_what_the_organization_shares_at_once() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, dave) = (org.management(), org.outsider().await);
    let databases = org.portfolio("Databases").await;
    share_with_node(management, &databases, org.everybody()).await;
    org.settle().await;
    let handshake = invited(management, &dave).await;
    assert_eq!(organization_portfolios(&dave).await, [""; 0]);

    accept(&dave, &handshake).await;

    assert_eq!(organization_portfolios(&dave).await, [databases.as_str()]);
    let under = management.list_portfolio_access().portfolio_id(&databases);
    let under = under.organization_parent_id(org.root_id()).send().await.unwrap();
    assert!(under.account_ids().contains(&dave.account_id().to_owned()));
    let described = dave.describe_portfolio().id(&databases).send().await.unwrap();
    assert_eq!(
        described.portfolio_detail().unwrap().id(),
        Some(databases.as_str())
    );
}

#[tokio::test]
async fn who_accepts_while_access_is_off_sees_nothing_until_it_is_on() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, dave) = (org.management(), org.outsider().await);
    let databases = org.portfolio("Databases").await;
    share_with_node(management, &databases, org.everybody()).await;
    org.settle().await;
    management
        .disable_aws_organizations_access()
        .send()
        .await
        .unwrap();
    join(management, &dave).await;
    assert_eq!(organization_portfolios(&dave).await, [""; 0]);

    management.enable_aws_organizations_access().send().await.unwrap();
    org.settle().await;

    assert_eq!(organization_portfolios(&dave).await, [databases]);
}

#[tokio::test]
async fn a_share_with_a_member_reaches_it_again_when_it_is_back() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let (management, dave) = (org.management(), org.outsider().await);
    join(management, &dave).await;
    let databases = org.portfolio("Databases").await;
    let share = management.create_portfolio_share().portfolio_id(&databases);
    let node = aws_sdk_servicecatalog::types::OrganizationNode::builder()
        .r#type(aws_sdk_servicecatalog::types::OrganizationNodeType::Account)
        .value(dave.account_id())
        .build();
    share.organization_node(node).send().await.unwrap();
    org.settle().await;

    dave.organizations().leave_organization().send().await.unwrap();
    assert_eq!(organization_portfolios(&dave).await, [""; 0]);
    join(management, &dave).await;

    assert_eq!(organization_portfolios(&dave).await, [databases]);
}

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
async fn nobody_is_invited_twice_and_no_member_at_all() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, dave) = (org.management(), org.outsider().await);
    invited(management, &dave).await;
    let inviting = |target| {
        management
            .organizations()
            .invite_account_to_organization()
            .target(target)
    };
    let address = format!("{}@chandlery.invalid", dave.account_id());
    for again in [
        account(dave.account_id()),
        party(HandshakePartyType::Email, &address),
    ] {
        assert_eq!(
            refused(inviting(again).send().await),
            "DuplicateHandshakeException"
        );
    }
    for member in [
        account(org.account("alice").account_id()),
        account(management.account_id()),
        party(HandshakePartyType::Email, "alice@example.com"),
    ] {
        assert_eq!(
            refused(inviting(member).send().await),
            "HandshakeConstraintViolationException"
        );
    }
    for nobody in [
        party(HandshakePartyType::Organization, org.id()),
        account("dave"),
        party(HandshakePartyType::Email, "dave"),
        party(HandshakePartyType::Email, "dave@nowhere"),
    ] {
        assert_eq!(refused(inviting(nobody).send().await), "InvalidInputException");
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
async fn a_member_goes_straight_to_the_organization_that_invites_it() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    let (management, alice, other) = (org.management(), org.account("alice"), org.outsider().await);
    let databases = org.portfolio("Databases").await;
    share_with_node(management, &databases, org.unit("engineering")).await;
    org.settle().await;
    other.organizations().create_organization().send().await.unwrap();

    join(&other, alice).await;

    assert_eq!(organization_portfolios(alice).await, [""; 0]);
    let read = alice
        .organizations()
        .describe_organization()
        .send()
        .await
        .unwrap();
    assert_eq!(
        read.organization().unwrap().master_account_id(),
        Some(other.account_id())
    );
    let back = invited(management, alice).await;
    accept(alice, &back).await;
    assert_eq!(organization_portfolios(alice).await, [""; 0]);
    org.move_account("alice", org.root_id(), org.unit_id("engineering"))
        .await;
    assert_eq!(organization_portfolios(alice).await, [databases]);
}

#[tokio::test]
async fn who_may_not_leave_does_not_go_to_another_organization_either() {
    let org = TestOrg::with_units(&["engineering/alice"]).await;
    org.delegate("alice").await;
    let other = org.outsider().await;
    other.organizations().create_organization().send().await.unwrap();
    for (actor, code) in [
        (org.account("alice"), "ConstraintViolationException"),
        (org.management(), "MasterCannotLeaveOrganizationException"),
    ] {
        let id = invited(&other, actor).await;
        let accepting = actor.organizations().accept_handshake().handshake_id(&id);
        assert_eq!(refused(accepting.send().await), code);
        assert_eq!(state(actor, &id).await, HandshakeState::Open);
    }
}

#[tokio::test]
async fn an_account_that_came_in_another_way_cannot_accept() {
    let org = TestOrg::with_units(&["engineering/"]).await;
    let management = org.management();
    let address = party(HandshakePartyType::Email, "erin@example.com");
    let id = invite(management, address).await.id.unwrap();
    let erin = created(&org, "erin").await;

    let accepting = erin.organizations().accept_handshake().handshake_id(&id);

    assert_eq!(
        refused(accepting.send().await),
        "HandshakeConstraintViolationException"
    );
    let declining = erin.organizations().decline_handshake().handshake_id(&id);
    declining.send().await.unwrap();
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
async fn an_organization_that_is_full_invites_nobody_and_nobody_joins_it() {
    let limits = Limits {
        organization_accounts_max: Some(3),
        ..Limits::default()
    };
    let org = TestOrg::with_limits(limits, &["engineering/alice"]).await;
    let (management, dave) = (org.management(), org.outsider().await);
    let id = invited(management, &dave).await;
    let inviting = management
        .organizations()
        .invite_account_to_organization()
        .target(account("111122223333"));
    assert_eq!(
        refused(inviting.send().await),
        "HandshakeConstraintViolationException"
    );
    let creating = management
        .organizations()
        .create_account()
        .account_name("bob")
        .email("bob@example.com");
    creating.clone().send().await.unwrap();
    org.settle().await;
    let accepting = dave.organizations().accept_handshake().handshake_id(&id);
    assert_eq!(
        refused(accepting.send().await),
        "HandshakeConstraintViolationException"
    );
    let creating = creating.account_name("carol").email("carol@example.com");
    assert_eq!(refused(creating.send().await), "ConstraintViolationException");
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
