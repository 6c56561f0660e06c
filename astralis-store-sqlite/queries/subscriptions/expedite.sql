-- What is being read keeps its lease.
UPDATE subscriptions
SET due_at = CASE WHEN lease_token IS NULL THEN min(due_at, ?4) ELSE due_at END
WHERE org_id = ?1
  AND user_id = ?2
  AND id = ?3
