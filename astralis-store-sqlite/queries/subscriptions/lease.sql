UPDATE subscriptions
SET due_at = ?2, lease_token = ?3, begun = begun + 1
WHERE rowid = (
    SELECT rowid
    FROM subscriptions
    WHERE due_at <= ?1
    ORDER BY due_at, id
    LIMIT 1
)
RETURNING org_id, id, user_id, url, name, added_at, due_at, begun, state
