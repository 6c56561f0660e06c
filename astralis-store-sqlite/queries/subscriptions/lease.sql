-- Nothing of a user or a server of whom something is being read meanwhile.
UPDATE subscriptions
SET due_at = ?2, lease_token = ?3, begun = begun + 1
WHERE rowid = (
    SELECT rowid
    FROM subscriptions AS due
    WHERE due_at <= ?1
      AND NOT EXISTS (
          SELECT 1
          FROM json_each(?4) AS beside
          WHERE hex(due.user_id) = beside.value ->> 0
             OR substr(replace(due.url, '?', '/') || '/', 1, length(beside.value ->> 1))
                = beside.value ->> 1
      )
    ORDER BY due_at, id
    LIMIT 1
)
RETURNING org_id, id, user_id, url, name, added_at, due_at, begun, state
