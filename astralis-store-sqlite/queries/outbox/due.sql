SELECT messages.id, messages.document, messages.attempts
FROM jobs
JOIN messages ON messages.id = jobs.message_id
WHERE jobs.due_at <= ?1
  AND messages.state = 'PENDING'
ORDER BY jobs.due_at, jobs.message_id
LIMIT ?2
