SELECT users.org_id, coalesce(feeds.generation, 0)
FROM users
LEFT JOIN feeds ON feeds.org_id = users.org_id AND feeds.user_id = users.id
WHERE users.id = ?1
