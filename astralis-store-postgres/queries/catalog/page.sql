SELECT org_id, id, slug, name, email, time_zone, role, active
FROM users
WHERE slug = $1
   OR id = $2
ORDER BY slug = $1 DESC
LIMIT 1
