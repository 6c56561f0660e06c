INSERT INTO messages (org_id, id, event_id, message_key, reminder, due_at, document, state)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'PENDING')
ON CONFLICT (org_id, message_key) DO NOTHING
