-- A reminder that a worker is sending right now keeps its job, so that its end can be recorded.
DELETE FROM jobs
USING messages
WHERE jobs.org_id = messages.org_id
  AND jobs.message_id = messages.id
  AND jobs.lease_token IS NULL
  AND messages.org_id = $1
  AND messages.event_id = ANY ($2)
  AND messages.reminder
  AND messages.state = 'PENDING'
