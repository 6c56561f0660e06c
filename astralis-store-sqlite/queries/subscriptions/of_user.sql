-- A few rows are sorted; in the order of the key all of the tenant's would be read.
SELECT org_id, id, user_id, url, name, added_at, due_at, begun, state
FROM subscriptions INDEXED BY subscriptions_url
WHERE org_id = ?1
  AND user_id = ?2
ORDER BY id
