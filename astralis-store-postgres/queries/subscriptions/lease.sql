-- Nothing of a user or a server of whom something is being read meanwhile. What another worker is
-- leasing or writing right now is left to it.
WITH due AS (
    SELECT org_id, id
    FROM subscriptions
    WHERE due_at <= $1
      AND user_id <> ALL ($4)
      AND NOT EXISTS (
          SELECT 1
          FROM unnest($5) AS beside (server)
          WHERE starts_with(replace(url, '?', '/') || '/', server)
      )
    ORDER BY due_at, id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
UPDATE subscriptions
SET due_at = $2, lease_token = $3, begun = begun + 1
FROM due
WHERE subscriptions.org_id = due.org_id
  AND subscriptions.id = due.id
RETURNING
    subscriptions.org_id, subscriptions.id, user_id, url, name, added_at, due_at,
    begun, state::text AS state
