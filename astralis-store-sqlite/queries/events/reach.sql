INSERT INTO series (org_id, subject_id, claimed_until, event_id)
VALUES (?1, ?2, ?3, ?4)
