DELETE FROM jobs
WHERE org_id = $1
  AND message_id = $2
