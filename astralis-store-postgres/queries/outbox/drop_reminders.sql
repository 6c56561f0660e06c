UPDATE messages
SET state = 'DROPPED'
WHERE org_id = $1
  AND event_id = ANY ($2)
  AND reminder
  AND state = 'PENDING'
