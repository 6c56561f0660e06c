WITH recorded AS (
    UPDATE subscriptions
    SET due_at = $4, lease_token = NULL, begun = 0, state = $5
    WHERE org_id = $1
      AND id = $2
      AND lease_token = $3
    RETURNING id
)
SELECT EXISTS (SELECT 1 FROM recorded)
