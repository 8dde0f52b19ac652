//! Handshakes on their way.

use domain::{
    AccountId, Fault, Handshake, HandshakeAction, HandshakeRecipient, HandshakeSender, HandshakeState,
    Organization, Time,
};
use store::{ReadTx, WriteTx};

use crate::Cx;

/// Who asks, in the name of `organization`.
pub(crate) fn sender(tx: &ReadTx<'_>, organization: &Organization) -> Result<HandshakeSender, Fault> {
    let management = tx
        .find_account(&organization.management)?
        .ok_or_else(|| Fault::internal_failure("An organization has no management account."))?;
    Ok(HandshakeSender::of(
        organization,
        management.email,
        management.name,
    ))
}

/// Invites `recipient`.
pub(crate) fn send_invitation(
    cx: &Cx,
    tx: &WriteTx<'_>,
    sender: HandshakeSender,
    recipient: HandshakeRecipient,
    notes: Option<String>,
) -> Result<Handshake, Fault> {
    let handshake = Handshake {
        recipient: Some(recipient),
        notes,
        ..new(cx, sender, HandshakeAction::Invite, HandshakeState::Open)
    };
    tx.insert_handshake(&handshake)?;
    Ok(handshake)
}

/// Begins to enable all features.
pub(crate) fn send_all_features(
    cx: &Cx,
    tx: &WriteTx<'_>,
    sender: HandshakeSender,
) -> Result<Handshake, Fault> {
    let (action, state) = (HandshakeAction::EnableAllFeatures, HandshakeState::Requested);
    let handshake = new(cx, sender, action, state);
    tx.insert_handshake(&handshake)?;
    Ok(handshake)
}

/// Asks `member` to approve `parent`, which enables all features.
pub(crate) fn ask_for_approval(
    cx: &Cx,
    tx: &WriteTx<'_>,
    parent: &Handshake,
    member: AccountId,
) -> Result<(), Fault> {
    let (action, state) = (HandshakeAction::ApproveAllFeatures, HandshakeState::Open);
    let handshake = Handshake {
        recipient: Some(HandshakeRecipient::Account(member)),
        parent: Some(parent.id.clone()),
        expires_at: parent.expires_at,
        ends_at: parent.expires_at,
        ..new(cx, parent.sender.clone(), action, state)
    };
    tx.insert_handshake(&handshake)?;
    Ok(())
}

fn new(cx: &Cx, sender: HandshakeSender, action: HandshakeAction, state: HandshakeState) -> Handshake {
    let expires_at: Time = cx.now().after(cx.limits().handshake_lifetime);
    Handshake {
        id: cx.fresh().handshake(),
        action,
        state,
        sender,
        recipient: None,
        parent: None,
        notes: None,
        requested_at: cx.now(),
        expires_at,
        ends_at: expires_at,
    }
}
