SELECT document, state, attempts, error, settled_at
FROM messages
WHERE org_id = ?1
  AND event_id = ?2
ORDER BY due_at, id
