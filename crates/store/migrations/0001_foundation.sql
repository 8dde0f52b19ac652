-- The answers of commands, found again by idempotency token. Rows live until expires_at (microseconds); a row without
-- an answer counts as absent.
CREATE TABLE request (
    scope       {text}  NOT NULL,
    token       {text}  NOT NULL,
    fingerprint {bytes} NOT NULL,
    answer      {bytes},
    expires_at  BIGINT  NOT NULL,
    PRIMARY KEY (scope, token)
);
CREATE INDEX request_by_expiry ON request (expires_at);

-- The server's own identity: one row, written at the first start.
CREATE TABLE installation (
    id BIGINT PRIMARY KEY,
    management_account_id {text} NOT NULL,
    page_token_key {bytes} NOT NULL,
    created_at BIGINT NOT NULL
);

-- Accounts, with their place in Organizations (organization_id, parent_id) and in Service Catalog's copy of it
-- (catalog_…), which follows only while the organization trusts Service Catalog.
CREATE TABLE account (
    id {text} PRIMARY KEY,
    name {text} NOT NULL,
    email {text} NOT NULL,
    state {text} NOT NULL,
    created_at BIGINT NOT NULL,
    organization_id {text},
    parent_id {text},
    joined_method {text},
    joined_at BIGINT,
    catalog_organization_id {text},
    catalog_parent_id {text}
);
CREATE UNIQUE INDEX account_email ON account (email);
CREATE INDEX account_organization ON account (organization_id, id);
CREATE INDEX account_parent ON account (parent_id, id);
CREATE INDEX account_catalog_organization ON account (catalog_organization_id, id);
CREATE INDEX account_catalog_parent ON account (catalog_parent_id, id);

CREATE TABLE iam_user (
    account_id {text} NOT NULL,
    name {text} NOT NULL,
    id {text} NOT NULL,
    path {text} NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, name)
);

CREATE TABLE iam_role (
    account_id {text} NOT NULL,
    name {text} NOT NULL,
    id {text} NOT NULL,
    path {text} NOT NULL,
    -- The account whose principals may assume the role.
    trusted_account_id {text} NOT NULL,
    session_seconds_max BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, name)
);

-- Long-term keys. A signature can be checked only against the secret itself, so it is kept as it is.
CREATE TABLE access_key (
    id {text} PRIMARY KEY,
    account_id {text} NOT NULL,
    -- Null: the key of the account's root user.
    user_name {text},
    secret {text} NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX access_key_user ON access_key (account_id, user_name, created_at);

-- Temporary keys of assumed roles.
CREATE TABLE session (
    access_key_id {text} PRIMARY KEY,
    account_id {text} NOT NULL,
    role_name {text} NOT NULL,
    role_id {text} NOT NULL,
    session_name {text} NOT NULL,
    secret {text} NOT NULL,
    token {text} NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE organization (
    id {text} PRIMARY KEY,
    management_account_id {text} NOT NULL,
    root_id {text} NOT NULL,
    feature_set {text} NOT NULL,
    created_at BIGINT NOT NULL,
    -- Counted here, so that a quota costs one row.
    unit_count BIGINT NOT NULL
);
CREATE UNIQUE INDEX organization_management ON organization (management_account_id);
CREATE UNIQUE INDEX organization_root ON organization (root_id);

CREATE TABLE organizational_unit (
    id {text} PRIMARY KEY,
    organization_id {text} NOT NULL,
    parent_id {text} NOT NULL,
    name {text} NOT NULL,
    created_at BIGINT NOT NULL,
    catalog_parent_id {text}
);
CREATE UNIQUE INDEX organizational_unit_name ON organizational_unit (parent_id, name);
CREATE INDEX organizational_unit_parent ON organizational_unit (parent_id, id);
CREATE INDEX organizational_unit_catalog_parent ON organizational_unit (catalog_parent_id, id);
CREATE INDEX organizational_unit_organization ON organizational_unit (organization_id, id);

CREATE TABLE account_creation (
    id {text} PRIMARY KEY,
    organization_id {text} NOT NULL,
    account_name {text} NOT NULL,
    email {text} NOT NULL,
    role_name {text} NOT NULL,
    state {text} NOT NULL,
    account_id {text},
    failure_reason {text},
    requested_at BIGINT NOT NULL,
    completed_at BIGINT
);
CREATE INDEX account_creation_organization ON account_creation (organization_id, id);

CREATE TABLE service_access (
    organization_id {text} NOT NULL,
    service_principal {text} NOT NULL,
    enabled_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, service_principal)
);

CREATE TABLE delegated_administrator (
    organization_id {text} NOT NULL,
    service_principal {text} NOT NULL,
    account_id {text} NOT NULL,
    enabled_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, service_principal, account_id)
);
CREATE INDEX delegated_administrator_account ON delegated_administrator (organization_id, account_id);

-- What one account owns in one region, as far as it has to be counted or locked.
CREATE TABLE catalog (
    account_id {text} NOT NULL,
    region {text} NOT NULL,
    portfolio_count BIGINT NOT NULL,
    -- The organization share action under way: one at a time.
    share_token {text},
    PRIMARY KEY (account_id, region)
);

CREATE TABLE portfolio (
    id {text} PRIMARY KEY,
    account_id {text} NOT NULL,
    region {text} NOT NULL,
    display_name {text} NOT NULL,
    description {text},
    provider_name {text} NOT NULL,
    created_at BIGINT NOT NULL,
    -- Shares of the kinds ACCOUNT and ORGANIZATION_MEMBER_ACCOUNT: what the quota counts.
    shared_accounts BIGINT NOT NULL
);
CREATE INDEX portfolio_owner ON portfolio (account_id, region, id);

CREATE TABLE portfolio_tag (
    portfolio_id {text} NOT NULL,
    key {text} NOT NULL,
    value {text} NOT NULL,
    PRIMARY KEY (portfolio_id, key)
);

CREATE TABLE portfolio_share (
    account_id {text} NOT NULL,
    region {text} NOT NULL,
    portfolio_id {text} NOT NULL,
    kind {text} NOT NULL,
    principal_id {text} NOT NULL,
    -- The organization in which the principal is found; null for kind ACCOUNT.
    organization_id {text},
    share_tag_options {bool} NOT NULL,
    share_principals {bool} NOT NULL,
    accepted {bool} NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, region, portfolio_id, kind, principal_id)
);
CREATE INDEX portfolio_share_principal ON portfolio_share (principal_id, region, kind, portfolio_id);
CREATE INDEX portfolio_share_owner ON portfolio_share (account_id, region, kind, principal_id, portfolio_id);

-- Accounts that rejected what their organization shares with them.
CREATE TABLE share_rejection (
    account_id {text} NOT NULL,
    portfolio_id {text} NOT NULL,
    rejected_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, portfolio_id)
);

CREATE TABLE share_operation (
    token {text} PRIMARY KEY,
    account_id {text} NOT NULL,
    region {text} NOT NULL,
    portfolio_id {text} NOT NULL,
    kind {text} NOT NULL,
    principal_id {text} NOT NULL,
    action {text} NOT NULL,
    status {text} NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX share_operation_portfolio ON share_operation (portfolio_id, token);

-- The accounts that one step of a share operation reached: their ids, 12 digits each, without separators.
CREATE TABLE share_operation_success (
    token {text} NOT NULL,
    first_account_id {text} NOT NULL,
    account_ids {text} NOT NULL,
    PRIMARY KEY (token, first_account_id)
);

CREATE TABLE share_operation_error (
    token {text} NOT NULL,
    account_id {text} NOT NULL,
    error {text} NOT NULL,
    message {text} NOT NULL,
    PRIMARY KEY (token, account_id)
);

-- Work that goes on after the request that asked for it. A lease says who works on it; the attempt fences off a
-- worker that lost its lease.
CREATE TABLE job (
    id {text} PRIMARY KEY,
    kind {text} NOT NULL,
    subject {text} NOT NULL,
    position {text} NOT NULL,
    due_at BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX job_due ON job (leased_until, due_at);
CREATE INDEX job_subject ON job (kind, subject);
