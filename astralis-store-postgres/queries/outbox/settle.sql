-- The job is done, if the lease still holds. A message that was dropped meanwhile can only still
-- become sent.
WITH done AS (
    DELETE FROM jobs
    WHERE message_id = $1
      AND lease_token = $2
    RETURNING org_id
), settled AS (
    UPDATE messages
    SET state = $3, settled_at = $4, error = $5
    FROM done
    WHERE messages.org_id = done.org_id
      AND messages.id = $1
      AND (messages.state = 'PENDING' OR $3 = 'SENT')
)
SELECT EXISTS (SELECT 1 FROM done)
