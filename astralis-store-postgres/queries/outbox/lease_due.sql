-- Left out: what this claim has leased already, what another worker is leasing right now, and what
-- waits for an older message. A job whose message is done is in nobody's way.
WITH due AS (
    SELECT org_id, message_id, due_at
    FROM jobs
    WHERE due_at <= $1
      AND lease_token IS DISTINCT FROM $3
      AND NOT EXISTS (
        SELECT 1
        FROM jobs AS older
        JOIN messages AS told ON told.org_id = older.org_id AND told.id = older.message_id
        WHERE older.org_id = jobs.org_id
          AND older.event_id = jobs.event_id
          AND older.recipient_key = jobs.recipient_key
          AND older.sequence < jobs.sequence
          AND told.state = 'PENDING'
        OFFSET 0 -- Looked up for each job: joined, all that is pending would be read.
    )
    ORDER BY due_at, sequence, message_id
    LIMIT $4
    FOR UPDATE OF jobs SKIP LOCKED
), leased AS (
    UPDATE jobs
    SET due_at = $2, lease_token = $3, attempts = attempts + 1
    FROM due
    WHERE jobs.org_id = due.org_id
      AND jobs.message_id = due.message_id
    RETURNING jobs.org_id, jobs.message_id, jobs.attempts, jobs.sequence, due.due_at
)
SELECT leased.org_id, messages.id, messages.state, messages.document::text AS document, leased.attempts
FROM leased
JOIN messages ON messages.org_id = leased.org_id AND messages.id = leased.message_id
ORDER BY leased.due_at, leased.sequence, leased.message_id
