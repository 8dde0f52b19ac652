//! `InviteAccountToOrganization`.
//!
//! Ours: an id or an address that no account of this server has is invited like any other, so that nobody learns which
//! accounts exist. Whoever has it one day finds the invitation.

use domain::{Account, AccountId, Fault, HandshakeRecipient, Organization};
use shapes::organizations::{
    HandshakeParty, HandshakePartyType, InviteAccountToOrganizationRequest,
    InviteAccountToOrganizationResponse, operations::InviteAccountToOrganization,
};
use store::{ReadTx, WriteTx};

use super::super::{resource, tag};
use crate::{
    Command, Cx, Resource,
    organization_handshake::{already_in_organization, answer, constraint, send_invitation, sender},
    organization_membership,
    organization_role::managed_organization,
};

impl Command for InviteAccountToOrganization {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &InviteAccountToOrganizationRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    fn run(
        cx: &Cx,
        tx: &WriteTx<'_>,
        input: &InviteAccountToOrganizationRequest,
    ) -> Result<InviteAccountToOrganizationResponse, Fault> {
        let organization = managed_organization(cx, tx)?;
        let recipient = recipient(&input.target)?;
        let tags = tag::check_new(cx, &input.tags)?;
        if tx
            .find_all_features_handshake(&organization.id, cx.now())?
            .is_some()
        {
            return Err(constraint(
                "You can't invite accounts while the organization is in the process of enabling all features.",
                "INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES",
            ));
        }
        check_new(cx, tx, &organization, &recipient)?;
        if !organization_membership::has_space_beside_invited(cx, tx, &organization)? {
            return Err(constraint(
                "You have exceeded the allowed number of AWS accounts",
                "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
            ));
        }
        let sender = sender(tx, &organization)?;
        let handshake = send_invitation(cx, tx, sender, recipient, input.notes.clone())?;
        // Whoever accepts gets them.
        tag::put(tx, &organization.id, handshake.id.as_str(), &tags)?;
        Ok(InviteAccountToOrganizationResponse {
            handshake: Some(answer(cx, &handshake)),
        })
    }
}

/// Who is asked. Source: HandshakeParty, `Type`: an account or an address.
fn recipient(target: &HandshakeParty) -> Result<HandshakeRecipient, Fault> {
    match target.r#type {
        HandshakePartyType::Account => AccountId::parse(target.id.as_str())
            .map(HandshakeRecipient::Account)
            .map_err(|_| invalid("The Id of the target is not an account id.", "INVALID_PATTERN")),
        HandshakePartyType::Email if is_address(&target.id) => {
            Ok(HandshakeRecipient::Email(target.id.clone()))
        }
        HandshakePartyType::Email => Err(invalid(
            "You specified an invalid email address for the invited account owner.",
            "INVALID_EMAIL_ADDRESS_TARGET",
        )),
        HandshakePartyType::Organization => Err(invalid(
            "You specified the wrong type of entity as a party.",
            "INVALID_PARTY_TYPE_TARGET",
        )),
    }
}

/// Source: Organizations model, `Email`: what CreateAccount takes for one.
fn is_address(text: &str) -> bool {
    let is_part = |it: &str| !it.is_empty() && !it.contains(|c: char| c.is_whitespace() || c == '@');
    text.split_once('@')
        .is_some_and(|(name, host)| is_part(name) && is_part(host) && host.trim_matches('.').contains('.'))
}

/// Checks that `recipient` is no member, and was not asked before.
///
/// Source: DuplicateHandshakeException. Source: AcceptHandshake: a member of another organization may be invited, and
/// leaves that one when it accepts.
fn check_new(
    cx: &Cx,
    tx: &ReadTx<'_>,
    organization: &Organization,
    recipient: &HandshakeRecipient,
) -> Result<(), Fault> {
    let account = match recipient {
        HandshakeRecipient::Account(id) => tx.find_account(id)?,
        HandshakeRecipient::Email(email) => tx.find_account_by_email(email)?,
    };
    if account.as_ref().is_some_and(|it| is_member(it, organization)) {
        return Err(already_in_organization());
    }
    let names = match &account {
        Some(account) => [account.id.as_str(), account.email.as_str()],
        None => [recipient.as_str(), recipient.as_str()],
    };
    if tx.invitation_is_open(&organization.id, names, cx.now())? {
        return Err(Fault::new(
            "DuplicateHandshakeException",
            "A handshake with the same action and target already exists.",
        ));
    }
    Ok(())
}

fn is_member(account: &Account, organization: &Organization) -> bool {
    account
        .membership
        .as_ref()
        .is_some_and(|it| it.organization == organization.id)
}

fn invalid(message: &str, reason: &'static str) -> Fault {
    Fault::new("InvalidInputException", message).because(reason)
}
