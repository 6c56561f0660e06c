SELECT
    messages.document::text AS document,
    messages.state,
    coalesce(jobs.attempts, 0) AS attempts,
    messages.error,
    messages.settled_at
FROM messages
LEFT JOIN jobs ON jobs.org_id = messages.org_id AND jobs.message_id = messages.id
WHERE messages.org_id = $1
  AND messages.event_id = $2
ORDER BY messages.due_at, messages.id
