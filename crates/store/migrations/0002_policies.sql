-- The types of policies in an organization: whether its root has the type enabled, and how many policies of the type it
-- made, which is counted here so that a quota costs one row. A type that was never used has no row.
CREATE TABLE policy_type (
    organization_id {text} NOT NULL,
    type {text} NOT NULL,
    enabled {bool} NOT NULL,
    policy_count BIGINT NOT NULL,
    PRIMARY KEY (organization_id, type)
);
-- An organization with all features has service control policies from the start.
INSERT INTO policy_type (organization_id, type, enabled, policy_count)
    SELECT id, 'SERVICE_CONTROL_POLICY', TRUE, 0 FROM organization WHERE feature_set = 'ALL';

-- Policies that organizations made. AWS's own are no rows.
CREATE TABLE policy (
    id {text} PRIMARY KEY,
    organization_id {text} NOT NULL,
    type {text} NOT NULL,
    name {text} NOT NULL,
    description {text} NOT NULL,
    content {text} NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX policy_name ON policy (organization_id, type, name);
CREATE INDEX policy_organization ON policy (organization_id, type, id);

CREATE TABLE policy_attachment (
    target_id {text} NOT NULL,
    policy_id {text} NOT NULL,
    organization_id {text} NOT NULL,
    type {text} NOT NULL,
    -- Policies of one target are merged in the order in which they were attached.
    position BIGINT NOT NULL,
    attached_at BIGINT NOT NULL,
    PRIMARY KEY (target_id, policy_id)
);
CREATE INDEX policy_attachment_policy ON policy_attachment (policy_id, target_id);
CREATE INDEX policy_attachment_type ON policy_attachment (organization_id, type);

-- AWS's own policy of an enabled type is attached to the root and to every unit and account, but for these.
CREATE TABLE default_policy_detachment (
    organization_id {text} NOT NULL,
    type {text} NOT NULL,
    target_id {text} NOT NULL,
    PRIMARY KEY (organization_id, type, target_id)
);
CREATE INDEX default_policy_detachment_target ON default_policy_detachment (target_id);

-- Tags on roots, units, accounts, policies and resource policies. Those of an account that is still to be made wait
-- under the id of the request that makes it.
CREATE TABLE organization_tag (
    resource_id {text} NOT NULL,
    key {text} NOT NULL,
    value {text} NOT NULL,
    organization_id {text} NOT NULL,
    PRIMARY KEY (resource_id, key)
);
CREATE INDEX organization_tag_organization ON organization_tag (organization_id);

-- What an organization lets its members do in its place: one document.
CREATE TABLE resource_policy (
    organization_id {text} PRIMARY KEY,
    id {text} NOT NULL,
    content {text} NOT NULL
);
CREATE UNIQUE INDEX resource_policy_id ON resource_policy (id);
