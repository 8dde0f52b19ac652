//! From the id of a handshake to what the caller may know of it.

use domain::{Account, Fault, Handshake, HandshakeAction, HandshakeId, HandshakeState};
use store::ReadTx;

use crate::{Cx, Resource};

/// A handshake, and the account that asks for it.
pub(crate) struct Found {
    pub(crate) handshake: Handshake,
    pub(crate) caller: Account,
}

impl Found {
    /// Whether the caller is who is asked.
    pub(crate) fn is_for_caller(&self) -> bool {
        self.handshake.is_for(&self.caller.id, &self.caller.email)
    }

    /// Whether the caller manages the organization that asks.
    pub(crate) fn is_from_caller(&self) -> bool {
        self.handshake.sender.management == self.caller.id
    }
}

/// The handshake `id`, as it stands.
///
/// Source: DescribeHandshake: any account of the organization may know of it, and whoever is asked, until 30 days after
/// it ended.
///
/// # Errors
///
/// `HandshakeNotFoundException` if there is none that the caller may know of.
pub(crate) fn handshake(cx: &Cx, tx: &ReadTx<'_>, id: &str) -> Result<Found, Fault> {
    let caller = caller(cx, tx)?;
    let id = HandshakeId::parse(id).map_err(|_| not_found())?;
    let handshake = tx.find_handshake(&id)?.ok_or_else(not_found)?;
    let is_of_organization = caller
        .membership
        .as_ref()
        .is_some_and(|it| it.organization == handshake.sender.organization);
    let is_known = is_of_organization || handshake.is_for(&caller.id, &caller.email);
    let is_remembered = handshake.ends_at.after(cx.limits().handshake_retention) > cx.now();
    if !is_known || !is_remembered {
        return Err(not_found());
    }
    let handshake = as_it_stands(cx, tx, handshake)?;
    Ok(Found { handshake, caller })
}

/// What a policy names when it allows or denies what is done with the handshake `id`.
pub(crate) fn resource(cx: &Cx, tx: &ReadTx<'_>, id: &str) -> Result<Resource, Fault> {
    let found = handshake(cx, tx, id)?;
    Ok(found.handshake.arn(cx.partition()).into())
}

/// The account that asks.
pub(crate) fn caller(cx: &Cx, tx: &ReadTx<'_>) -> Result<Account, Fault> {
    // A signature was verified for the account, so that it was there a moment ago.
    tx.find_account(cx.account())?
        .ok_or_else(|| Fault::access_denied("The account of the caller does not exist."))
}

/// `handshake`, opened if nothing is missing but its acceptance.
///
/// Source: Organizations model, `HandshakeState`: OPEN when all recipients have responded. That is read off the parts
/// and never written down, so that a member that leaves does not hold the others up.
pub(crate) fn as_it_stands(cx: &Cx, tx: &ReadTx<'_>, mut handshake: Handshake) -> Result<Handshake, Fault> {
    let waits = handshake.action == HandshakeAction::EnableAllFeatures
        && handshake.state_at(cx.now()) == HandshakeState::Requested;
    if waits && !tx.approval_is_missing(&handshake.id)? {
        handshake.state = HandshakeState::Open;
    }
    Ok(handshake)
}

fn not_found() -> Fault {
    Fault::new(
        "HandshakeNotFoundException",
        "We can't find a handshake with the HandshakeId that you specified.",
    )
}
