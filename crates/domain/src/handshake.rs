//! Handshakes: what one account asks of another, and how that goes on.
//!
//! Invariant: a handshake ends once. Nobody has to be there when it expires: that its time is over is read off the
//! clock. Deliberately absent: what comes of an acceptance.

use std::fmt;

use crate::share::names;
use crate::{AccountId, Arn, Fault, HandshakeId, Organization, OrganizationId, Partition, Time};

/// What an organization asks of an account, or of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// Its id.
    pub id: HandshakeId,
    /// What is asked.
    pub action: HandshakeAction,
    /// How far it has come, as it was recorded. [`Handshake::state_at`] knows what time made of it.
    pub state: HandshakeState,
    /// Who asks.
    pub sender: HandshakeSender,
    /// Who is asked; `None` where the organization decides for itself.
    pub recipient: Option<HandshakeRecipient>,
    /// The handshake that this one is a part of.
    pub parent: Option<HandshakeId>,
    /// What the sender wrote.
    pub notes: Option<String>,
    /// When it was sent.
    pub requested_at: Time,
    /// Until when it can be answered.
    pub expires_at: Time,
    /// When it ended; as long as it did not, when it expires.
    pub ends_at: Time,
}

/// The organization behind a handshake, as it was when the handshake was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandshakeSender {
    /// The organization.
    pub organization: OrganizationId,
    /// Its management account.
    pub management: AccountId,
    /// That account's address.
    pub email: String,
    /// That account's name.
    pub name: String,
    /// `ALL` or `CONSOLIDATED_BILLING`.
    pub feature_set: String,
}

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandshakeRecipient {
    /// An account.
    Account(AccountId),
    /// Whatever account is registered under this address.
    Email(String),
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandshakeAction {
    /// Join the organization.
    Invite,
    /// Enable all features: the decision of the organization as a whole.
    EnableAllFeatures,
    /// Enable all features: the approval of an invited member.
    ApproveAllFeatures,
}

names! { HandshakeAction {
    Invite = "INVITE",
    EnableAllFeatures = "ENABLE_ALL_FEATURES",
    ApproveAllFeatures = "APPROVE_ALL_FEATURES",
} }

/// How far a handshake has come. Source: Organizations model, `HandshakeState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandshakeState {
    /// Waits for the answers of others.
    Requested,
    /// Can be accepted.
    Open,
    /// Taken back by its sender.
    Canceled,
    /// Accepted.
    Accepted,
    /// Declined by its recipient.
    Declined,
    /// Not answered in time.
    Expired,
}

names! { HandshakeState {
    Requested = "REQUESTED",
    Open = "OPEN",
    Canceled = "CANCELED",
    Accepted = "ACCEPTED",
    Declined = "DECLINED",
    Expired = "EXPIRED",
} }

impl HandshakeSender {
    /// `organization`, whose management account is registered under `email` as `name`.
    pub fn of(organization: &Organization, email: String, name: String) -> Self {
        Self {
            organization: organization.id.clone(),
            management: organization.management.clone(),
            email,
            name,
            feature_set: organization.feature_set.clone(),
        }
    }
}

impl HandshakeRecipient {
    /// The bare id or address.
    pub fn as_str(&self) -> &str {
        match self {
            HandshakeRecipient::Account(id) => id.as_str(),
            HandshakeRecipient::Email(email) => email,
        }
    }

    /// Whether that is the account `id`, which is registered under `email`.
    pub fn is(&self, id: &AccountId, email: &str) -> bool {
        match self {
            HandshakeRecipient::Account(asked) => asked == id,
            HandshakeRecipient::Email(asked) => asked == email,
        }
    }
}

impl HandshakeState {
    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        !matches!(self, HandshakeState::Requested | HandshakeState::Open)
    }
}

impl Handshake {
    /// Its ARN. Source: Organizations model, `HandshakeArn`: the action is in lower case.
    pub fn arn(&self, partition: Partition) -> Arn {
        let action = self.action.name().to_ascii_lowercase();
        Arn::handshake(
            partition,
            &self.sender.management,
            &self.sender.organization,
            &action,
            &self.id,
        )
    }

    /// How far it has come at `now`.
    pub fn state_at(&self, now: Time) -> HandshakeState {
        if !self.state.is_final() && self.expires_at <= now {
            return HandshakeState::Expired;
        }
        self.state
    }

    /// Whether the account `id`, registered under `email`, is asked.
    pub fn is_for(&self, id: &AccountId, email: &str) -> bool {
        self.recipient.as_ref().is_some_and(|it| it.is(id, email))
    }

    /// Ends it.
    ///
    /// # Errors
    ///
    /// `HandshakeAlreadyInStateException` if it ended that way before, `InvalidHandshakeTransitionException` if it
    /// ended in another way or cannot be accepted yet.
    pub fn end(&mut self, state: HandshakeState, now: Time) -> Result<(), Fault> {
        let current = self.state_at(now);
        if current == state {
            return Err(Fault::new(
                "HandshakeAlreadyInStateException",
                "The specified handshake is already in the requested state.",
            ));
        }
        let is_early = state == HandshakeState::Accepted && current == HandshakeState::Requested;
        if current.is_final() || is_early {
            return Err(Fault::new(
                "InvalidHandshakeTransitionException",
                format!("You can't perform the operation on a handshake that is {current}."),
            ));
        }
        (self.state, self.ends_at) = (state, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation() -> Handshake {
        Handshake {
            id: HandshakeId::parse("h-examplehandshakeid111").unwrap(),
            action: HandshakeAction::Invite,
            state: HandshakeState::Open,
            sender: HandshakeSender {
                organization: OrganizationId::parse("o-exampleorgid").unwrap(),
                management: AccountId::parse("111122223333").unwrap(),
                email: "bill@example.com".to_owned(),
                name: "Bill".to_owned(),
                feature_set: "ALL".to_owned(),
            },
            recipient: Some(HandshakeRecipient::Email("juan@example.com".to_owned())),
            parent: None,
            notes: None,
            requested_at: Time::from_microseconds(0),
            expires_at: Time::from_microseconds(10),
            ends_at: Time::from_microseconds(10),
        }
    }

    const IN_TIME: Time = Time::from_microseconds(9);
    const TOO_LATE: Time = Time::from_microseconds(10);

    #[test]
    fn a_handshake_ends_once() {
        let mut handshake = invitation();
        handshake.end(HandshakeState::Declined, IN_TIME).unwrap();
        assert_eq!(
            (handshake.state_at(TOO_LATE), handshake.ends_at),
            (HandshakeState::Declined, IN_TIME)
        );
        let again = handshake.end(HandshakeState::Declined, IN_TIME).unwrap_err();
        assert_eq!(again.code(), "HandshakeAlreadyInStateException");
        let otherwise = handshake.end(HandshakeState::Accepted, IN_TIME).unwrap_err();
        assert_eq!(otherwise.code(), "InvalidHandshakeTransitionException");
    }

    #[test]
    fn a_handshake_that_is_over_cannot_be_answered() {
        let mut handshake = invitation();
        assert_eq!(handshake.state_at(IN_TIME), HandshakeState::Open);
        assert_eq!(handshake.state_at(TOO_LATE), HandshakeState::Expired);
        let late = handshake.end(HandshakeState::Accepted, TOO_LATE).unwrap_err();
        assert_eq!(late.code(), "InvalidHandshakeTransitionException");
    }

    #[test]
    fn what_waits_for_others_can_be_canceled_and_not_accepted() {
        let mut handshake = Handshake {
            state: HandshakeState::Requested,
            ..invitation()
        };
        let early = handshake.end(HandshakeState::Accepted, IN_TIME).unwrap_err();
        assert_eq!(early.code(), "InvalidHandshakeTransitionException");
        handshake.end(HandshakeState::Canceled, IN_TIME).unwrap();
    }

    #[test]
    fn an_address_stands_for_the_account_that_is_registered_under_it() {
        let handshake = invitation();
        let juan = AccountId::parse("444455556666").unwrap();
        assert!(handshake.is_for(&juan, "juan@example.com"));
        assert!(!handshake.is_for(&juan, "anika@example.com"));
        assert_eq!(
            handshake.arn(Partition::Aws).as_str(),
            "arn:aws:organizations::111122223333:handshake/o-exampleorgid/invite/h-examplehandshakeid111"
        );
    }
}
