INSERT INTO credentials (hash, kind, org_id, user_id, expires_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (hash) DO UPDATE SET
    kind = excluded.kind,
    org_id = excluded.org_id,
    user_id = excluded.user_id,
    expires_at = excluded.expires_at
