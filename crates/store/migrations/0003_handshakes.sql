-- What organizations ask of accounts and of themselves. The sender is written down as it was: a handshake can be read
-- after its organization ended.
CREATE TABLE handshake (
    id {text} PRIMARY KEY,
    organization_id {text} NOT NULL,
    management_account_id {text} NOT NULL,
    management_email {text} NOT NULL,
    management_name {text} NOT NULL,
    feature_set {text} NOT NULL,
    action {text} NOT NULL,
    state {text} NOT NULL,
    -- Who is asked: the kind is ACCOUNT or EMAIL, the id is an account's id or an address. Null: the organization itself.
    recipient_kind {text},
    recipient_id {text},
    parent_id {text},
    notes {text},
    requested_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- When it ended; as long as it did not, when it expires.
    ends_at BIGINT NOT NULL
);
CREATE INDEX handshake_organization ON handshake (organization_id, id);
CREATE INDEX handshake_recipient ON handshake (recipient_id, id);
CREATE INDEX handshake_parent ON handshake (parent_id, id);
CREATE INDEX handshake_end ON handshake (ends_at);

-- When an account that is being closed is closed. Null: nobody closes it.
ALTER TABLE account ADD COLUMN closes_at BIGINT;
