-- Secrets that stand for a user, as their SHA-256 only.

CREATE TABLE credentials (
    hash BLOB NOT NULL PRIMARY KEY CONSTRAINT credentials_hash_is_sha256 CHECK (length(hash) = 32),
    kind TEXT NOT NULL,
    org_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    expires_at INTEGER,
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX credentials_by_user ON credentials (org_id, user_id, expires_at);
