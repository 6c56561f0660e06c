SELECT org_id, user_id, expires_at
FROM credentials
WHERE hash = $1
  AND kind = $2
  AND (expires_at IS NULL OR expires_at > $3)
