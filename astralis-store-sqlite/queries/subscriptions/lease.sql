UPDATE subscriptions
SET due_at = ?3, lease_token = ?4, begun = begun + 1
WHERE rowid = (SELECT place FROM first_due)
RETURNING org_id, id, user_id, url, name, added_at, due_at, begun, state
