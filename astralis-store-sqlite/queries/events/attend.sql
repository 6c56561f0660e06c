INSERT INTO attendances (org_id, user_id, starts_at, ends_at, event_id, repeats)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
