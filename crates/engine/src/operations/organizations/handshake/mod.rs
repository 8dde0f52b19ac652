//! Handshakes: invitations, and the approval of all features.

mod accept_handshake;
mod cancel_handshake;
mod decline_handshake;
mod describe_handshake;
mod invite_account_to_organization;
mod list_handshakes_for_account;
mod list_handshakes_for_organization;

use domain::Fault;

/// Source: AcceptHandshake, DeclineHandshake, CancelHandshake: each says which account may call it.
fn not_yours_to_answer() -> Fault {
    Fault::access_denied("You don't have permissions to answer or to cancel this handshake.")
}
