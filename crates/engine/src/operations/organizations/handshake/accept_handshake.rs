//! `AcceptHandshake`.

use domain::{
    Account, Fault, Handshake, HandshakeAction, HandshakeState, JoinedMethod, Organization, PolicyType,
};
use shapes::{
    organizations::{
        AcceptHandshakeRequest, AcceptHandshakeResponse, OrganizationFeatureSet, operations::AcceptHandshake,
    },
    read::Enumeration as _,
};
use store::{ReadTx, WriteTx};

use super::not_yours_to_answer;
use crate::{
    Command, Cx, Resource,
    organization_handshake::{self, already_in_organization, answer, ask_for_approval, constraint},
    organization_membership,
};

impl Command for AcceptHandshake {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &AcceptHandshakeRequest) -> Result<Resource, Fault> {
        organization_handshake::resource(cx, tx, &input.handshake_id)
    }

    /// Source: EnableAllFeatures: the members approve, and the management account completes the change by accepting the
    /// handshake that has the action ENABLE_ALL_FEATURES. (AcceptHandshake's page has the two names the other way
    /// round; the examples have them so.)
    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        input: &AcceptHandshakeRequest,
    ) -> Result<AcceptHandshakeResponse, Fault> {
        let found = organization_handshake::handshake(cx, tx, &input.handshake_id)?;
        let may_accept = match found.handshake.action {
            HandshakeAction::Invite | HandshakeAction::ApproveAllFeatures => found.is_for_caller(),
            HandshakeAction::EnableAllFeatures => found.is_from_caller(),
        };
        if !may_accept {
            return Err(not_yours_to_answer());
        }
        let (mut handshake, caller) = (found.handshake, found.caller);
        handshake.end(HandshakeState::Accepted, cx.now())?;
        match handshake.action {
            HandshakeAction::Invite => join(cx, tx, &handshake, &caller)?,
            HandshakeAction::ApproveAllFeatures => {}
            HandshakeAction::EnableAllFeatures => enable_all_features(tx, &handshake)?,
        }
        tx.put_handshake_state(&handshake)?;
        Ok(AcceptHandshakeResponse {
            handshake: Some(answer(cx, &handshake)),
        })
    }
}

/// Lets `account` join, out of the organization it is in, if it is in one.
fn join(cx: &Cx, tx: &WriteTx<'_>, invitation: &Handshake, account: &Account) -> Result<(), Fault> {
    let organization = tx
        .find_organization(&invitation.sender.organization)?
        .ok_or_else(|| Fault::internal_failure("An invitation outlived its organization."))?;
    depart(cx, tx, account, &organization)?;
    if !organization_membership::has_space(cx, tx, &organization)? {
        return Err(constraint(
            "You have exceeded the allowed number of AWS accounts",
            "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
        ));
    }
    organization_membership::join(tx, &organization, &account.id, JoinedMethod::Invited, cx.now())?;
    tx.move_organization_tags(invitation.id.as_str(), account.id.as_str())?;
    // Ours: who comes in while all features are being enabled is asked as well. Nobody is given less than it agreed to.
    if let Some(pending) = tx.find_all_features_handshake(&organization.id, cx.now())? {
        ask_for_approval(cx, tx, &pending, account.id.clone())?;
    }
    Ok(())
}

/// Takes `account` out of the organization it is in, on its way to `next`.
///
/// Source: AcceptHandshake: an account may depart one organization and join another at once, under the same conditions
/// as if it left by itself.
fn depart(cx: &Cx, tx: &WriteTx<'_>, account: &Account, next: &Organization) -> Result<(), Fault> {
    let Some(membership) = &account.membership else {
        return Ok(());
    };
    if membership.organization == next.id {
        return Err(already_in_organization());
    }
    let current = tx
        .find_organization(&membership.organization)?
        .ok_or_else(|| Fault::internal_failure("An account is in an organization that is not there."))?;
    organization_membership::check_may_leave(cx, tx, &current, account)?;
    organization_membership::leave(tx, &current, &account.id, cx.now())
}

/// Source: CreateOrganization, `FeatureSet`: with all features, service control policies are enabled in the root.
fn enable_all_features(tx: &WriteTx<'_>, handshake: &Handshake) -> Result<(), Fault> {
    let organization = &handshake.sender.organization;
    tx.put_feature_set(organization, OrganizationFeatureSet::All.name())?;
    tx.enable_policy_type(organization, PolicyType::ServiceControl)?;
    Ok(())
}
