INSERT INTO subscriptions (org_id, id, user_id, url, name, added_at, due_at, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
