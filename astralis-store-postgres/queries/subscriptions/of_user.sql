SELECT org_id, id, user_id, url, name, added_at, due_at, begun, state::text AS state
FROM subscriptions
WHERE org_id = $1
  AND user_id = $2
ORDER BY id
