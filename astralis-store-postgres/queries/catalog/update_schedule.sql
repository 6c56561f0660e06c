UPDATE users
SET schedule = $3, schedule_version = schedule_version + 1
WHERE org_id = $1
  AND id = $2
  AND schedule_version = $4
