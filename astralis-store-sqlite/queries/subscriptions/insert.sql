-- Writers come one by one: what is counted here is what there is.
INSERT INTO subscriptions (org_id, id, user_id, url, name, added_at, due_at, begun, state)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
WHERE (SELECT count(*) FROM subscriptions WHERE org_id = ?1 AND user_id = ?3) < ?10
