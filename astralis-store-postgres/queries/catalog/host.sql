SELECT
    org_id, id, slug, name, email, time_zone, role, active, schedule::text AS schedule,
    schedule_version
FROM users
WHERE org_id = $1
  AND id = $2
