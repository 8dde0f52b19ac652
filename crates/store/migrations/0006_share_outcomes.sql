-- The accounts that one step of a share operation could not reach, for one reason: their ids, 12 digits each, without
-- separators.
CREATE TABLE share_operation_failure (
    token {text} NOT NULL,
    error {text} NOT NULL,
    message {text} NOT NULL,
    first_account_id {text} NOT NULL,
    account_ids {text} NOT NULL,
    PRIMARY KEY (token, error, message, first_account_id)
);
INSERT INTO share_operation_failure (token, error, message, first_account_id, account_ids)
    SELECT token, error, message, account_id, account_id FROM share_operation_error;
DROP TABLE share_operation_error;

-- Accounts that a share does not reach although they are below its node, because carrying it out to them failed.
CREATE TABLE share_exclusion (
    portfolio_id {text} NOT NULL,
    account_id {text} NOT NULL,
    kind {text} NOT NULL,
    principal_id {text} NOT NULL,
    PRIMARY KEY (portfolio_id, account_id, kind, principal_id)
);

-- A share operation walks the accounts of an organization by id and looks at nothing else of them.
DROP INDEX account_catalog_organization;
CREATE INDEX account_catalog_walk ON account (catalog_organization_id, id, catalog_parent_id, closes_at);

-- What a finished operation recorded of each account may be forgotten after a while, once.
ALTER TABLE share_operation ADD COLUMN forgotten {bool} NOT NULL DEFAULT FALSE;
CREATE INDEX share_operation_finished ON share_operation (forgotten, finished_at);
