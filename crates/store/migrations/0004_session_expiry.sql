-- Expired sessions are removed in batches.
CREATE INDEX session_by_expiry ON session (expires_at);
