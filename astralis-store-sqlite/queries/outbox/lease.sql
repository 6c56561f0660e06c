UPDATE jobs
SET due_at = ?2, lease_token = ?3
WHERE message_id = ?1
