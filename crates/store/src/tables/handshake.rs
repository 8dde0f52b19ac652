//! `handshake`: what organizations ask of accounts and of themselves.
//!
//! Invariant: `recipient_kind` and `recipient_id` are both null or both set. A state that is not final says nothing
//! about time: whether a handshake expired is read off `expires_at`, and every question here comes with the time at
//! which it is asked.

use domain::{
    AccountId, Handshake, HandshakeAction, HandshakeId, HandshakeRecipient, HandshakeSender, HandshakeState,
    OrganizationId, Time,
};

use super::decode;
use crate::{ReadTx, Row, StoreError, WriteTx, statements, values};

/// Which handshakes are listed.
#[derive(Clone, Debug, Default)]
pub struct HandshakeFilter {
    /// Those with this action; of all kinds without one.
    pub action: Option<HandshakeAction>,
    /// The parts of this one; whether part of one or not without it.
    pub parent: Option<HandshakeId>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, organization_id, management_account_id, management_email, management_name, feature_set, action,
                    state, recipient_kind, recipient_id, parent_id, notes, requested_at, expires_at, ends_at
             FROM handshake ",
            $rest
        )
    };
}

statements! {
    FIND = select!("WHERE id = $1");
    LIST_SENT = select!(
        "WHERE organization_id = $1 AND id > $2 AND ends_at > $3 AND ($4 = '' OR action = $4)
               AND ($5 = '' OR parent_id = $5)
         ORDER BY id LIMIT $6"
    );
    LIST_RECEIVED = select!(
        "WHERE recipient_id IN ($1, $2) AND id > $3 AND ends_at > $4 AND ($5 = '' OR action = $5)
               AND ($6 = '' OR parent_id = $6)
         ORDER BY id LIMIT $7"
    );
    FIND_OPEN_INVITATION = "SELECT 1 FROM handshake
                            WHERE recipient_id IN ($1, $2) AND organization_id = $3 AND action = 'INVITE'
                                  AND state = 'OPEN' AND expires_at > $4 LIMIT 1";
    COUNT_OPEN_INVITATIONS = "SELECT COUNT(*) FROM handshake
                              WHERE organization_id = $1 AND action = 'INVITE' AND state = 'OPEN' AND expires_at > $2";
    FIND_ALL_FEATURES = select!(
        "WHERE organization_id = $1 AND action = 'ENABLE_ALL_FEATURES' AND state = 'REQUESTED' AND expires_at > $2
         LIMIT 1"
    );
    APPROVAL_IS_MISSING = "SELECT 1 FROM handshake h JOIN account a ON a.id = h.recipient_id
                           WHERE h.parent_id = $1 AND h.state <> 'ACCEPTED' AND a.organization_id = h.organization_id
                           LIMIT 1";
    INSERT = "INSERT INTO handshake
                  (id, organization_id, management_account_id, management_email, management_name, feature_set, action,
                   state, recipient_kind, recipient_id, parent_id, notes, requested_at, expires_at, ends_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    PUT_STATE = "UPDATE handshake SET state = $1, ends_at = $2 WHERE id = $3";
    CANCEL_PARTS = "UPDATE handshake SET state = 'CANCELED', ends_at = $1
                    WHERE parent_id = $2 AND state = 'OPEN' AND expires_at > $1";
    CANCEL_APPROVALS = "UPDATE handshake SET state = 'CANCELED', ends_at = $1
                        WHERE recipient_id = $2 AND organization_id = $3 AND action = 'APPROVE_ALL_FEATURES'
                              AND state = 'OPEN' AND expires_at > $1";
    CANCEL_ALL = "UPDATE handshake SET state = 'CANCELED', ends_at = $1
                  WHERE organization_id = $2 AND state IN ('REQUESTED', 'OPEN') AND expires_at > $1";
    REMOVE_TAGS_OF_ENDED = "DELETE FROM organization_tag WHERE resource_id IN
                            (SELECT id FROM handshake WHERE ends_at <= $1 ORDER BY ends_at, id LIMIT $2)";
    REMOVE_ENDED = "DELETE FROM handshake WHERE id IN
                    (SELECT id FROM handshake WHERE ends_at <= $1 ORDER BY ends_at, id LIMIT $2)";
}

impl ReadTx<'_> {
    /// The handshake `id`, of whatever organization and however old.
    pub fn find_handshake(&self, id: &HandshakeId) -> Result<Option<Handshake>, StoreError> {
        self.maybe_one(FIND, values![id], |row| read(row))
    }

    /// A page of what `organization` sent and what had not ended by `ended_after`, by id, after `after`.
    pub fn list_sent_handshakes(
        &self,
        organization: &OrganizationId,
        filter: &HandshakeFilter,
        ended_after: Time,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<Handshake>, StoreError> {
        let (action, parent) = filter.values();
        self.all(
            LIST_SENT,
            values![organization, after, ended_after, action, parent, rows_max],
            |row| read(row),
        )
    }

    /// A page of what the account `id`, registered under `email`, received and what had not ended by `ended_after`, by
    /// id, after `after`.
    pub fn list_received_handshakes(
        &self,
        (id, email): (&AccountId, &str),
        filter: &HandshakeFilter,
        ended_after: Time,
        after: &str,
        rows_max: i64,
    ) -> Result<Vec<Handshake>, StoreError> {
        let (action, parent) = filter.values();
        self.all(
            LIST_RECEIVED,
            values![id, email, after, ended_after, action, parent, rows_max],
            |row| read(row),
        )
    }

    /// Whether `organization` waits for an answer of whoever has one of these names: an account's id, its address.
    pub fn invitation_is_open(
        &self,
        organization: &OrganizationId,
        names: [&str; 2],
        now: Time,
    ) -> Result<bool, StoreError> {
        let [id, email] = names;
        let found = self.maybe_one(
            FIND_OPEN_INVITATION,
            values![id, email, organization, now],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// How many invitations of `organization` wait for an answer.
    pub fn count_open_invitations(
        &self,
        organization: &OrganizationId,
        now: Time,
    ) -> Result<i64, StoreError> {
        let counted = self.maybe_one(COUNT_OPEN_INVITATIONS, values![organization, now], |row| {
            row.integer(0)
        })?;
        Ok(counted.unwrap_or(0))
    }

    /// The handshake by which `organization` is about to enable all features, if it is.
    pub fn find_all_features_handshake(
        &self,
        organization: &OrganizationId,
        now: Time,
    ) -> Result<Option<Handshake>, StoreError> {
        self.maybe_one(FIND_ALL_FEATURES, values![organization, now], |row| read(row))
    }

    /// Whether any account that was asked to approve `parent`, and is still a member, did not.
    pub fn approval_is_missing(&self, parent: &HandshakeId) -> Result<bool, StoreError> {
        Ok(self
            .maybe_one(APPROVAL_IS_MISSING, values![parent], |_| Ok(()))?
            .is_some())
    }
}

impl WriteTx<'_> {
    /// Records a handshake that is sent.
    pub fn insert_handshake(&self, it: &Handshake) -> Result<(), StoreError> {
        let sender = &it.sender;
        let recipient_kind = it.recipient.as_ref().map(kind);
        let recipient_id = it.recipient.as_ref().map(HandshakeRecipient::as_str);
        self.execute(
            INSERT,
            values![
                it.id,
                sender.organization,
                sender.management,
                sender.email,
                sender.name,
                sender.feature_set,
                it.action,
                it.state,
                recipient_kind,
                recipient_id,
                it.parent,
                it.notes,
                it.requested_at,
                it.expires_at,
                it.ends_at
            ],
        )?;
        Ok(())
    }

    /// Records how a handshake stands, and when it ended.
    pub fn put_handshake_state(&self, it: &Handshake) -> Result<(), StoreError> {
        self.execute(PUT_STATE, values![it.state, it.ends_at, it.id])?;
        Ok(())
    }

    /// Takes the parts of `parent` back that nobody answered.
    pub fn cancel_parts_of_handshake(&self, parent: &HandshakeId, now: Time) -> Result<(), StoreError> {
        self.execute(CANCEL_PARTS, values![now, parent])?;
        Ok(())
    }

    /// Takes back what `organization` asks of its member `account`, which leaves.
    pub fn cancel_approvals(
        &self,
        organization: &OrganizationId,
        account: &AccountId,
        now: Time,
    ) -> Result<(), StoreError> {
        self.execute(CANCEL_APPROVALS, values![now, account, organization])?;
        Ok(())
    }

    /// Takes back all that `organization` asks, which is being deleted.
    pub fn cancel_handshakes(&self, organization: &OrganizationId, now: Time) -> Result<(), StoreError> {
        self.execute(CANCEL_ALL, values![now, organization])?;
        Ok(())
    }

    /// Forgets up to `rows_max` handshakes that ended by `ended_by`, with the tags that waited for an acceptance. Says how
    /// many there were.
    pub fn remove_ended_handshakes(&self, ended_by: Time, rows_max: u32) -> Result<u64, StoreError> {
        let rows_max = i64::from(rows_max);
        self.execute(REMOVE_TAGS_OF_ENDED, values![ended_by, rows_max])?;
        self.execute(REMOVE_ENDED, values![ended_by, rows_max])
    }
}

impl HandshakeFilter {
    /// As the statements take it: an empty text stands for any.
    fn values(&self) -> (&'static str, &str) {
        let action = self.action.map_or("", HandshakeAction::name);
        let parent = self.parent.as_ref().map_or("", HandshakeId::as_str);
        (action, parent)
    }
}

fn kind(recipient: &HandshakeRecipient) -> &'static str {
    match recipient {
        HandshakeRecipient::Account(_) => "ACCOUNT",
        HandshakeRecipient::Email(_) => "EMAIL",
    }
}

fn read(row: &dyn Row) -> Result<Handshake, StoreError> {
    let recipient = match row.maybe_text(8)? {
        None => None,
        Some("ACCOUNT") => Some(HandshakeRecipient::Account(decode::id(row, 9, AccountId::parse)?)),
        Some("EMAIL") => Some(HandshakeRecipient::Email(row.text(9)?.to_owned())),
        Some(other) => return Err(decode::broken(format_args!("unknown name '{other}'"))),
    };
    Ok(Handshake {
        id: decode::id(row, 0, HandshakeId::parse)?,
        action: decode::name(row, 6, HandshakeAction::from_name)?,
        state: decode::name(row, 7, HandshakeState::from_name)?,
        sender: HandshakeSender {
            organization: decode::id(row, 1, OrganizationId::parse)?,
            management: decode::id(row, 2, AccountId::parse)?,
            email: row.text(3)?.to_owned(),
            name: row.text(4)?.to_owned(),
            feature_set: row.text(5)?.to_owned(),
        },
        recipient,
        parent: decode::maybe_id(row, 10, HandshakeId::parse)?,
        notes: decode::maybe_text(row, 11)?,
        requested_at: decode::time(row, 12)?,
        expires_at: decode::time(row, 13)?,
        ends_at: decode::time(row, 14)?,
    })
}
