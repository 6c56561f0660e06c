DELETE FROM credentials
WHERE org_id = $1
  AND user_id = $2
  AND expires_at <= $3
