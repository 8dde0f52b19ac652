//! Accounts are invited into an organization, and answer.

use aws_sdk_organizations::types::{
    AccountJoinedMethod, ActionType, Handshake, HandshakeParty, HandshakePartyType, HandshakeResource,
    HandshakeResourceType, HandshakeState,
};
use engine::Limits;
use testkit::{Actor, TestOrg, refused};

use crate::questions::{organization_portfolios, share_with_node};

fn party(kind: HandshakePartyType, id: &str) -> HandshakeParty {
    HandshakeParty::builder().r#type(kind).id(id).build().unwrap()
}

/// An account to invite.
pub(crate) fn account(id: &str) -> HandshakeParty {
    party(HandshakePartyType::Account, id)
}

/// `sender` invites `target`.
pub(crate) async fn invite(sender: &Actor, target: HandshakeParty) -> Handshake {
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

/// How `handshake` stands, as `actor` sees it.
pub(crate) async fn state(actor: &Actor, handshake: &str) -> HandshakeState {
    let describing = actor.organizations().describe_handshake().handshake_id(handshake);
    describing.send().await.unwrap().handshake.unwrap().state.unwrap()
}

/// The handshakes that `actor` received.
pub(crate) async fn received(actor: &Actor) -> Vec<Handshake> {
    let listing = actor.organizations().list_handshakes_for_account();
    listing.send().await.unwrap().handshakes.unwrap()
}

/// The handshakes that the organization of `actor` sent.
pub(crate) async fn sent(actor: &Actor) -> Vec<Handshake> {
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
