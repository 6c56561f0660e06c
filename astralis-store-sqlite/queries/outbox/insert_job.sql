INSERT INTO jobs (message_id, due_at, org_id, event_id, recipient_key, sequence)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
