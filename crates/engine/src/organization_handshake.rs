//! Handshakes between an organization and accounts: how they are sent, found and shown.
//!
//! Invariant: who may know of a handshake is decided in [`handshake`], and a handshake that the caller may not know of is
//! answered with the same statements as one that never was. Deliberately absent: what comes of an acceptance, and
//! transfers of responsibility for bills, which are handshakes on AWS too.

mod answer;
mod filter;
mod lookup;
mod send;

use domain::Fault;

pub(crate) use answer::answer;
pub(crate) use filter::{filter_of, words};
pub(crate) use lookup::{as_it_stands, caller, handshake, resource};
pub(crate) use send::{ask_for_approval, send_all_features, send_invitation, sender};

/// What keeps an account out of an organization, or an organization from asking.
pub(crate) fn constraint(message: &str, reason: &'static str) -> Fault {
    Fault::new("HandshakeConstraintViolationException", message).because(reason)
}

/// What an account hears of, or from, the organization it is in.
pub(crate) fn already_in_organization() -> Fault {
    constraint(
        "The account is already a member of the organization.",
        "ALREADY_IN_AN_ORGANIZATION",
    )
}
