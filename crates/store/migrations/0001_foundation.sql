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
