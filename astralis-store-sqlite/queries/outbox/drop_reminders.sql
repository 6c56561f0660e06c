UPDATE messages
SET state = 'DROPPED'
WHERE org_id = ?1
  AND event_id = ?2
  AND reminder = 1
  AND state = 'PENDING'
RETURNING id
