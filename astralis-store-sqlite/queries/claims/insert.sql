INSERT INTO claims (
    id, org_id, subject_id, starts_at, ends_at, buffer_before_minutes, buffer_after_minutes,
    event_id, kind, exclusive, expires_at
)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
