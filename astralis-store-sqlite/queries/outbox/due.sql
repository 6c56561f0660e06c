-- Left out: what this claim has leased already, and what waits for an older message. A job whose
-- message is done is in nobody's way.
SELECT messages.id, messages.state, messages.document, messages.attempts
FROM jobs INDEXED BY jobs_due
JOIN messages ON messages.id = jobs.message_id
WHERE jobs.due_at <= ?1
  AND jobs.lease_token IS NOT ?2
  AND NOT EXISTS (
    SELECT 1
    FROM jobs AS older INDEXED BY jobs_by_recipient
    JOIN messages AS told ON told.id = older.message_id
    WHERE older.org_id = jobs.org_id
      AND older.event_id = jobs.event_id
      AND older.recipient_key = jobs.recipient_key
      AND older.sequence < jobs.sequence
      AND told.state = 'PENDING'
)
ORDER BY jobs.due_at, jobs.sequence, jobs.message_id
LIMIT ?3
