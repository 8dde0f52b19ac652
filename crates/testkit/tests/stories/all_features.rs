//! An organization that only paid bills together gets all features.

use aws_sdk_organizations::types::{
    ActionType, Handshake, HandshakeFilter, HandshakeParty, HandshakePartyType, HandshakeState,
    OrganizationFeatureSet,
};
use testkit::{Actor, TestOrg, refused};

use crate::invitations::{accept, invited, join, state};

/// The management account of an organization with consolidated billing alone, and two members that it invited.
async fn with_billing(org: &TestOrg) -> (&Actor, [Actor; 2]) {
    let management = org.management();
    let creating = management
        .organizations()
        .create_organization()
        .feature_set(OrganizationFeatureSet::ConsolidatedBilling);
    creating.send().await.unwrap();
    let members = [org.outsider().await, org.outsider().await];
    for member in &members {
        join(management, member).await;
    }
    (management, members)
}

async fn enable_all_features(management: &Actor) -> Handshake {
    let enabling = management.organizations().enable_all_features();
    enabling.send().await.unwrap().handshake.unwrap()
}

/// What `member` is asked to approve.
async fn approval(member: &Actor) -> Handshake {
    let filter = HandshakeFilter::builder()
        .action_type(ActionType::ApproveAllFeatures)
        .build();
    let listing = member
        .organizations()
        .list_handshakes_for_account()
        .filter(filter);
    let mut listed = listing.send().await.unwrap().handshakes.unwrap();
    listed.retain(|it| it.state() == Some(&HandshakeState::Open));
    listed.pop().expect("the member is asked")
}

async fn feature_set(actor: &Actor) -> OrganizationFeatureSet {
    let read = actor
        .organizations()
        .describe_organization()
        .send()
        .await
        .unwrap();
    read.organization.unwrap().feature_set.unwrap()
}

#[tokio::test]
async fn all_features_come_once_every_invited_member_and_then_the_management_account_accepts() {
    let org = TestOrg::bare().await;
    let (management, members) = with_billing(&org).await;
    let pending = enable_all_features(management).await;
    let id = pending.id().unwrap();
    assert_eq!(
        (pending.action(), pending.state()),
        (
            Some(&ActionType::EnableAllFeatures),
            Some(&HandshakeState::Requested)
        )
    );
    let early = management.organizations().accept_handshake().handshake_id(id);
    assert_eq!(
        refused(early.clone().send().await),
        "InvalidHandshakeTransitionException"
    );
    for member in &members {
        assert_eq!(state(management, id).await, HandshakeState::Requested);
        let asked = approval(member).await;
        let resources: Vec<_> = asked.resources().iter().filter_map(|it| it.value()).collect();
        assert!(resources.contains(&id), "{resources:?}");
        accept(member, asked.id().unwrap()).await;
    }
    assert_eq!(state(management, id).await, HandshakeState::Open);
    assert_eq!(
        feature_set(management).await,
        OrganizationFeatureSet::ConsolidatedBilling
    );
    let by_member = members[0].organizations().accept_handshake().handshake_id(id);
    assert_eq!(refused(by_member.send().await), "AccessDeniedException");

    early.send().await.unwrap();

    assert_eq!(feature_set(&members[0]).await, OrganizationFeatureSet::All);
    management.enable_aws_organizations_access().send().await.unwrap();
    org.settle().await;
    let again = management.organizations().enable_all_features().send().await;
    assert_eq!(refused(again), "HandshakeConstraintViolationException");
}

#[tokio::test]
async fn an_organization_without_invited_members_needs_nobody_s_approval() {
    let org = TestOrg::bare().await;
    let management = org.management();
    let creating = management
        .organizations()
        .create_organization()
        .feature_set(OrganizationFeatureSet::ConsolidatedBilling);
    creating.send().await.unwrap();
    let pending = enable_all_features(management).await;
    accept(management, pending.id().unwrap()).await;
    assert_eq!(feature_set(management).await, OrganizationFeatureSet::All);
}

#[tokio::test]
async fn a_member_that_declines_holds_the_others_up_until_it_leaves() {
    let org = TestOrg::bare().await;
    let (management, [dave, erin]) = with_billing(&org).await;
    let pending = enable_all_features(management).await;
    let id = pending.id().unwrap();
    accept(&dave, approval(&dave).await.id().unwrap()).await;
    let asked = approval(&erin).await;
    let declining = erin
        .organizations()
        .decline_handshake()
        .handshake_id(asked.id().unwrap());
    declining.send().await.unwrap();
    assert_eq!(state(management, id).await, HandshakeState::Requested);

    erin.organizations().leave_organization().send().await.unwrap();

    accept(management, id).await;
    assert_eq!(feature_set(&dave).await, OrganizationFeatureSet::All);
}

#[tokio::test]
async fn what_a_member_was_asked_is_taken_back_when_it_leaves_or_the_whole_is_canceled() {
    let org = TestOrg::bare().await;
    let (management, [dave, erin]) = with_billing(&org).await;
    let pending = enable_all_features(management).await;
    let (of_dave, of_erin) = (approval(&dave).await, approval(&erin).await);
    dave.organizations().leave_organization().send().await.unwrap();
    assert_eq!(
        state(&dave, of_dave.id().unwrap()).await,
        HandshakeState::Canceled
    );
    assert_eq!(state(&erin, of_erin.id().unwrap()).await, HandshakeState::Open);

    let canceling = management.organizations().cancel_handshake();
    canceling
        .handshake_id(pending.id().unwrap())
        .send()
        .await
        .unwrap();

    assert_eq!(
        state(&erin, of_erin.id().unwrap()).await,
        HandshakeState::Canceled
    );
    enable_all_features(management).await;
    approval(&erin).await;
}

#[tokio::test]
async fn nobody_is_invited_meanwhile_and_who_accepts_an_earlier_invitation_is_asked_too() {
    let org = TestOrg::bare().await;
    let (management, [dave, erin]) = with_billing(&org).await;
    let frank = org.outsider().await;
    let earlier = invited(management, &frank).await;
    let pending = enable_all_features(management).await;
    let twice = management.organizations().enable_all_features().send().await;
    assert_eq!(refused(twice), "HandshakeConstraintViolationException");
    let target = HandshakeParty::builder()
        .r#type(HandshakePartyType::Account)
        .id("111122223333");
    let inviting = management
        .organizations()
        .invite_account_to_organization()
        .target(target.build().unwrap());
    assert_eq!(
        refused(inviting.send().await),
        "HandshakeConstraintViolationException"
    );
    for member in [&dave, &erin] {
        accept(member, approval(member).await.id().unwrap()).await;
    }
    accept(&frank, &earlier).await;
    let id = pending.id().unwrap();
    assert_eq!(state(management, id).await, HandshakeState::Requested);

    accept(&frank, approval(&frank).await.id().unwrap()).await;

    assert_eq!(state(management, id).await, HandshakeState::Open);
    let parts = HandshakeFilter::builder().parent_handshake_id(id).build();
    let listing = management
        .organizations()
        .list_handshakes_for_organization()
        .filter(parts);
    assert_eq!(listing.send().await.unwrap().handshakes().len(), 3);
}

#[tokio::test]
async fn a_member_does_not_enable_all_features() {
    let org = TestOrg::bare().await;
    let (_, [dave, _]) = with_billing(&org).await;
    let enabling = dave.organizations().enable_all_features().send().await;
    assert_eq!(refused(enabling), "AccessDeniedException");
}
