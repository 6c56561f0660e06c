-- A dropped reminder keeps its job while a worker is sending it; this one's worker died.
DELETE FROM jobs
WHERE due_at <= ?1
  AND message_id IN (
    SELECT messages.id
    FROM jobs
    JOIN messages ON messages.id = jobs.message_id
    WHERE jobs.due_at <= ?1
      AND messages.state <> 'PENDING'
)
