//! Handshakes: invitations, and the approval of all features.
//!
//! Invariant: who may know of a handshake is decided in [`lookup`], and a handshake that the caller may not know of is
//! answered with the same statements as one that never was. Deliberately absent: transfers of responsibility for bills,
//! which are handshakes on AWS too.

mod accept_handshake;
mod answer;
mod cancel_handshake;
mod decline_handshake;
mod describe_handshake;
mod filter;
mod invite_account_to_organization;
mod list_handshakes_for_account;
mod list_handshakes_for_organization;
mod lookup;
mod send;

use domain::Fault;

pub(super) use answer::answer;
pub(super) use send::{ask_for_approval, send_all_features, sender};

/// What keeps an account out of an organization, or an organization from asking.
pub(super) fn constraint(message: &str, reason: &'static str) -> Fault {
    Fault::new("HandshakeConstraintViolationException", message).because(reason)
}

/// Source: AcceptHandshake, DeclineHandshake, CancelHandshake: each says which account may call it.
fn not_yours_to_answer() -> Fault {
    Fault::access_denied("You don't have permissions to answer or to cancel this handshake.")
}
