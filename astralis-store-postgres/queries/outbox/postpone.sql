-- The job is due again later, if the lease still holds; its attempts stay counted.
WITH postponed AS (
    UPDATE jobs
    SET due_at = $3, lease_token = NULL
    WHERE message_id = $1
      AND lease_token = $2
    RETURNING org_id
), noted AS (
    UPDATE messages
    SET error = $4
    FROM postponed
    WHERE messages.org_id = postponed.org_id
      AND messages.id = $1
      AND messages.state = 'PENDING'
)
SELECT EXISTS (SELECT 1 FROM postponed)
