-- Secrets that stand for a user, as their SHA-256 only.

CREATE TABLE credentials (
    hash bytea NOT NULL PRIMARY KEY CONSTRAINT credentials_hash_is_sha256 CHECK (length(hash) = 32),
    kind text NOT NULL,
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    expires_at timestamptz,
    CONSTRAINT credentials_user FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
        ON DELETE CASCADE
);

CREATE INDEX credentials_by_user ON credentials (org_id, user_id, expires_at);
