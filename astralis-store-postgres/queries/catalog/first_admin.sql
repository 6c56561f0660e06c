SELECT org_id, id, slug, name, email, time_zone, role, active
FROM users
WHERE role = 'ADMIN'
ORDER BY id
LIMIT 1
